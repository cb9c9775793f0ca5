"""The revision of an answer: an opaque name for what it was computed from.

A digest of the subject and of what is granted: it changes when the groups, the roles, or the flag, name or time of update
of a granted entity change, or when one is gained or lost. Nothing is counted or kept, so every process finds the same one,
with reasons asked for or without.
"""

import hashlib
from collections.abc import Sequence

from purposeapp.domain.model import Persona, Purpose, Subject


def revision_of(subject: Subject, granted: Sequence[Purpose] | Sequence[Persona] = ()) -> str:
    """A short text that is safe in a header. With nothing granted it names the subject's own entry in the directory."""
    digest = hashlib.blake2b(digest_size=12)
    for part in (subject.username, *sorted(subject.groups), "", *sorted(subject.roles)):
        _feed(digest, part)
    for item in granted:
        _feed(digest, f"{item.guid} {item.update_time} {item.enabled} {item.display_name or item.name}")
    return digest.hexdigest()


def _feed(digest: hashlib.blake2b, part: str) -> None:
    encoded = part.encode("utf-8", "surrogatepass")
    # Lengths keep ("a", "bc") apart from ("ab", "c").
    digest.update(len(encoded).to_bytes(4, "big") + encoded)
