"""The JSON shapes of these answers."""

from collections.abc import Iterable
from datetime import UTC, datetime

from purposeapp.discovery.subjects import Name, Viewer
from purposeapp.discovery.written import Json
from purposeapp.domain.model import Match, Via

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


def as_of(epoch_seconds: float) -> str:
    """RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(int(epoch_seconds), UTC).isoformat()


def _vias(matches: Iterable[Match]) -> list[Json]:
    return [{"via": match.via, "name": match.name} for match in matches]
