"""The JSON shapes of these answers."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from purposeapp.discovery.comparison import Judged, Sides
from purposeapp.discovery.subjects import Name, Viewer
from purposeapp.discovery.written import Json
from purposeapp.domain.model import Match, Persona, Purpose, Reason, Via

Item = TypeVar("Item")

_TYPES = {
    Via.USER: "user",
    Via.GROUP: "group",
    Via.ROLE: "role",
    Via.PUBLIC: "everyone",
    Via.EVERYONE: "everyone",
}


def viewer(found: Viewer) -> Json:
    return {"type": "user", "id": found.username, "via": _vias(found.matches)}


def name(found: Name) -> Json:
    return {
        "type": _TYPES[found.match.via],
        "id": found.match.name,
        "via": _vias([found.match]),
        "members": found.members,
        "seeing": found.seeing,
    }


def judged(found: Judged) -> Json:
    return {
        **described(found.purpose),
        "left": [_reason(each) for each in found.left],
        "right": [_reason(each) for each in found.right],
    }


def sides(found: Sides[Item], shape: Callable[[Item], Any]) -> Json:
    return {
        "both": [shape(each) for each in found.both],
        "onlyLeft": [shape(each) for each in found.only_left],
        "onlyRight": [shape(each) for each in found.only_right],
    }


def described(item: Purpose | Persona) -> Json:
    return {"id": item.guid, "name": item.name, "displayName": item.display_name}


def _reason(reason: Reason) -> Json:
    policy = reason.policy
    return {
        "policy": {"guid": policy.guid, "name": policy.name, "type": policy.type},
        **_via(reason.match),
        "counts": reason.counts,
        "because": reason.because,
    }


def _vias(matches: Iterable[Match]) -> list[Json]:
    return [_via(match) for match in matches]


def _via(match: Match) -> Json:
    return {"via": match.via, "name": match.name}
