"""What is allowed, in effective mode: the resources, actions or users that complete a question. All in pages.

`now` is epoch seconds, `limit` at least 1.
"""

from collections.abc import Iterator

from purposeapp.discovery.asking import Asked
from purposeapp.discovery.decisions import VIEW, Resource
from purposeapp.discovery.entities import persona_of, purpose_entry
from purposeapp.discovery.personas import accessible_personas
from purposeapp.discovery.purposes import Filter, Stretch, accessible_purposes
from purposeapp.discovery.subjects import persona_viewers, purpose_viewers
from purposeapp.domain.model import PURPOSE_CATEGORY, Mode, Policy, Purpose, Subject
from purposeapp.domain.page import Page, Place, Sort, by_keyset
from purposeapp.domain.population import Population
from purposeapp.domain.resolve import resolve_personas, sees, surviving_actions
from purposeapp.domain.snapshot import Entry
from purposeapp.policyindex import orphans
from purposeapp.policyindex.base import PolicyIndex


def allowed_resources(
    asked: Asked,
    kind: Resource,
    action: str,
    *,
    policies: PolicyIndex,
    now: float,
    after: Place | None,
    limit: int,
) -> Page[str]:
    """The guids of what the person may do this to, in display order."""
    if kind is Resource.PERSONA:
        return _personas(asked, action, policies, after, limit)
    if action == VIEW:
        stretch = Stretch(limit, Sort(), after, Filter())
        page = accessible_purposes(asked, mode=Mode.EFFECTIVE, policies=policies, now=now, stretch=stretch)
        return Page([grant.purpose.guid for grant in page.shown.grants()], page.total, page.last)
    found = list(_purposes_for(asked, action, policies, now))
    return _guids(by_keyset(found, sort=Sort(), after=after, limit=limit, key=lambda purpose: purpose))


def allowed_actions(
    asked: Asked,
    kind: Resource,
    guid: str,
    *,
    policies: PolicyIndex,
    now: float,
    after: Place | None,
    limit: int,
) -> Page[str]:
    """What the person may do to this one, by name. Raises UnknownEntity."""
    if kind is Resource.PERSONA:
        persona = persona_of(guid, policies=policies)
        granted = resolve_personas([persona], asked.subject, mode=Mode.EFFECTIVE)
        actions = frozenset({VIEW} if granted else ())
    else:
        entry = purpose_entry(guid, policies=policies)
        actions = _actions(entry, asked.subject, now)
    return _by_name([] if asked.disabled else sorted(actions), after, limit)


def allowed_users(
    kind: Resource,
    guid: str,
    action: str,
    *,
    policies: PolicyIndex,
    population: Population,
    now: float,
    after: Place | None,
    limit: int,
) -> Page[str]:
    """Who may do this to it, by username. Raises UnknownEntity."""
    if kind is Resource.PURPOSE:
        viewers = purpose_viewers(
            guid,
            mode=Mode.EFFECTIVE,
            policies=policies,
            population=population,
            now=now,
            action=None if action == VIEW else action,
        )
    elif action == VIEW:
        viewers = persona_viewers(guid, mode=Mode.EFFECTIVE, policies=policies, population=population)
    else:
        return Page((), 0)
    return viewers.usernames(after=after, limit=limit)


def _actions(entry: Entry, subject: Subject, now: float) -> frozenset[str]:
    told = (entry.purpose, entry.policies, subject)
    return surviving_actions(*told, now=now) | {VIEW} if sees(*told, now=now) else frozenset()


def _by_name(names: list[str], after: Place | None, limit: int) -> Page[str]:
    rest = [name for name in names if after is None or (name, "") > after]
    shown = rest[:limit]
    return Page(shown, len(names), (shown[-1], "") if len(rest) > len(shown) else None)


def _personas(asked: Asked, action: str, policies: PolicyIndex, after: Place | None, limit: int) -> Page[str]:
    if action != VIEW:
        return Page((), 0)
    page = accessible_personas(
        asked, mode=Mode.EFFECTIVE, policies=policies, sort=Sort(), after=after, limit=limit
    )
    return Page([grant.persona.guid for grant in page.items], page.total, page.last)


def _purposes_for(asked: Asked, action: str, policies: PolicyIndex, now: float) -> Iterator[Purpose]:
    if asked.disabled:
        return
    evidence = policies.evidence(asked.subject)
    orphans.report(evidence.orphans)
    naming: dict[str | None, list[Policy]] = {}
    for policy in evidence.policies:
        if policy.category == PURPOSE_CATEGORY:
            naming.setdefault(policy.purpose_guid, []).append(policy)
    for purpose in evidence.purposes:
        if action in surviving_actions(purpose, naming.get(purpose.guid, ()), asked.subject, now=now):
            yield purpose


def _guids(page: Page[Purpose]) -> Page[str]:
    return Page([purpose.guid for purpose in page.items], page.total, page.last)
