"""Who asks, about whom, and whether they may.

The token only says who is calling. Groups and roles come from the directory. Groups in a question can *narrow* an
ordinary caller's own groups; only a trusted caller's groups are taken as given. Nobody can widen their own access.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from purposeapp.directory.base import Directory
from purposeapp.domain.errors import Forbidden, InvalidToken, UnknownUser
from purposeapp.domain.model import Group, Person, Subject
from purposeapp.domain.resolve import ChainsOf, no_chains


class Identity(Protocol):
    """What a verified token says: whom it is for."""

    @property
    def subject(self) -> str: ...
    @property
    def username(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who proved who they are and whom the directory knows. `trusted`: may ask about anyone."""

    person: Person
    trusted: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The person a question is about. `person` is None where a trusted caller described somebody unknown.

    `described` is the person with the groups that the question gives, where it gives some.
    """

    subject: Subject
    person: Person | None
    described: Person | None = None

    @property
    def disabled(self) -> bool:
        return self.person is not None and not self.person.enabled

    @property
    def holder(self) -> Person | None:
        """Whose groups and roles `subject` has: to follow how each is held."""
        return self.described or self.person

    @property
    def chains_of(self) -> ChainsOf:
        return self.holder.chains_to if self.holder else no_chains


RecordLook = Callable[[Caller, str], None]
"""Writes down that a caller looks at somebody else's access; raises AuditUnavailable when it cannot."""


def identify(identity: Identity, *, directory: Directory, auditor_role: str) -> Caller:
    """The caller a token stands for. Raises InvalidToken for somebody unknown or disabled."""
    person = directory.by_id(identity.subject)
    if person is None:
        raise InvalidToken("unknown_user")
    return caller_as(person, auditor_role=auditor_role)


def caller_as(person: Person, *, auditor_role: str) -> Caller:
    """This person as a caller. Raises InvalidToken for somebody disabled."""
    if not person.enabled:
        raise InvalidToken("disabled_user")
    is_auditor = any(role.name == auditor_role for role in person.realm_roles)
    return Caller(person, trusted=is_auditor or person.may_view_any_access)


def whom(
    caller: Caller,
    username: str | None,
    groups: Iterable[str] | None,
    *,
    directory: Directory,
    record: RecordLook,
    refusal: str,
) -> Asked:
    """The subject of a question by `caller` about `username` (None: themselves) in `groups` (None: as they are).

    Raises Forbidden with the `refusal` text, or UnknownUser when a trusted caller asks about nobody and gives no groups.
    """
    names = None if groups is None else frozenset(groups)
    # The lower-cased form is how directories compare; anything else (case folding) would merge different people.
    if username is None or username.lower() == caller.person.username:
        described = caller.person if names is None else _narrowed(caller, names)
        return Asked(described.subject, caller.person, described)
    if not caller.trusted:
        raise Forbidden(refusal)
    person = directory.by_username(username)
    # Before the answer, whatever it is: that nobody has a name is something learnt, too.
    record(caller, person.username if person else username)
    found = person if names is None else _as_given(person or _somebody(username), names)
    if found is None:
        raise UnknownUser(username)
    return Asked(found.subject, person, found)


def _narrowed(caller: Caller, names: frozenset[str]) -> Person:
    if caller.trusted:
        return _as_given(caller.person, names)
    return caller.person.narrowed_to(names, direct_roles=False)


def _as_given(person: Person, names: frozenset[str]) -> Person:
    """What a trusted caller asks: the person with exactly these groups, and the roles that come through her own ones."""
    narrowed = person.narrowed_to(names, direct_roles=True)
    own = {group.name for group in narrowed.groups}
    given = (Group(id=name, name=name, path=name) for name in sorted(names - own))
    return replace(narrowed, groups=(*narrowed.groups, *given))


def _somebody(username: str) -> Person:
    return Person(id="", username=username.lower())
