"""What is allowed, in effective mode: the resources, actions or users that complete a question. All in pages."""

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look, at which moment (`now`, epoch seconds), and what to give of it: at most `limit` (1 or more) behind
    `after`."""

    policies: PolicyIndex
    now: float
    after: Place | None
    limit: int


def allowed_resources(asked: Asked, kind: Resource, action: str, search: Search) -> Page[str]:
    """The guids of what the person may do this to, in display order."""
    if kind is Resource.PERSONA:
        return _personas(asked, action, search)
    if action == VIEW:
        stretch = Stretch(search.limit, Sort(), search.after, Filter())
        page = accessible_purposes(
            asked, mode=Mode.EFFECTIVE, policies=search.policies, now=search.now, stretch=stretch
        )
        return Page([grant.purpose.guid for grant in page.shown.grants()], page.total, page.last)
    found = list(_purposes_for(asked, action, search.policies, search.now))
    some = by_keyset(found, sort=Sort(), after=search.after, limit=search.limit, key=lambda purpose: purpose)
    return Page([purpose.guid for purpose in some.items], some.total, some.last)


def allowed_actions(asked: Asked, kind: Resource, guid: str, search: Search) -> Page[str]:
    """What the person may do to this one, by name. Raises UnknownEntity."""
    if kind is Resource.PERSONA:
        persona = persona_of(guid, policies=search.policies)
        granted = resolve_personas([persona], asked.subject, mode=Mode.EFFECTIVE)
        actions = frozenset({VIEW} if granted else ())
    else:
        entry = purpose_entry(guid, policies=search.policies)
        actions = _actions(entry, asked.subject, search.now)
    return _by_name([] if asked.disabled else sorted(actions), search)


def allowed_users(
    kind: Resource, guid: str, action: str, search: Search, *, population: Population
) -> Page[str]:
    """Who may do this to it, by username. Raises UnknownEntity."""
    if kind is Resource.PURPOSE:
        viewers = purpose_viewers(
            guid,
            mode=Mode.EFFECTIVE,
            policies=search.policies,
            population=population,
            now=search.now,
            action=None if action == VIEW else action,
        )
    elif action == VIEW:
        viewers = persona_viewers(guid, mode=Mode.EFFECTIVE, policies=search.policies, population=population)
    else:
        return Page((), 0)
    return viewers.usernames(after=search.after, limit=search.limit)


def _actions(entry: Entry, subject: Subject, now: float) -> frozenset[str]:
    told = (entry.purpose, entry.policies, subject)
    return surviving_actions(*told, now=now) | {VIEW} if sees(*told, now=now) else frozenset()


def _by_name(names: list[str], search: Search) -> Page[str]:
    rest = [name for name in names if search.after is None or (name, "") > search.after]
    shown = rest[: search.limit]
    return Page(shown, len(names), (shown[-1], "") if len(rest) > len(shown) else None)


def _personas(asked: Asked, action: str, search: Search) -> Page[str]:
    if action != VIEW:
        return Page((), 0)
    page = accessible_personas(
        asked,
        mode=Mode.EFFECTIVE,
        policies=search.policies,
        sort=Sort(),
        after=search.after,
        limit=search.limit,
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
