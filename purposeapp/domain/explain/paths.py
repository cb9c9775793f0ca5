"""The ways by which access comes: over which groups, roles and policies."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from purposeapp.domain.explain.case import Case, Granted
from purposeapp.domain.explain.model import Change, Kind, Node, Op, Path, Paths
from purposeapp.domain.model import Group, Match, Mode, Person, Persona, Policy, Purpose, Via
from purposeapp.domain.roles import MAX_PATHS, Way

_STANDING_FOR_ALL = {Via.PUBLIC: Kind.PUBLIC, Via.EVERYONE: Kind.EVERYONE}


def user_node(person: Person) -> Node:
    return Node(Kind.USER, person.id, person.username)


def policy_node(policy: Policy) -> Node:
    return Node(Kind.POLICY, policy.guid, policy.name)


def resource_node(resource: Purpose | Persona) -> Node:
    kind = Kind.PERSONA if isinstance(resource, Persona) else Kind.PURPOSE
    return Node(kind, resource.guid, resource.display_name or resource.name)


def paths_of(case: Case, mode: Mode, *, limit: int = MAX_PATHS) -> Paths:
    """Every way that gives access in a mode, shortest first, then by name; at most `limit`."""
    found: list[Path] = []
    complete = True
    for granted in case.granted(mode):
        ways = paths_by(case, granted, limit=limit)
        found += ways.items
        complete = complete and ways.complete
    found.sort(key=lambda path: (len(path), [(node.name, node.id) for node in path]))
    return Paths(tuple(found[:limit]), complete and len(found) <= limit)


def paths_by(case: Case, granted: Granted, *, limit: int = MAX_PATHS) -> Paths:
    """The ways by one policy and one match, shortest first."""
    policy, match = granted
    ways = _ways(case, match, limit)
    start = user_node(case.person)
    over = () if policy is None else (policy_node(policy),)
    end = (*over, resource_node(case.resource))
    return Paths(tuple((start, *way, *end) for way in ways.items), ways.complete)


def group_node(group: Group) -> Node:
    return Node(Kind.GROUP, group.id, group.path)


def breakers(path: Path) -> tuple[Change, ...]:
    """The changes of which each breaks this way, cheapest first."""
    found = [change for here, there in pairwise(path) for change in _breaking(here, there)]
    return tuple(sorted(found, key=lambda change: change.order))


def _ways(case: Case, match: Match, limit: int) -> Paths:
    """How a person comes by what a policy names: the nodes between the two."""
    match match.via:
        case Via.USER:
            return Paths(((),))
        case Via.GROUP:
            return Paths(tuple((group_node(group),) for group in case.groups_by_name[match.name]))
        case Via.ROLE:
            ways = case.ways_to_role(match.name, limit)
            return Paths(tuple(tuple(_nodes(way)) for way in ways.items), ways.complete)
        case via:
            return Paths(((Node(_STANDING_FOR_ALL[via], match.name, match.name),),))


def _nodes(way: Way) -> Iterable[Node]:
    return (Node(Kind(step.kind), step.id, step.name) for step in way)


def _breaking(here: Node, there: Node) -> Iterator[Change]:
    match here.kind, there.kind:
        case Kind.USER, Kind.GROUP:
            yield Change(Op.REMOVE_GROUP, there)
        case Kind.USER, Kind.ROLE:
            yield Change(Op.REMOVE_ROLE, there)
        case Kind.USER, Kind.POLICY | Kind.PERSONA:
            yield Change(Op.UNNAME_USER, there)
        case Kind.GROUP, Kind.ROLE:
            yield Change(Op.REMOVE_GROUP_ROLE, there, holder=here)
        case Kind.ROLE, Kind.ROLE:
            yield Change(Op.REMOVE_COMPOSITE, there, holder=here)
    if there.kind is Kind.POLICY:
        yield Change(Op.DISABLE_POLICY, there)
