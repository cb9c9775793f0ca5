"""How fresh an answer is: `consistency`, the revision that answers name, and tags that outlive revisions."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.model import Person
from purposeapp.domain.revision import Revision
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.wiring import Sources
from tests import world
from tests.conftest import Serve, Served

PURPOSES, PERSONAS = "/api/meta/purposes/accessible", "/api/meta/personas/accessible"
FLAT, ATLAS = "/api/meta/purposes/user", "/api/atlas/v2/purposes/user"
LISTS = [PURPOSES, PERSONAS, "/whoami?include=personas,purposes", "/api/service/roles/effective"]
ASK_FLAT = {"username": "ana", "groups": ["eng"]}

THEN, NOW = Revision(1, 1), Revision(2, 2)
BEFORE = world.person("ana")
AFTER = world.person("ana", "eng", roles=["analyst"])


@dataclass
class Behind:
    """A world that is one change behind: Ana has joined eng. Catching up shows it, unless the directory is down."""

    directory: MemoryDirectory
    down: bool = False
    at: Revision = field(default_factory=lambda: THEN)

    def revision(self) -> Revision:
        return self.at

    def present(self) -> Revision:
        return NOW

    def reaches(self, revision: Revision) -> bool:
        return self.at.includes(revision)

    def catch_up(self) -> None:
        if self.down:
            raise DirectoryUnavailable
        self.directory.__init__([AFTER])  # type: ignore[misc]  # new people, the same directory
        self.at = NOW


@pytest.fixture
def behind() -> Behind:
    return Behind(MemoryDirectory([BEFORE]))


@pytest.fixture
def acme(serve_without_database: Serve, behind: Behind) -> Served:
    churn = world.purpose("Churn")
    documents = [
        churn,
        world.policy("read", on=churn, groups=["eng"]),
        world.persona("Engineers", groups=["eng"]),
    ]
    sources = Sources(MemoryPolicyIndex.from_documents(documents), MemoryDirectory([AFTER]))
    return serve_without_database(
        [BEFORE], policies=sources.policies, directory=behind.directory, sources=sources, freshness=behind
    )


def ask(acme: Served, path: str, consistency: str | None) -> Any:
    more = "" if consistency is None else f"{'&' if '?' in path else '?'}consistency={consistency}"
    if path in (FLAT, ATLAS):
        return acme.post(path + more, ASK_FLAT, as_="ana")
    return acme.get(path + more, as_="ana")


def shows_the_change(response: Any) -> bool:
    assert response.status_code == 200, response.content
    body = response.json()
    return bool(body.get("purposes") or body.get("personas") or body.get("roles"))


@pytest.mark.parametrize("path", [*LISTS, FLAT, ATLAS])
@pytest.mark.parametrize("consistency", [None, "fast", f"at-least:{THEN}"])
def test_fast_and_what_is_here_already_wait_for_nothing(
    acme: Served, behind: Behind, path: str, consistency: str | None
) -> None:
    behind.down = True
    response = ask(acme, path, consistency)
    assert not shows_the_change(response)
    assert response["X-Access-Revision"] == str(THEN)


@pytest.mark.parametrize("path", [*LISTS, FLAT, ATLAS])
def test_full_asks_the_sources_about_the_caller_too(acme: Served, behind: Behind, path: str) -> None:
    behind.down = True
    response = ask(acme, path, "full")
    assert shows_the_change(response)
    assert response["X-Access-Revision"] == str(NOW)


@pytest.mark.parametrize("path", [*LISTS, FLAT, ATLAS])
def test_at_least_waits_before_the_caller_is_looked_up(acme: Served, path: str) -> None:
    response = ask(acme, path, f"at-least:{NOW}")
    assert shows_the_change(response)
    assert response["X-Access-Revision"] == str(NOW)


@pytest.mark.parametrize("path", [*LISTS, FLAT, ATLAS])
def test_who_cannot_catch_up_says_so(acme: Served, behind: Behind, path: str) -> None:
    behind.down = True
    response = ask(acme, path, f"at-least:{NOW}")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("consistency", ["", "slow", "at-least:", "at-least:x"])
def test_anything_else_is_refused_with_the_cure(acme: Served, path: str, consistency: str) -> None:
    response = ask(acme, path, consistency)
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["field"] == "consistency"
    assert response.json()["detail"].startswith("consistency ")


@pytest.mark.parametrize("path", [FLAT, ATLAS])
def test_the_frozen_contract_refuses_in_its_own_words(acme: Served, path: str) -> None:
    response = ask(acme, path, "slow")
    assert response.status_code == 400
    assert response.json()["errorMessage"].startswith("consistency must be")


def test_a_revision_that_an_answer_names_can_be_asked_for(acme: Served) -> None:
    body = acme.get(PURPOSES, as_="ana").json()
    assert body["revision"] == str(THEN)
    assert ask(acme, PURPOSES, f"at-least:{body['revision']}").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_tag_outlives_revisions_that_do_not_concern_the_answer(
    acme: Served, behind: Behind, path: str
) -> None:
    first = acme.get(path, as_="ana")
    assert first["ETag"].startswith('W/"')
    behind.at = replace(THEN, policies=7)
    again = acme.get(path, as_="ana", If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["X-Access-Revision"] == str(Revision(7, 1))
    behind.catch_up()
    assert acme.get(path, as_="ana", If_None_Match=first["ETag"]).status_code == 200


def test_somebody_who_was_disabled_is_refused_as_soon_as_it_must_be_known(
    serve_without_database: Serve, behind: Behind
) -> None:
    gone: Person = replace(BEFORE, enabled=False)
    sources = Sources(MemoryPolicyIndex(), MemoryDirectory([gone]))
    acme = serve_without_database([BEFORE], sources=sources, freshness=behind)
    assert ask(acme, "/whoami", "fast").status_code == 200
    assert ask(acme, "/whoami", "full").status_code == 401
