"""The bodies of these answers, from what was found: the same whoever sends them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from purposeapp.api.shapes import ending, moment
from purposeapp.api.who import shapes
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.comparison import Comparison
from purposeapp.discovery.simulation import Simulated, listing
from purposeapp.discovery.simulation.listing import Pair
from purposeapp.discovery.subjects import Viewers
from purposeapp.discovery.written import Json
from purposeapp.domain.difference import Difference, Side
from purposeapp.domain.page import CursorSigner, Place
from purposeapp.domain.revision import Revision

HISTORY = "schedules"
"""What is judged at another moment: memberships and policies are those of now."""


def comparison(
    left: Asked,
    right: Asked,
    found: Comparison,
    *,
    revision: Revision,
    left_at: float | None = None,
    right_at: float | None = None,
) -> Json:
    """Where a moment was asked for (epoch seconds), the answer says what of the past and the future it knows."""
    is_now = left_at is None and right_at is None
    return {
        "left": _who(left, left_at),
        "right": _who(right, right_at),
        **({} if is_now else {"history": HISTORY}),
        **shapes.sides(found.purposes, shapes.judged),
        "personas": shapes.sides(found.personas, shapes.described),
        "groups": shapes.sides(found.groups, str),
        "roles": shapes.sides(found.roles, str),
        "revision": str(revision),
    }


def subjects(
    viewers: Viewers, query: Mapping[str, Any], *, cursors: CursorSigner, as_of: float, revision: Revision
) -> Json:
    """One page; `query` is what `SubjectsQuery` read, `as_of` (epoch seconds) when the people were counted."""
    after = cursors.read(query["cursor"]) if "cursor" in query else None
    if query["expand"] == "groups":
        names = viewers.names(words=query["q"], vias=query["via"], after=after, limit=query["limit"])
        items, total, last = [shapes.name(each) for each in names.items], names.total, names.last
    else:
        users = viewers.users(words=query["q"], vias=query["via"])
        page = viewers.page(users, after=after, limit=query["limit"])
        items, total, last = [shapes.viewer(each) for each in page.items], page.total, page.last
    return {
        "subjects": items,
        "total": total,
        "counts": {via.value: count for via, count in viewers.counts.items()},
        **ending(last, cursors, as_of=as_of, revision=revision),
    }


def every_subject(viewers: Viewers, query: Mapping[str, Any]) -> Iterator[Json]:
    """All of them, one after the other."""
    if query["expand"] == "groups":
        every = len(viewers.audience.usernames) + len(viewers.audience.means)
        names = viewers.names(words=query["q"], vias=query["via"], after=None, limit=every)
        return map(shapes.name, names.items)
    users = viewers.users(words=query["q"], vias=query["via"])
    return map(shapes.viewer, viewers.viewers(users))


def simulation(
    simulated: Simulated,
    *,
    after: Place | None,
    limit: int,
    cursors: CursorSigner,
    as_of: float,
    revision: Revision,
) -> Json:
    """One page of the difference, and where most of it happens; `as_of` as above."""
    page = listing.page_of(simulated, after=after, limit=limit)
    users = listing.top_users(simulated)
    difference = simulated.difference
    return {
        **_sides(each for each in page.items if not each.of_persona),
        "totals": {
            **_totals(difference),
            "users": len(difference.users),
            "purposes": len(difference.guids),
        },
        "personas": {
            **_sides(each for each in page.items if each.of_persona),
            "totals": _totals(simulated.personas),
        },
        "topPurposes": [asdict(each) for each in listing.top_purposes(simulated)],
        "topUsers": None if users is None else [asdict(each) for each in users],
        "notes": [{"change": place, "notes": notes} for place, notes in simulated.notes.items()],
        **ending(page.last, cursors, as_of=as_of, revision=revision),
    }


def _sides(pairs: Iterable[Pair]) -> Json:
    sides: dict[str, list[Json]] = {side.value: [] for side in Side}
    for each in pairs:
        sides[each.side].append(_pair(each))
    return sides


def _totals(difference: Difference) -> Json:
    return {side.value: difference.total(side) for side in Side}


def _pair(found: Pair) -> Json:
    kind, thing = "persona" if found.of_persona else "purpose", found.thing
    name = thing.display_name or thing.name
    return {"username": found.username, kind: thing.guid, f"{kind}Name": name}


def _who(asked: Asked, at: float | None) -> Json:
    who = {"username": asked.subject.username, "disabled": asked.disabled}
    return who if at is None else {**who, "at": moment(int(at))}
