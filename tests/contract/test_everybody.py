"""Everybody counted at once are who each of them is when looked up: on every directory."""

import pytest

from purposeapp.discovery.everybody import Everybody
from tests.contract.directory_rows import MakeRow, djangoauth, djangoauth_postgres, keycloak, memory

SERVICE, DATABASE = pytest.mark.service, pytest.mark.django_db
ROWS = (
    pytest.param(memory, id="memory"),
    pytest.param(djangoauth, id="djangoauth", marks=DATABASE),
    pytest.param(djangoauth_postgres, id="djangoauth-postgres", marks=SERVICE),
    pytest.param(keycloak, id="keycloak", marks=SERVICE),
)


@pytest.mark.parametrize("make", ROWS)
def test_everybody_counted_are_who_each_is_when_looked_up(
    make: MakeRow, request: pytest.FixtureRequest
) -> None:
    with make(request) as row:
        people = Everybody(row.directory, background=lambda _work: None)
        population = people.counted().population
        assert len(population) > 5
        for ordinal, subject in population.subjects(population.everybody).items():
            person = row.directory.by_username(subject.username)
            assert person is not None
            assert (person.subject, person.id) == (subject, population.ids[ordinal])
            assert person.enabled is (ordinal not in population.disabled)
        before = population.subjects(population.everybody)
        people.forget(population.ids)
        told = people.counted().population
        assert told is not population
        assert told.subjects(told.everybody) == before
