"""May this user see this purpose or persona, or do something there? One question, or many at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from purposeapp.directory.base import Directory
from purposeapp.discovery.asking import Caller
from purposeapp.discovery.entities import persona_of, purpose_entry
from purposeapp.domain.errors import AccessError, Forbidden, Unavailable, UnknownUser
from purposeapp.domain.model import Match, Mode, Person, Persona, Reason
from purposeapp.domain.resolve import judge, resolve_personas, surviving_actions
from purposeapp.domain.snapshot import Entry
from purposeapp.policyindex.base import PolicyIndex

RecordLooks = Callable[[Sequence[str]], None]
"""Writes down that the caller looks at the access of these users; raises AuditUnavailable when it cannot."""


VIEW = "view"
"""To see a purpose or have a persona. All other actions are those of policies, and of effective mode only."""

Grounds = tuple[Reason, ...] | tuple[Match, ...]
"""What speaks for and against seeing a purpose, or what names the user for a persona."""


class Resource(StrEnum):
    """What can be seen."""

    PURPOSE = "purpose"
    PERSONA = "persona"


@dataclass(frozen=True, slots=True)
class Check:
    """A question: may the user do this to the purpose or persona of this guid?

    `at` is the moment it is about, in epoch seconds; None is now.
    """

    username: str
    kind: Resource
    guid: str
    mode: Mode = Mode.EFFECTIVE
    action: str = VIEW
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: `allowed`, or the `error` for which there is none. `username` is the directory's spelling."""

    check: Check
    username: str
    allowed: bool = False
    error: AccessError | None = None
    grounds: Grounds = ()


def decide(
    checks: Iterable[Check],
    *,
    caller: Caller,
    record: RecordLooks,
    policies: PolicyIndex,
    directory: Directory,
    now: float,
) -> Iterator[Decision]:
    """A decision for each check, in order, made as it is taken; `now` is epoch seconds. Looks are recorded before this returns.

    Checks that cannot be decided (unknown user, purpose or persona; somebody else asked about by an ordinary caller) say
    so and don't spoil the others. Raises Unavailable when a source cannot tell: then nothing is decided.
    """
    checks = tuple(checks)
    names = sorted({check.username.lower() for check in checks})
    own = caller.person.username
    if caller.trusted:
        people = {name: caller.person if name == own else directory.by_username(name) for name in names}
        looks = sorted(person.username if person else name for name, person in people.items() if name != own)
        if looks:
            record(looks)
    else:
        people = {own: caller.person}
    one = _Deciding(people, caller, policies, now)
    return map(one.decision, checks)


@dataclass
class _Deciding:
    """Decides checks one by one; each purpose and persona is read once."""

    people: Mapping[str, Person | None]
    caller: Caller
    policies: PolicyIndex
    now: float
    _read: dict[tuple[str, str], Entry | Persona] = field(default_factory=dict)

    def decision(self, check: Check) -> Decision:
        try:
            person = self._person(check.username)
            allowed, grounds = self._decided(check, person)
            return Decision(check, person.username, allowed, grounds=grounds)
        except Unavailable:
            raise
        except AccessError as error:
            return Decision(check, check.username, error=error)

    def _person(self, username: str) -> Person:
        name = username.lower()
        if name not in self.people:
            raise Forbidden(f"{self.caller.person.username} is not authorized to ask about other users")
        person = self.people[name]
        if person is None:
            raise UnknownUser(username)
        return person

    def _decided(self, check: Check, person: Person) -> tuple[bool, Grounds]:
        resource = self._resource(check)
        if check.mode is Mode.EFFECTIVE and not person.enabled:
            return False, ()
        if isinstance(resource, Persona):
            granted = resolve_personas([resource], person.subject, mode=check.mode)
            return check.action == VIEW and bool(granted), granted[0].matches if granted else ()
        now = self.now if check.at is None else check.at
        told = (resource.purpose, resource.policies, person.subject)
        seen, reasons = judge(*told, mode=check.mode, now=now)
        if check.action == VIEW:
            return seen, reasons
        return check.action in surviving_actions(*told, now=now), reasons

    def _resource(self, check: Check) -> Entry | Persona:
        key = (check.kind, check.guid)
        if key not in self._read:
            find = purpose_entry if check.kind is Resource.PURPOSE else persona_of
            self._read[key] = find(check.guid, policies=self.policies)
        return self._read[key]
