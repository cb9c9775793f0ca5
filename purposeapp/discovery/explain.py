"""Why somebody sees a purpose or has a persona, or why not.

`in_full` is for those who may look at anybody's access. Others are told what concerns themselves: the policies that name
them, and nothing of whom else a purpose lets in, not even its name where nothing of it names them.
"""

from dataclasses import replace

from purposeapp.directory.base import Directory
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.entities import persona_of, purpose_entry
from purposeapp.domain.errors import UnknownEntity, UnknownUser
from purposeapp.domain.explain import Case, Explanation, Op, explain, explain_deleted
from purposeapp.domain.model import Mode, Person, Persona, Purpose
from purposeapp.domain.realm import Realm
from purposeapp.domain.resolve import names
from purposeapp.policyindex.base import PolicyIndex

_SAYS_WHO_ELSE = frozenset({Op.ADD_GROUP, Op.ADD_ROLE, Op.NAME_USER})
"""Suggestions that tell who is let in."""


def explain_purpose(
    asked: Asked, guid: str, *, policies: PolicyIndex, directory: Directory, now: float, in_full: bool
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
    whole = Case(person, entry.purpose, entry.policies, now)
    return explain(whole, directory.realm) if in_full else _discreetly(_own_part(whole))


def explain_persona(
    asked: Asked, guid: str, *, policies: PolicyIndex, directory: Directory, now: float, in_full: bool
) -> Explanation:
    """Of one persona. Raises UnknownEntity."""
    whole = Case(_holder(asked), persona_of(guid, policies=policies), now=now)
    return explain(whole, directory.realm) if in_full else _discreetly(_own_part(whole))


def _holder(asked: Asked) -> Person:
    if asked.holder is None:
        raise UnknownUser(asked.subject.username)
    return asked.holder


def _own_part(case: Case) -> Case:
    """What of a case names the person: it decides all the same."""
    if isinstance(case.resource, Persona):
        named = case.visible(Mode.LISTED)
        return case if named else replace(case, resource=Persona(case.resource.guid, name=""))
    policies = tuple(policy for policy in case.policies if names(policy, case.subject))
    resource = case.resource if policies else Purpose(case.resource.guid, name="")
    return replace(case, resource=resource, policies=policies)


def _discreetly(case: Case) -> Explanation:
    """Without what the realm has to offer, and without suggestions that tell of others."""
    explained = explain(case, Realm)
    kept = (
        option
        for option in explained.nearest.options
        if _SAYS_WHO_ELSE.isdisjoint(each.op for each in option)
    )
    return replace(explained, nearest=replace(explained.nearest, options=tuple(kept)))
