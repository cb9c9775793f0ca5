"""Whether what the tests say is so."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from pyroaring import FrozenBitMap

from purposeapp.discovery.decisions import Resource
from purposeapp.discovery.entities import persona_of, purpose_entry
from purposeapp.discovery.sentences import sentences
from purposeapp.discovery.subjects import persona_viewers, purpose_viewers
from purposeapp.domain.explain import Case, explain
from purposeapp.domain.model import Mode, Person
from purposeapp.management.access.expect.model import AccessTest, Form, Thing
from purposeapp.management.access.expect.naming import Meaning
from purposeapp.management.access.expect.nodes import Mistake, wrong
from purposeapp.management.access.names import names_of
from purposeapp.management.access.source import Source, held

NAMED = 5
"""Users named in a failure; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a test. `failures` say what is otherwise, and why; none: it passed. `took` is in seconds."""

    test: AccessTest
    failures: tuple[str, ...]
    took: float

    @property
    def passed(self) -> bool:
        return not self.failures


def run(tests: Sequence[AccessTest], source: Source, file: str) -> Iterator[Result]:
    """A result for each, in order, all about one state of the tenant. Looks are recorded before the first one.

    Raises InvalidRequest for names that nobody and nothing has: a test of those would say nothing.
    """
    source = held(source)
    meaning = Meaning(names_of(source.ports.policies), source.everybody().population)
    runner = _Runner(source, meaning)
    mistakes = list(_mistakes(tests, meaning))
    if mistakes:
        raise wrong(file, mistakes)
    source.record("test", sorted(_looked_at(tests)), {"tests": len(tests)})
    return map(runner.result, tests)


def _mistakes(tests: Iterable[AccessTest], meaning: Meaning) -> Iterator[Mistake]:
    for test in tests:
        looked_up: list[Callable[[], object]] = [
            partial(meaning.people, one) for one in test.people.one_by_one()
        ]
        looked_up += [partial(meaning.guid, thing.kind, thing.name) for thing in test.things]
        if test.via:
            looked_up.append(partial(meaning.names_on, test.via))
        for look_up in looked_up:
            try:
                look_up()
            except Mistake as mistake:
                yield mistake


def _looked_at(tests: Iterable[AccessTest]) -> set[str]:
    """The users that single tests are about; a blank name where one is about everybody."""
    return {test.people.users[0].text.lower() if test.form is Form.USER else "" for test in tests}


@dataclass(frozen=True, slots=True)
class _Runner:
    source: Source
    meaning: Meaning

    def result(self, test: AccessTest) -> Result:
        began = perf_counter()
        check = self._of_user if test.form is Form.USER else self._of_people
        failures = tuple(failure for thing in test.things for failure in check(test, thing))
        return Result(test, failures, perf_counter() - began)

    def _of_user(self, test: AccessTest, thing: Thing) -> Iterator[str]:
        ordinal = self.meaning.user(test.people.users[0])
        case = self._case(self._person(ordinal), test, thing)
        granted = case.granted(test.mode)
        if bool(granted) is not thing.wanted:
            yield self._why(case)
        elif (
            test.via and thing.wanted and not any(self.meaning.leads(test.via, match) for _, match in granted)
        ):
            name = f" {test.via.name.text}" if test.via.name else ""
            yield f"not via {test.via.via}{name}. {self._why(case)}"

    def _of_people(self, test: AccessTest, thing: Thing) -> Iterator[str]:
        meant, seeing = self.meaning.people(test.people), self._viewers(test, thing)
        if test.mode is Mode.EFFECTIVE:
            meant -= self.meaning.population.disabled
        shown = repr(thing.name.text)
        if test.form in (Form.EVERYONE, Form.ONLY):
            yield from self._about(meant - seeing, f"of them have no access to {shown}", test, thing)
        if test.form in (Form.NOBODY_OUTSIDE, Form.ONLY):
            yield from self._about(seeing - meant, f"outside have access to {shown}", test, thing)
        if test.form is Form.NOBODY:
            yield from self._about(seeing & meant, f"of them have access to {shown}", test, thing)

    def _about(self, users: FrozenBitMap, what: str, test: AccessTest, thing: Thing) -> Iterator[str]:
        """One sentence for those who should not be there, with the reason of the first."""
        if not users:
            return
        some = [self.meaning.population.usernames[ordinal] for ordinal in users[:NAMED]]
        more = f" and {len(users) - NAMED} more" if len(users) > NAMED else ""
        why = self._why(self._case(self._person(users[0]), test, thing))
        yield f"{len(users)} {what}: {', '.join(some)}{more}. {why}"

    def _viewers(self, test: AccessTest, thing: Thing) -> FrozenBitMap:
        guid, population = self.meaning.guid(thing.kind, thing.name), self.meaning.population
        policies = self.source.ports.policies
        if thing.kind is Resource.PERSONA:
            found = persona_viewers(guid, mode=test.mode, policies=policies, population=population)
        else:
            found = purpose_viewers(
                guid, mode=test.mode, policies=policies, population=population, now=self._moment(test)
            )
        return found.audience.users

    def _case(self, person: Person, test: AccessTest, thing: Thing) -> Case:
        guid, policies = self.meaning.guid(thing.kind, thing.name), self.source.ports.policies
        if thing.kind is Resource.PERSONA:
            return Case(person, persona_of(guid, policies=policies), now=self._moment(test))
        entry = purpose_entry(guid, policies=policies)
        return Case(person, entry.purpose, entry.policies, self._moment(test))

    def _person(self, ordinal: int) -> Person:
        username = self.meaning.population.usernames[ordinal]
        person = self.source.ports.directory.by_username(username)
        # Who went since everybody was counted is in nothing any more.
        return person if person is not None else Person(id="", username=username)

    def _why(self, case: Case) -> str:
        return " ".join(sentences(explain(case, self.source.ports.directory.realm)))

    def _moment(self, test: AccessTest) -> float:
        return self.source.now if test.at is None else test.at
