"""The nouns of access discovery, as frozen values.

Person    who somebody is: the directory's whole answer (groups, roles and how each role is held)
Subject   what of a person the rules look at: username, group names, effective role names
Policy    one AuthPolicy: whom it names, what it does, when it holds
Purpose   what a user may see          Persona   the same for personas
Grant     one purpose that a subject sees, with its Reasons
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from purposeapp.domain.phrase import Phrase
from purposeapp.domain.roles import RoleGraph
from purposeapp.domain.schedule import Window

PUBLIC_GROUP = "public"
"""A policy that names this *group* names everybody. As a user name it is just a name."""

EVERY_USER = "{USER}"
"""A policy that names this *user* names every authenticated user (effective mode only)."""

PERSONA_ROLE_PREFIX = "persona_"

PURPOSE_CATEGORY = "purpose"

OVERRIDE_PRIORITY = 1
"""A policy of this priority (or above) beats every policy of the normal priority 0."""


class Mode(StrEnum):
    """Which of the two answers is wanted (docs/rules.md)."""

    LISTED = "listed"
    EFFECTIVE = "effective"


class PolicyType(StrEnum):
    """What a policy does to those it names, by its Atlas name."""

    ALLOW = "allow"
    DENY = "deny"
    DATA_MASK = "dataMask"
    ROW_FILTER = "rowFilter"
    ALLOW_EXCEPTIONS = "allowExceptions"
    DENY_EXCEPTIONS = "denyExceptions"


SHAPING_TYPES = frozenset({PolicyType.DATA_MASK, PolicyType.ROW_FILTER})
"""These shape the data a subject gets: they make the purpose visible and never refuse."""


class Via(StrEnum):
    """By which of a policy's lists a subject was matched."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"
    PUBLIC = "public"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Group:
    """A group somebody is directly in. `path` is unique within a realm, `name` is not."""

    id: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the directory. `client` is true for a client's own role, false for a realm role."""

    id: str
    name: str
    description: str = ""
    client: bool = False
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """The keys by which policies match. `username` is in the directory's own spelling."""

    username: str
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """Everything the directory says of one user, realm roles closed over groups, ancestors and composites."""

    id: str
    username: str
    enabled: bool = True
    groups: tuple[Group, ...] = ()
    roles: tuple[Role, ...] = ()
    role_graph: RoleGraph = field(default_factory=RoleGraph)
    default_roles: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may_view_any_access: bool = False

    @property
    def realm_roles(self) -> tuple[Role, ...]:
        """The effective roles without the clients' own ones, by name."""
        return tuple(role for role in self.roles if not role.client)

    @property
    def subject(self) -> Subject:
        return Subject(
            username=self.username,
            groups=frozenset(group.name for group in self.groups),
            roles=frozenset(role.name for role in self.realm_roles),
        )

    def narrowed_to(self, groups: frozenset[str], *, direct_roles: bool) -> "Person":
        """This person as one who is only in those of her groups, with the roles that come through them.

        `direct_roles` also keeps the roles that come through no group. Without them and with no groups left,
        her own name and `public` are all that matches.
        """
        kept = tuple(group for group in self.groups if group.name in groups)
        graph = replace(
            self.role_graph,
            direct_roles=self.role_graph.direct_roles if direct_roles else (),
            memberships=tuple(group.id for group in kept),
        )
        held = graph.effective_role_ids()
        roles = tuple(role for role in self.roles if role.id in held)
        return replace(self, groups=kept, roles=roles, role_graph=graph)

    def chains_to(self, role_name: str) -> tuple[tuple[str, ...], ...]:
        """Every way by which a realm role is held, as names from the user outwards, shortest first."""
        ids = (role.id for role in self.realm_roles if role.name == role_name)
        return tuple(
            tuple(step.name for step in path) for role_id in ids for path in self.role_graph.paths_to(role_id)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """One AuthPolicy, as the index holds it. Only ACTIVE policies are ever made into one.

    `purpose_guid` is the parent as far as the index could tell; None means an orphan.
    `schedule_readable` is false when the source's schedule is nonsense: then the policy refuses if it is
    a deny and grants nothing otherwise, so that a typing error never widens access.
    """

    guid: str
    name: str
    type: str
    qualified_name: str = ""
    category: str = PURPOSE_CATEGORY
    purpose_guid: str | None = None
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    resources: tuple[str, ...] = ()
    priority: int = 0
    enabled: bool = True
    schedule: tuple[Window, ...] = ()
    schedule_readable: bool = True


@dataclass(frozen=True, slots=True)
class Purpose:
    """One ACTIVE purpose. Times are epoch milliseconds; `attributes` are the Atlas attributes beyond the named ones."""

    guid: str
    name: str
    display_name: str = ""
    description: str = ""
    qualified_name: str = ""
    classifications: tuple[str, ...] = ()
    enabled: bool = True
    created_by: str = ""
    updated_by: str = ""
    create_time: int = 0
    update_time: int = 0
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Persona:
    """One ACTIVE persona: whom it names, and the role that also carries it."""

    guid: str
    name: str
    display_name: str = ""
    description: str = ""
    qualified_name: str = ""
    enabled: bool = True
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    role_id: str = ""
    created_by: str = ""
    updated_by: str = ""
    create_time: int = 0
    update_time: int = 0

    @property
    def role_name(self) -> str:
        """The name of the persona's role: the prefix and the last segment of its qualified name."""
        segment = self.qualified_name.rpartition("/")[2]
        return PERSONA_ROLE_PREFIX + segment if segment else ""


@dataclass(frozen=True, slots=True)
class Match:
    """By what a subject was matched. `chains` are the ways a role is held, outermost first; empty otherwise."""

    via: Via
    name: str
    chains: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One policy that names the subject, by one match, and whether it made the purpose visible.

    `because` is the end of a sentence for people, for example "allows select and nothing refuses it".
    """

    policy: Policy
    match: Match
    counts: bool
    because: Phrase


@dataclass(frozen=True, slots=True)
class Grant:
    """A purpose that a subject sees, and every policy of it that names the subject."""

    purpose: Purpose
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonaGrant:
    """A persona that a subject has, and by what."""

    persona: Persona
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that an index knows which could concern one subject: live policies naming it, and their purposes.

    `purposes` are the ACTIVE parents, `policies` those of category purpose that name the subject in any way.
    `orphans` are matching policies whose parent is missing or deleted: reported, never silently lost.
    """

    purposes: tuple[Purpose, ...] = ()
    policies: tuple[Policy, ...] = ()
    orphans: tuple[Policy, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer for one subject in one mode, in display order.

    `valid_until` is epoch seconds: the next schedule edge among the policies looked at, None if there is none.
    """

    mode: Mode
    grants: tuple[Grant, ...] = ()
    valid_until: float | None = None
