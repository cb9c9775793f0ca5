"""How new entities are named: guids, and the random segments of Atlas qualified names."""

import secrets
import string
import time
import uuid

SEGMENT_LENGTH = 22
"""Atlas names purposes, personas and policies by so many letters and digits (about 131 bits)."""

_ALPHABET = string.ascii_letters + string.digits


def new_guid() -> str:
    """A random UUID as text, the form in which Atlas and Keycloak write them."""
    return str(uuid.uuid4())


def new_qualified_name(parent: str) -> str:
    """`<parent>/<22 letters and digits>`."""
    return parent + "/" + "".join(secrets.choice(_ALPHABET) for _ in range(SEGMENT_LENGTH))


def now_ms() -> int:
    """Epoch milliseconds, the unit of Atlas timestamps."""
    return time.time_ns() // 1_000_000
