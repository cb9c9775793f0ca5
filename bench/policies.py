"""The policies of a made-up company: a believable mix of types, flags, schedules and whom they name."""

from collections.abc import Container, Iterator, Sequence
from random import Random
from typing import Any

from bench.entities import Document, entity, link, qualified_name, schedule, segment
from bench.people import group_name, popularity, rng, username
from bench.sizes import Size

TYPES = {
    "allow": 0.80,
    "deny": 0.09,
    "dataMask": 0.05,
    "rowFilter": 0.04,
    "allowExceptions": 0.01,
    "denyExceptions": 0.01,
}
SHAPING = ("dataMask", "rowFilter")

NAMED = {"groups": 0.60, "users": 0.25, "both": 0.10, "roles": 0.05}
"""By which of its lists a policy names people."""

EVERY_USER_SHARE = 0.001
DISABLED_SHARE, DELETED_SHARE, OVERRIDE_SHARE, SCHEDULED_SHARE = 0.05, 0.02, 0.03, 0.04
UNLINKED_SHARE, ORPHAN_SHARE, MOVED_SHARE = 0.02, 0.002, 0.01
"""Without a relationshipList · with a parent that nobody knows · with the link to a former parent still there."""

OUTLIVES_ITS_PURPOSE_SHARE = 0.1
"""Of a deleted purpose's policies, those that nobody deleted with it."""

ACTIONS = (
    "entity-read",
    "entity-update",
    "entity-add-classification",
    "entity-remove-classification",
    "select",
)
SCHEDULES = (
    ("2000/01/01 00:00:00", "2100/12/31 23:59:59", "UTC"),
    ("2001/01/01 00:00:00", "2002/12/31 23:59:59", "Europe/Berlin"),
    ("2090/06/01 08:00:00", "", "America/New_York"),
    ("next Tuesday", "", "UTC"),
)
"""Open, over, not yet, and unreadable; none of them changes while a run lasts."""


class Policies:
    """All policies of category purpose; `parents` has the number of each one's purpose."""

    def __init__(
        self, size: Size, parents: Sequence[int], deleted: Container[int], public: Container[int]
    ) -> None:
        self._size, self._parents, self._deleted, self._public = size, parents, deleted, public
        # The groups that policies like best are not the largest ones: few users are in several of them.
        self._groups = rng("liked groups").sample(range(size.groups), size.groups)
        self._popularity = popularity(size.groups)

    def __iter__(self) -> Iterator[Document]:
        return map(self._policy, range(len(self._parents)))

    def qualified_name(self, number: int) -> str:
        return f"{qualified_name('Purpose', self._parents[number])}/{segment('AuthPolicy', number)}"

    def _policy(self, number: int) -> Document:
        """Policy n < purposes is the first one of purpose n: for a public purpose, the one that makes it so."""
        if number in self._public:
            return self._document(number, "allow") | {"policyGroups": ["public"]} | self._link(number)
        choice, parent = rng("policy", number), self._parents[number]
        dies_with_it = parent in self._deleted and not _hit(choice, OUTLIVES_ITS_PURPOSE_SHARE)
        kind = choice.choices(list(TYPES), list(TYPES.values()))[0]
        actions = ["select"] if kind in SHAPING else choice.sample(ACTIONS, choice.randint(1, 3))
        return {
            **self._document(number, kind, deleted=dies_with_it or _hit(choice, DELETED_SHARE)),
            "policyActions": actions,
            "policyPriority": int(_hit(choice, OVERRIDE_SHARE)),
            "isPolicyEnabled": not _hit(choice, DISABLED_SHARE),
            **self._whom(choice),
            **self._parent(choice, number),
            **_when(choice),
        }

    def _document(self, number: int, kind: str, *, deleted: bool = False) -> Document:
        return {
            **entity("AuthPolicy", number, f"{kind} {number}", deleted=deleted),
            "qualifiedName": self.qualified_name(number),
            "policyCategory": "purpose",
            "policySubCategory": "data" if kind in SHAPING else "metadata",
            "policyServiceName": "atlas_tag",
            "policyType": kind,
            "policyActions": ["entity-read"],
            "policyResources": [f"tag:tag{number % 500:03d}"],
            "policyPriority": 0,
            "isPolicyEnabled": True,
        }

    def _whom(self, choice: Random) -> Document:
        if _hit(choice, EVERY_USER_SHARE):
            return {"policyUsers": ["{USER}"]}
        by = choice.choices(list(NAMED), list(NAMED.values()))[0]
        return {
            "policyGroups": self._group_names(choice) if by in ("groups", "both") else _nothing(choice),
            "policyUsers": self._usernames(choice) if by in ("users", "both") else _nothing(choice),
            "policyRoles": [f"role-{choice.randrange(self._size.roles):03d}"]
            if by == "roles"
            else _nothing(choice),
        }

    def _group_names(self, choice: Random) -> list[str]:
        ranks = choice.choices(
            range(self._size.groups), cum_weights=self._popularity, k=choice.choice((1, 1, 2))
        )
        return sorted({group_name(self._groups[rank]) for rank in ranks})

    def _usernames(self, choice: Random) -> list[str]:
        return [username(choice.randrange(self._size.users)) for _ in range(choice.randint(1, 8))]

    def _parent(self, choice: Random, number: int) -> Document:
        if _hit(choice, UNLINKED_SHARE):
            return {}
        if _hit(choice, ORPHAN_SHARE):
            return {
                "relationshipList": [link("Purpose", self._size.purposes + number, "default/nobody-knows-it")]
            }
        former = []
        if _hit(choice, MOVED_SHARE):
            other = choice.randrange(self._size.purposes)
            former = [link("Purpose", other, qualified_name("Purpose", other), status="DELETED")]
        return {"relationshipList": former + self._link(number)["relationshipList"]}

    def _link(self, number: int) -> Document:
        parent = self._parents[number]
        return {"relationshipList": [link("Purpose", parent, qualified_name("Purpose", parent))]}


def persona_policy(number: int) -> Document:
    """The policy of a persona: named by its role, and nothing that a question about purposes may return."""
    return {
        **entity("AuthPolicy", -1 - number, f"persona policy {number}"),
        "qualifiedName": f"{qualified_name('Persona', number)}/{segment('AuthPolicy', -1 - number)}",
        "policyCategory": "persona",
        "policyType": "allow",
        "policyActions": ["persona-asset-read"],
        "policyRoles": [f"persona_{segment('Persona', number)}"],
        "policyGroups": ["public"] if number % 2 else [],
        "relationshipList": [link("Persona", number, qualified_name("Persona", number))],
    }


def _when(choice: Random) -> Document:
    hit = _hit(choice, SCHEDULED_SHARE)
    return {"policyValiditySchedule": [schedule(*choice.choice(SCHEDULES))]} if hit else {}


def _nothing(choice: Random) -> Any:
    """An empty list has two spellings."""
    return choice.choice(([], None))


def _hit(choice: Random, share: float) -> bool:
    return choice.random() < share
