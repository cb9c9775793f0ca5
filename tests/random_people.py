"""Random realms and their members, for properties: groups of one name, nesting, composites with cycles, client roles."""

from hypothesis import strategies as st

from purposeapp.domain.model import EVERY_USER, PUBLIC_GROUP, Group, Role
from purposeapp.domain.realm import Member, Realm

GROUPS = {"g0": "eng", "g1": "risk", "g2": "eng", "g3": PUBLIC_GROUP, "g4": "ana"}
"""Names by id; two are of one name, one is called like a user."""

ROLES = {"r0": "analyst", "r1": "eng", "r2": "persona_0", "r3": "persona_1"}
USERNAMES = ["ana", "bo", "eng", EVERY_USER, PUBLIC_GROUP, "straße", "strasse", "zoé\u202e"]

_group_ids = st.sampled_from([*GROUPS, "unknown"])
_role_ids = st.sampled_from([*ROLES, "unknown"])
_some_roles = st.lists(_role_ids, max_size=2, unique=True).map(tuple)

realms = st.builds(
    lambda parents, group_roles, composites, clients: Realm(
        groups={id_: Group(id_, name, f"/{id_}/{name}") for id_, name in GROUPS.items()},
        roles={id_: Role(id_, name, client=id_ in clients) for id_, name in ROLES.items()},
        parents=parents,
        group_roles=group_roles,
        composites=composites,
    ),
    st.dictionaries(_group_ids, _group_ids, max_size=3),
    st.dictionaries(_group_ids, _some_roles, max_size=3),
    st.dictionaries(_role_ids, _some_roles, max_size=3),
    st.frozensets(st.sampled_from(list(ROLES)), max_size=1),
)


def _member(username: str) -> st.SearchStrategy[Member]:
    return st.builds(
        Member,
        id=st.just(f"id of {username}"),
        username=st.just(username),
        enabled=st.sampled_from([True, True, True, False]),
        groups=st.lists(_group_ids, max_size=3, unique=True).map(tuple),
        roles=_some_roles,
    )


members = (
    st.lists(st.sampled_from(USERNAMES), max_size=len(USERNAMES), unique=True)
    .map(sorted)
    .flatmap(lambda names: st.tuples(*map(_member, names)))
)
"""Some of the people, in username order."""
