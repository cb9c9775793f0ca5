"""Why somebody sees a purpose or has a persona, or why not."""

from purposeapp.directory.base import Directory
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.entities import persona_of, purpose_entry
from purposeapp.domain.errors import UnknownEntity, UnknownUser
from purposeapp.domain.explain import Case, Explanation, explain, explain_deleted
from purposeapp.domain.model import Person
from purposeapp.policyindex.base import PolicyIndex


def explain_purpose(
    asked: Asked, guid: str, *, policies: PolicyIndex, directory: Directory, now: float
) -> Explanation:
    """Of one purpose, as at `now` (epoch seconds). Raises UnknownEntity.

    A deleted purpose is explained as long as policies of it that name the person are left.
    """
    person = _holder(asked)
    try:
        entry = purpose_entry(guid, policies=policies)
    except UnknownEntity:
        orphans = policies.evidence(asked.subject).orphans
        left = [policy for policy in orphans if policy.purpose_guid == guid]
        if not left:
            raise
        return explain_deleted(person, guid, left, now=now)
    return explain(Case(person, entry.purpose, entry.policies, now), directory.realm)


def explain_persona(
    asked: Asked, guid: str, *, policies: PolicyIndex, directory: Directory, now: float
) -> Explanation:
    """Of one persona. Raises UnknownEntity."""
    persona = persona_of(guid, policies=policies)
    return explain(Case(_holder(asked), persona, now=now), directory.realm)


def _holder(asked: Asked) -> Person:
    if asked.holder is None:
        raise UnknownUser(asked.subject.username)
    return asked.holder
