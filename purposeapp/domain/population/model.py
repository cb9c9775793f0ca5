"""The population itself: who is who, who is meant by a name, and the way to the next one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from pyroaring import FrozenBitMap

from purposeapp.domain.model import Subject
from purposeapp.domain.population.census import Ledger, Marks, marked
from purposeapp.domain.population.renumber import Renumbering
from purposeapp.domain.population.texts import Texts
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.snapshot.naming import EMPTY
from purposeapp.domain.snapshot.seen import union

Bitmaps = Mapping[str, FrozenBitMap]

_SWEEP = 16
"""So many times fewer names than people, and each is looked up; else everybody is looked at once."""


@dataclass(frozen=True)
class Population:
    """All users of one tenant at one moment. Immutable: `updated` and `rewired` give others and share what is the same.

    A user's ordinal is their place by username in code point order; it belongs to the population that gave it.
    `in_group` and `with_role` are direct edges by the *id* of the group or role; `groups` and `roles` are what policies
    match: by *name*, roles closed over groups, ancestors and composites.
    """

    realm: Realm = field(default_factory=Realm)
    usernames: Texts = field(default_factory=Texts)
    ids: Texts = field(default_factory=Texts)
    in_group: Bitmaps = field(default_factory=dict)
    with_role: Bitmaps = field(default_factory=dict)
    disabled: FrozenBitMap = EMPTY

    @classmethod
    def of(cls, realm: Realm, members: Iterable[Member]) -> "Population":
        """Everybody, given in username order."""
        in_group, with_role, disabled = Ledger(), Ledger(), list[int]()
        usernames, ids = list[str](), list[str]()
        for ordinal, member in enumerate(members):
            usernames.append(member.username)
            ids.append(member.id)
            in_group.mark(member.groups, ordinal)
            with_role.mark(member.roles, ordinal)
            if not member.enabled:
                disabled.append(ordinal)
        return cls(
            realm,
            Texts(usernames),
            Texts(ids),
            in_group.bitmaps(),
            with_role.bitmaps(),
            FrozenBitMap(disabled),
        )

    def __len__(self) -> int:
        return len(self.usernames)

    # --- who is meant ---

    @cached_property
    def everybody(self) -> FrozenBitMap:
        return FrozenBitMap(range(len(self)))

    @cached_property
    def groups(self) -> Bitmaps:
        """The users directly in a group, by the group's name. Groups of one name are one: policies cannot tell them apart."""
        found = defaultdict(list)
        for id_, users in self.in_group.items():
            if id_ in self.realm.groups:
                found[self.realm.groups[id_].name].append(users)
        return {name: union(bitmaps) for name, bitmaps in found.items()}

    @cached_property
    def roles(self) -> Bitmaps:
        """The users who effectively hold a realm role, by its name."""
        found = defaultdict(list)
        for id_, users in self.in_group.items():
            if id_ in self.realm.groups:
                for name in self.realm.role_names_of_group(id_):
                    found[name].append(users)
        for id_, users in self.with_role.items():
            for name in self.realm.role_names_in(id_):
                found[name].append(users)
        return {name: union(bitmaps) for name, bitmaps in found.items()}

    def named(self, usernames: Collection[str]) -> FrozenBitMap:
        """The users of these names. Names that nobody has are nobody."""
        if len(usernames) * _SWEEP > len(self):
            return FrozenBitMap(place for place, name in enumerate(self.usernames) if name in usernames)
        places = map(self.usernames.find, usernames)
        return FrozenBitMap([place for place in places if place is not None]) if usernames else EMPTY

    def mentioned(self, words: str) -> FrozenBitMap:
        """The users whose name has every word in it, whatever the case. No words: everybody."""
        found = self.everybody
        for word in words.casefold().split():
            names = enumerate(map(str.casefold, self.usernames))
            found &= FrozenBitMap([place for place, name in names if word in name])
        return found

    def subjects(self, users: FrozenBitMap) -> dict[int, Subject]:
        """What the rules look at, of each of these users: as `Realm.subject` of the member."""
        groups, roles = _names_of(users, self.groups), _names_of(users, self.roles)
        return {
            ordinal: Subject(self.usernames[ordinal], frozenset(groups[ordinal]), frozenset(roles[ordinal]))
            for ordinal in users
        }

    # --- the next one ---

    def rewired(
        self,
        realm: Realm | None = None,
        *,
        joined: Marks | None = None,
        left: Marks | None = None,
        granted: Marks | None = None,
        withdrawn: Marks | None = None,
    ) -> "Population":
        """The same people with other edges: those who left and joined groups, were granted and withdrawn roles, by id."""
        return replace(
            self,
            realm=realm or self.realm,
            in_group=marked(self.in_group, added=joined or {}, removed=left),
            with_role=marked(self.with_role, added=granted or {}, removed=withdrawn),
        )

    def updated(self, members: Iterable[Member], gone: Collection[str] = ()) -> "Population":
        """With these members as they are now, and without those whose ids are gone.

        Costs a sweep through everybody, and one through all bitmaps when somebody came, went or was renamed.
        """
        arriving = sorted(members, key=lambda member: member.username)
        known = {member.id for member in arriving}.union(gone)
        leaving = [place for place, id_ in enumerate(self.ids) if id_ in known]
        moved = Renumbering.of(
            self.usernames, leaving=leaving, arriving=[member.username for member in arriving]
        )
        in_group, with_role = Ledger(), Ledger()
        for ordinal, member in zip(moved.arrived, arriving, strict=True):
            in_group.mark(member.groups, ordinal)
            with_role.mark(member.roles, ordinal)
        disabled = [place for place, each in zip(moved.arrived, arriving, strict=True) if not each.enabled]
        return Population(
            self.realm,
            moved.texts(self.usernames, [member.username for member in arriving]),
            moved.texts(self.ids, [member.id for member in arriving]),
            marked(moved.all_of(self.in_group), added=in_group.bitmaps()),
            marked(moved.all_of(self.with_role), added=with_role.bitmaps()),
            moved.bitmap(self.disabled) | FrozenBitMap(disabled),
        )


def _names_of(users: FrozenBitMap, bitmaps: Bitmaps) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {ordinal: [] for ordinal in users}
    for name, bitmap in bitmaps.items():
        for ordinal in bitmap & users:
            found[ordinal].append(name)
    return found
