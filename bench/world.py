"""A made-up company: its people, and its Atlas documents as an index holds them.

Deterministic: the same documents in the same order in every run and on every machine, whatever the clock says.
Documents are streamed; only the parent of each policy is kept in memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from random import Random

from bench.entities import Document, entity, link, qualified_name, segment
from bench.people import People, guid, rng, username
from bench.policies import Policies, persona_policy
from bench.sizes import Size

VERSION = 2
"""Raise it with every change of what is generated: data that was loaded before is then loaded again."""

PUBLIC_SHARE, DELETED_SHARE, DISABLED_SHARE = 0.01, 0.01, 0.03
"""Of the purposes."""

AREAS = (
    "Finance",
    "Sales",
    "marketing",
    "Risk",
    "Öffentlichkeit",
    "Logistics",
    "éducation",
    "Legal",
    "Supply",
    "People",
    "straße",
)
THINGS = (
    "reporting",
    "Forecast",
    "audit",
    "Onboarding",
    "planning",
    "Analytics",
    "migration",
    "Quality",
    "review",
    "Insights",
)


class World:
    """One company of a size."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.people = People(
            size, tuple(f"persona_{segment('Persona', each)}" for each in range(size.personas))
        )
        self._deleted = frozenset(_share(rng("deleted"), range(size.purposes), DELETED_SHARE))
        alive = [number for number in range(size.purposes) if number not in self._deleted]
        self.public = frozenset(_share(rng("public"), alive, PUBLIC_SHARE))
        spread = rng("parents")
        others = (spread.randrange(size.purposes) for _ in range(size.policies - size.purposes))
        self._parents = [*range(size.purposes), *others]
        self._policies = Policies(size, self._parents, self._deleted, self.public)

    @property
    def fingerprint(self) -> str:
        """Names this very data, for stores that are kept between runs."""
        return f"bench v{VERSION} {astuple(self.size)}"

    def documents(self) -> Iterator[Document]:
        """All entities: purposes, policies, personas, and the personas' policies (noise to a purpose query)."""
        children: list[list[int]] = [[] for _ in range(self.size.purposes)]
        for policy, purpose in enumerate(self._parents):
            children[purpose].append(policy)
        for number, policies in enumerate(children):
            yield self._purpose(number, policies)
        yield from self._policies
        for number in range(self.size.personas):
            yield self._persona(number)
            yield persona_policy(number)

    def _purpose(self, number: int, policies: list[int]) -> Document:
        choice = rng("purpose", number)
        name = f"{choice.choice(AREAS)} {choice.choice(THINGS)} {choice.randrange(self.size.purposes // 4)}"
        links = [link("AuthPolicy", each, self._policies.qualified_name(each)) for each in policies]
        return {
            **entity("Purpose", number, name, deleted=number in self._deleted),
            "displayName": choice.choice((name, name, name.upper(), "", None)),
            "qualifiedName": qualified_name("Purpose", number),
            "isAccessControlEnabled": choice.random() >= DISABLED_SHARE,
            "purposeClassifications": [
                f"tag{choice.randrange(500):03d}" for _ in range(choice.randint(1, 3))
            ],
            "relationshipList": links,
        }

    def _persona(self, number: int) -> Document:
        choice = rng("persona", number)
        groups = [
            self.people.groups[choice.randrange(self.size.groups)].name for _ in range(choice.randint(0, 3))
        ]
        users = [username(choice.randrange(self.size.users)) for _ in range(choice.randint(0, 5))]
        return {
            **entity("Persona", number, f"{choice.choice(AREAS)} {choice.choice(THINGS)} view"),
            "qualifiedName": qualified_name("Persona", number),
            "isAccessControlEnabled": choice.random() >= DISABLED_SHARE,
            "personaUsers": users,
            "personaGroups": groups,
            "roleId": guid("role", number),
        }


def _share(choice: Random, numbers: Sequence[int], share: float) -> list[int]:
    """About this share of the numbers, at least one."""
    return choice.sample(numbers, max(1, round(len(numbers) * share)))
