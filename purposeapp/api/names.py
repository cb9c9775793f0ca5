"""Names as they come in: what no source could ever store is refused at the door, with a clear word."""

import re

from purposeapp.domain.errors import InvalidRequest

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: PostgreSQL, Elasticsearch and UTF-8 itself refuse them."""

UNSTORABLE = "has a character that no name can have (NUL or a lone surrogate)"
"""What is wrong with such a name; the name of its field goes before it."""


def require_storable(field: str, name: str) -> str:
    """The name unchanged, or InvalidRequest."""
    if _UNSTORABLE.search(name):
        raise InvalidRequest(f"{field} {UNSTORABLE}", fields={field: UNSTORABLE})
    return name
