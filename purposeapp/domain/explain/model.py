"""The nouns of an explanation, as frozen values: facts and codes, no sentences.

Node         a stop on a way: a user, group, role, policy, purpose …
Change       one thing that somebody could change, or wait for
Failure      one reason why a policy shows nothing
Verdict      one policy: whom it matched by, whether it counts, what is in its way
Explanation  all that there is to say of one person and one purpose or persona
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from purposeapp.domain.model import Match, Person, Persona, Policy, Purpose
from purposeapp.domain.phrase import Phrase


class Kind(StrEnum):
    """What a node is. `public` and `everyone` stand where a policy names everybody."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"
    PUBLIC = "public"
    EVERYONE = "everyone"
    POLICY = "policy"
    PURPOSE = "purpose"
    PERSONA = "persona"


@dataclass(frozen=True, slots=True)
class Node:
    """A stop on a way. `name` is what people read: of a group its path."""

    kind: Kind
    id: str
    name: str


Path = tuple[Node, ...]
"""From the user outwards, over groups and roles, to the policy (where there is one) and the purpose or persona."""


class Op(StrEnum):
    """What a change does, those first that touch the fewest people."""

    ADD_GROUP = "add_group"
    ADD_ROLE = "add_role"
    NAME_USER = "name_user"
    UNNAME_USER = "unname_user"
    REMOVE_GROUP = "remove_group"
    REMOVE_ROLE = "remove_role"
    WAIT = "wait"
    ENABLE_POLICY = "enable_policy"
    REMOVE_GROUP_ROLE = "remove_group_role"
    REMOVE_COMPOSITE = "remove_composite"
    DISABLE_POLICY = "disable_policy"
    ENABLE_PURPOSE = "enable_purpose"
    ENABLE_PERSONA = "enable_persona"
    ENABLE_USER = "enable_user"


COST: Mapping[Op, int] = {op: cost for cost, op in enumerate(Op)}
"""How far a change reaches: one person, then those of a group or role, then everybody."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `node` is the group or role given or taken, or the policy, purpose, persona or user that is changed.

    `holder` is what loses the role in the two changes that take one from a group or from another role. `moment` is until when
    to wait, in epoch seconds.
    """

    op: Op
    node: Node
    holder: Node | None = None
    moment: float = 0.0

    @property
    def order(self) -> tuple[int, float, str, str]:
        """Cheap ones first; the rest makes the order the same on every call."""
        return (COST[self.op], self.moment, self.node.name, self.node.id)


class Why(StrEnum):
    """Why something shows nothing."""

    USER_DISABLED = "user_disabled"
    PURPOSE_DELETED = "purpose_deleted"
    PURPOSE_DISABLED = "purpose_disabled"
    PERSONA_DISABLED = "persona_disabled"
    NOT_NAMED = "not_named"
    POLICY_DISABLED = "policy_disabled"
    NOT_YET = "not_yet"
    OVER = "over"
    SCHEDULE_UNREADABLE = "schedule_unreadable"
    REFUSES = "refuses"
    NO_EFFECT = "no_effect"
    NO_ACTION = "no_action"
    BEATEN = "beaten"


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason why something shows nothing. `until` is when a schedule begins; `by` are the denies that beat it."""

    why: Why
    until: float | None = None
    by: tuple[Policy, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One policy of the purpose, as far as it concerns the person.

    `counts` and `listed`: whether it makes the purpose visible in effective and in listed mode. `beaten_by` are the denies that
    take some of its actions away, which need not be all. `failures` are all reasons why it does not count.
    `because` is what the listings say.
    """

    policy: Policy
    matches: tuple[Match, ...]
    counts: bool
    listed: bool
    in_schedule: bool
    because: Phrase
    beaten_by: tuple[Policy, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Paths:
    """Every way, shortest first; `complete` is false where there may be more."""

    items: tuple[Path, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    """Changes that together revoke; `minimal` is false where a smaller set was not ruled out."""

    changes: tuple[Change, ...] = ()
    minimal: bool = True


@dataclass(frozen=True, slots=True)
class Nearest:
    """The smallest sets of changes that each give access, cheapest first; `complete` is false where there may be more."""

    options: tuple[tuple[Change, ...], ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a person sees a purpose or has a persona at `moment` (epoch seconds), and everything that decides it.

    `matches` are whom a *persona* matched by; those of a purpose are its policies' (`verdicts`). `failures` are what stands
    in the way whatever the policies say. `cut` is of effective access, `nearest` of what would give it.
    """

    person: Person
    resource: Purpose | Persona
    moment: float
    listed: bool
    effective: bool
    matches: tuple[Match, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    failures: tuple[Failure, ...] = ()
    paths: Paths = Paths()
    listed_paths: Paths = Paths()
    cut: Cut = Cut()
    nearest: Nearest = Nearest()
    valid_until: float | None = None
