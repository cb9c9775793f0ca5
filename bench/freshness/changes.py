"""What may happen to a company, at random: to policies and purposes, and to who is in which group and holds which role."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from bench.entities import Document, entity, segment
from bench.freshness.company import Edit, Realm
from bench.people import Group, User
from bench.world import World


class Documents:
    """Changes policies and purposes so that watched users notice: mostly policies of its own making."""

    def __init__(self, world: World, usernames: Sequence[str], random: Random) -> None:
        self.held: dict[str, Document] = {each["__guid"]: each for each in world.documents()}
        self._usernames, self._random = usernames, random
        self._next = world.size.policies
        self._purposes = [each for each in self._live("Purpose") if each["isAccessControlEnabled"]]
        self._models = [each for each in self._live("AuthPolicy") if _is_linked(each)]
        self._made: list[str] = []

    def change(self) -> Edit:
        """The next change, which is true from now on."""
        kinds: list[Callable[[], Edit]] = [self._make, self._disable, self._rename]
        if self._made:
            kinds += [self._make, self._name_another, self._switch, self._deny, self._delete, self._remove]
        edit = self._random.choice(kinds)()
        if edit.document is None:
            del self.held[edit.guid]
        else:
            self.held[edit.guid] = edit.document
        return edit

    def _make(self) -> Edit:
        number, self._next = self._next, self._next + 1
        model = self._random.choice(self._models)
        parent = model["qualifiedName"].rpartition("/")[0]
        document = {
            **model,
            **entity("AuthPolicy", number, f"made {number}"),
            "qualifiedName": f"{parent}/{segment('AuthPolicy', number)}",
            "policyType": "allow",
            "policyActions": ["entity-read"],
            "policyUsers": self._some_usernames(),
            "isPolicyEnabled": True,
        }
        self._made.append(document["__guid"])
        return Edit("policy made", document["__guid"], document)

    def _name_another(self) -> Edit:
        return self._edited("policy names others", lambda _: {"policyUsers": self._some_usernames()})

    def _switch(self) -> Edit:
        return self._edited(
            "policy switched on or off", lambda policy: {"isPolicyEnabled": not policy["isPolicyEnabled"]}
        )

    def _deny(self) -> Edit:
        return self._edited("policy denies", lambda _: {"policyType": "deny"})

    def _delete(self) -> Edit:
        return self._edited("policy deleted", lambda _: {"__state": "DELETED"}, is_last=True)

    def _remove(self) -> Edit:
        return Edit("policy removed for good", self._made.pop(self._random.randrange(len(self._made))), None)

    def _edited(self, what: str, change: Callable[[Document], Document], *, is_last: bool = False) -> Edit:
        place = self._random.randrange(len(self._made))
        guid = self._made.pop(place) if is_last else self._made[place]
        policy = self.held[guid]
        return Edit(what, guid, {**policy, **change(policy)})

    def _disable(self) -> Edit:
        purpose = self._purpose()
        is_enabled = not purpose["isAccessControlEnabled"]
        return Edit(
            "purpose switched on or off", purpose["__guid"], {**purpose, "isAccessControlEnabled": is_enabled}
        )

    def _rename(self) -> Edit:
        purpose = self._purpose()
        name = f"{self._random.choice('aAbBcCzZ')} renamed {self._random.randrange(1_000)}"
        return Edit("purpose renamed", purpose["__guid"], {**purpose, "displayName": name})

    def _purpose(self) -> Document:
        return self.held[self._random.choice(self._purposes)["__guid"]]

    def _some_usernames(self) -> list[str]:
        return self._random.sample(self._usernames, self._random.randint(1, 3))

    def _live(self, type_name: str) -> list[Document]:
        return [
            each
            for each in self.held.values()
            if each["__typeName"] == type_name and each["__state"] == "ACTIVE"
        ]


class Event(NamedTuple):
    """A row of one of Keycloak's tables that comes or goes, and the record that Keycloak keeps of it.

    `columns` and `values` are the whole row's key; `path` is that of Keycloak's REST interface.
    """

    table: str
    columns: tuple[str, str]
    values: tuple[str, str]
    is_added: bool
    kind: str
    path: str


class Members:
    """Changes who is in which group, and who holds which role: watched users, and groups of theirs."""

    def __init__(self, world: World, users: Sequence[User], random: Random) -> None:
        people = world.people
        self.realm = Realm(
            "", {each.username: each for each in users}, people.groups, people.roles, people.composites
        )
        self._people, self._random = people, random
        self._ordinary = range(world.size.roles)

    def change(self) -> Event:
        """The next change, which `realm` has from now on."""
        return self._random.choice([self._membership, self._membership, self._role, self._role_of_a_group])()

    def _membership(self) -> Event:
        user = self._user()
        group = self._random.choice(
            [*user.groups, *self._random.choices(range(len(self.realm.groups)), k=50)]
        )
        groups, is_added = _toggled(user.groups, group)
        self._put("joins a group" if is_added else "leaves a group", replace(user, groups=groups))
        id_ = self.realm.groups[group].id
        path = f"users/{user.id}/groups/{id_}"
        columns = ("user_id", "group_id")
        return Event("user_group_membership", columns, (user.id, id_), is_added, "GROUP_MEMBERSHIP", path)

    def _role(self) -> Event:
        user, role = self._user(), self._random.choice(self._ordinary)
        role = self._random.choice([role, *(each for each in user.roles if each in self._ordinary)])
        roles, is_added = _toggled(user.roles, role)
        self._put("is given a role" if is_added else "loses a role", replace(user, roles=roles))
        values, path = (user.id, self._people.role_id(role)), f"users/{user.id}/role-mappings/realm"
        columns = ("user_id", "role_id")
        return Event("user_role_mapping", columns, values, is_added, "REALM_ROLE_MAPPING", path)

    def _role_of_a_group(self) -> Event:
        number = self._random.choice(self._user().groups or range(len(self.realm.groups)))
        group, role = self.realm.groups[number], self._random.choice(self._ordinary)
        roles, is_added = _toggled(group.roles, self._random.choice([role, *group.roles]))
        (changed,) = set(roles) ^ set(group.roles)
        groups = list(self.realm.groups)
        groups[number] = Group(group.id, group.name, group.parent, roles)
        what = "a group is given a role" if is_added else "a group loses a role"
        self.realm = replace(self.realm, what=what, groups=tuple(groups))
        values, path = (group.id, self._people.role_id(changed)), f"groups/{group.id}/role-mappings/realm"
        columns = ("group_id", "role_id")
        return Event("group_role_mapping", columns, values, is_added, "REALM_ROLE_MAPPING", path)

    def _user(self) -> User:
        return self._random.choice(list(self.realm.users.values()))

    def _put(self, what: str, user: User) -> None:
        self.realm = replace(self.realm, what=what, users={**self.realm.users, user.username: user})


def _toggled(numbers: tuple[int, ...], number: int) -> tuple[tuple[int, ...], bool]:
    """The numbers with this one added, or without it; and whether it was added."""
    if number in numbers:
        return tuple(each for each in numbers if each != number), False
    return (*numbers, number), True


def _is_linked(policy: Document) -> bool:
    links = policy.get("relationshipList") or []
    return (
        policy["policyCategory"] == "purpose" and len(links) == 1 and "policyValiditySchedule" not in policy
    )
