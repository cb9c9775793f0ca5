"""May this user see this purpose or persona? One question, or many at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from purposeapp.directory.base import Directory
from purposeapp.discovery.asking import Caller
from purposeapp.discovery.entities import persona_of, purpose_entry
from purposeapp.domain.errors import AccessError, Forbidden, Unavailable, UnknownUser
from purposeapp.domain.model import Mode, Person, Persona
from purposeapp.domain.resolve import judge, resolve_personas
from purposeapp.domain.snapshot import Entry
from purposeapp.policyindex.base import PolicyIndex

RecordLooks = Callable[[Sequence[str]], None]
"""Writes down that the caller looks at the access of these users; raises AuditUnavailable when it cannot."""


class Resource(StrEnum):
    """What can be seen."""

    PURPOSE = "purpose"
    PERSONA = "persona"


@dataclass(frozen=True, slots=True)
class Check:
    """A question: does the user see the purpose or persona of this guid?"""

    username: str
    kind: Resource
    guid: str
    mode: Mode = Mode.EFFECTIVE


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: `allowed`, or the `error` for which there is none. `username` is the directory's spelling."""

    check: Check
    username: str
    allowed: bool = False
    error: AccessError | None = None


def decide(
    checks: Iterable[Check],
    *,
    caller: Caller,
    record: RecordLooks,
    policies: PolicyIndex,
    directory: Directory,
    now: float,
) -> list[Decision]:
    """A decision for each check, in order; `now` is epoch seconds.

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
    return [one.decision(check) for check in checks]


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
            return Decision(check, person.username, self._sees(check, person))
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

    def _sees(self, check: Check, person: Person) -> bool:
        resource = self._resource(check)
        if check.mode is Mode.EFFECTIVE and not person.enabled:
            return False
        if isinstance(resource, Persona):
            return bool(resolve_personas([resource], person.subject, mode=check.mode))
        return judge(resource.purpose, resource.policies, person.subject, mode=check.mode, now=self.now)[0]

    def _resource(self, check: Check) -> Entry | Persona:
        key = (check.kind, check.guid)
        if key not in self._read:
            find = purpose_entry if check.kind is Resource.PURPOSE else persona_of
            self._read[key] = find(check.guid, policies=self.policies)
        return self._read[key]
