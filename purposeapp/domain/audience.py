"""Who sees a purpose or has a persona: the rules of `domain/resolve` for everybody at once, by set algebra.

For every user the answer is that of `judge` and `resolve_personas`; the tests hold both to it in random worlds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyroaring import FrozenBitMap

from purposeapp.domain.model import (
    EVERY_USER,
    PUBLIC_GROUP,
    SHAPING_TYPES,
    Match,
    Mode,
    Persona,
    Policy,
    PolicyType,
    Purpose,
    Via,
)
from purposeapp.domain.population import Population
from purposeapp.domain.resolve import LISTED_VIAS, in_force, overrides
from purposeapp.domain.snapshot.naming import EMPTY
from purposeapp.domain.snapshot.seen import union

EVERY_VIA = (Via.USER, Via.GROUP, Via.PUBLIC, Via.ROLE, Via.EVERYONE)
"""In the order in which reasons are told."""

Listed = tuple[Via, str, FrozenBitMap]
"""A name on a policy's lists (blank for all its usernames together), and the users it stands for."""


@dataclass(frozen=True, slots=True)
class Means:
    """One way to see something: a name on the lists of policies that count.

    `meant` are all whom the name stands for, `users` those of them who see it by this. `name` is blank for
    `Via.USER`, which is one means for all who are named themselves.
    """

    via: Via
    name: str
    meant: FrozenBitMap
    users: FrozenBitMap


@dataclass(frozen=True)
class Audience:
    """The users (ordinals of one population) who see one thing, and by what.

    `usernames` are the names on the lists, known to the directory or not.
    """

    means: tuple[Means, ...] = ()
    usernames: frozenset[str] = frozenset()

    @cached_property
    def users(self) -> FrozenBitMap:
        return union([each.users for each in self.means])

    @cached_property
    def by_via(self) -> Mapping[Via, FrozenBitMap]:
        """The users by each way that leads somebody here; who comes by several is in several."""
        found = defaultdict(list)
        for each in self.means:
            found[each.via].append(each.users)
        return {via: users for via in EVERY_VIA if (users := union(found[via]))}

    def matches(self, ordinal: int, username: str) -> list[Match]:
        """By what this user sees it, in the order in which `matches_of` has them."""
        return [
            Match(each.via, username if each.via is Via.USER else each.name)
            for each in self.means
            if ordinal in each.users
        ]


def purpose_audience(
    purpose: Purpose,
    policies: Iterable[Policy],
    population: Population,
    *,
    mode: Mode,
    now: float,
    action: str | None = None,
) -> Audience:
    """Who sees a purpose that has these policies. A disabled user sees nothing in effective mode.

    With an `action`, in effective mode: those for whom it is among `surviving_actions`.
    """
    if mode is Mode.LISTED:
        lists = [(policy, list(lists_of(policy, population, LISTED_VIAS))) for policy in policies]
        return _audience([(policy, means, population.everybody) for policy, means in lists])
    lists = [
        (policy, list(lists_of(policy, population, EVERY_VIA)))
        for policy in policies
        if in_force(policy, purpose, now)
    ]
    refused = refused_by(lists)
    enabled = population.everybody - population.disabled
    return _audience(
        [
            (policy, means, holding(policy, refused, enabled, action))
            for policy, means in lists
            if policy.type in SHAPING_TYPES or policy.type == PolicyType.ALLOW
        ]
    )


def persona_audience(persona: Persona, population: Population, *, mode: Mode) -> Audience:
    """Who has a persona. In effective mode: nobody when it is disabled, and no disabled users."""
    if mode is Mode.EFFECTIVE and not persona.enabled:
        return Audience()
    role = persona.role_name
    barred = population.disabled if mode is Mode.EFFECTIVE else EMPTY
    lists = [
        (Via.USER, "", population.named(persona.users)),
        *((Via.GROUP, name, population.groups.get(name, EMPTY)) for name in persona.groups),
    ]
    if role:
        lists.append((Via.ROLE, role, population.roles.get(role, EMPTY)))
    means = (Means(via, name, meant, meant - barred) for via, name, meant in lists)
    return Audience(_sorted(means), persona.users)


def named_by(policy: Policy, population: Population, vias: Collection[Via]) -> FrozenBitMap:
    """Everybody whom a policy names in one of these ways, whatever it does to them."""
    return union([meant for _, _, meant in lists_of(policy, population, vias)])


def lists_of(policy: Policy, population: Population, vias: Collection[Via]) -> Iterator[Listed]:
    """Each name of a policy and whom it stands for, as `matches_of` has them for one subject."""
    if policy.users:
        yield Via.USER, "", population.named(policy.users)
    for name in policy.groups - {PUBLIC_GROUP}:
        yield Via.GROUP, name, population.groups.get(name, EMPTY)
    if PUBLIC_GROUP in policy.groups:
        yield Via.PUBLIC, PUBLIC_GROUP, population.everybody
    if Via.ROLE in vias:
        for name in policy.roles:
            yield Via.ROLE, name, population.roles.get(name, EMPTY)
    if Via.EVERYONE in vias and EVERY_USER in policy.users:
        yield Via.EVERYONE, EVERY_USER, population.everybody


def refused_by(policies: Iterable[tuple[Policy, list[Listed]]]) -> Mapping[bool, Mapping[str, FrozenBitMap]]:
    """By whether an allow overrides, for each action: the users from whom denies take it away. Of policies in force."""
    always, normally = defaultdict[str, list[FrozenBitMap]](list), defaultdict[str, list[FrozenBitMap]](list)
    for policy, lists in policies:
        if policy.type == PolicyType.DENY:
            meant = union([each for _, _, each in lists])
            for action in policy.actions:
                normally[action].append(meant)
                if overrides(policy):
                    always[action].append(meant)
    return {
        overriding: {action: union(users) for action, users in found.items()}
        for overriding, found in ((True, always), (False, normally))
    }


def holding(
    policy: Policy,
    refused: Mapping[bool, Mapping[str, FrozenBitMap]],
    users: FrozenBitMap,
    action: str | None,
) -> FrozenBitMap:
    """Those of the users for whom this policy counts: an action of an allow survives, or the one in question."""
    if policy.type in SHAPING_TYPES:
        return users if action is None else EMPTY
    taken = refused[overrides(policy)]
    wanted = policy.actions if action is None else policy.actions & {action}
    return union([users - taken.get(each, EMPTY) for each in wanted])


def _audience(counting: Iterable[tuple[Policy, list[Listed], FrozenBitMap]]) -> Audience:
    """Of policies that may show the purpose, with their lists and the users for whom each counts."""
    found: dict[tuple[Via, str], tuple[list[FrozenBitMap], list[FrozenBitMap]]] = {}
    usernames = set[str]()
    for policy, lists, for_whom in counting:
        usernames |= policy.users
        for via, name, meant in lists:
            everyone, seeing = found.setdefault((via, name), ([], []))
            everyone.append(meant)
            seeing.append(meant & for_whom)
    means = (Means(*key, union(everyone), union(seeing)) for key, (everyone, seeing) in found.items())
    return Audience(_sorted(means), frozenset(usernames - {EVERY_USER}))


def _sorted(means: Iterable[Means]) -> tuple[Means, ...]:
    return tuple(sorted(means, key=lambda each: (EVERY_VIA.index(each.via), each.name)))
