"""Names that never change: guids and Atlas's 22-character segments, made from keys."""

import hashlib
import string
from uuid import UUID, uuid5

_NAMESPACE = UUID("7d0c7a66-6f0f-5c4e-9d0b-acacacacacac")
_ALPHABET = string.digits + string.ascii_letters
_SEGMENT_LENGTH = 22


def guid(kind: str, key: str) -> str:
    """The UUID of one thing of the demo, for example `guid("purpose", "Payroll")`."""
    return str(uuid5(_NAMESPACE, f"{kind}/{key}"))


def segment(kind: str, key: str) -> str:
    """The last part of a qualified name: 22 letters and digits."""
    number = int.from_bytes(hashlib.sha256(f"{kind}/{key}".encode()).digest())
    letters = []
    for _ in range(_SEGMENT_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)
