"""Who gets in: one and the same 401 for every bad token, and nothing but the directory is believed."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.tokens.issuer import LocalIssuer
from tests import world
from tests.conftest import AUDIENCE, ISSUER, Served

WHOAMI = "/api/service/whoami"
EVERY_ENDPOINT = [
    ("GET", WHOAMI),
    ("GET", "/whoami"),
    ("GET", "/api/service/roles/effective"),
    ("GET", "/api/meta/purposes/accessible"),
    ("GET", "/api/meta/personas/accessible"),
    ("POST", "/api/meta/purposes/user"),
    ("POST", "/api/atlas/v2/purposes/user"),
]


@pytest.fixture
def acme(serve: Callable[..., Served]) -> Served:
    return serve([world.person("ana", "eng"), world.person("dora", enabled=False)])


def bad_tokens(acme: Served, signing_key: str) -> dict[str, str]:
    good = acme.token("ana")
    header, payload, signature = good.split(".")
    foreign = LocalIssuer("https://elsewhere.example.com", AUDIENCE, signing_key)
    other_audience = LocalIssuer(ISSUER, "another-service", signing_key)
    ana = acme.people["ana"]
    return {
        "expired": acme.token("ana", now=time.time() - 3600),
        "foreign issuer": foreign.issue(subject=ana.id, username="ana", now=time.time()),
        "wrong audience": other_audience.issue(subject=ana.id, username="ana", now=time.time()),
        "unknown user": acme.token("ana", subject="nobody"),
        "disabled user": acme.token("dora"),
        "cut signature": f"{header}.{payload}.{signature[:-8]}",
        "none": f"eyJhbGciOiJub25lIn0.{payload}.",
        "garbage": "garbage",
    }


def test_every_bad_token_gets_one_and_the_same_401(acme: Served, signing_key: str) -> None:
    answers = set()
    for token in bad_tokens(acme, signing_key).values():
        response = acme.get(WHOAMI, Authorization=f"Bearer {token}", X_Request_Id="same")
        answers.add((response.status_code, response["WWW-Authenticate"], response.content))
    assert len(answers) == 1
    ((status, challenge, content),) = answers
    assert (status, challenge) == (401, 'Bearer error="invalid_token"')
    assert b"expired" not in content


def test_the_reason_is_in_the_log_and_the_token_is_not(
    acme: Served, caplog: pytest.LogCaptureFixture
) -> None:
    token = acme.token("ana", now=time.time() - 3600)
    with caplog.at_level(logging.INFO):
        acme.get(WHOAMI, Authorization=f"Bearer {token}")
    assert "expired" in {getattr(record, "reason", None) for record in caplog.records}
    assert token[:20] not in caplog.text


@pytest.mark.parametrize(("method", "path"), EVERY_ENDPOINT)
def test_no_endpoint_answers_without_a_token(acme: Served, method: str, path: str) -> None:
    response = acme.client.generic(method, path)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()  # a body that says so, in the endpoint's own shape


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer a b", "Bearer a, Bearer b", "bearer"])
def test_only_one_bearer_token_will_do(acme: Served, header: str) -> None:
    assert acme.get(WHOAMI, Authorization=header).status_code == 401


def test_groups_come_from_the_directory_at_once(serve: Callable[..., Served]) -> None:
    ana = world.person("ana", "eng")
    served = serve([ana])
    token = served.token("ana")
    moved = MemoryDirectory([replace(ana, groups=())])
    served = serve([ana], directory=moved)
    assert served.get(WHOAMI, Authorization=f"Bearer {token}").json()["groups"] == []


def test_a_directory_that_cannot_tell_is_503_not_401(serve: Callable[..., Served]) -> None:
    class Broken(MemoryDirectory):
        def by_id(self, user_id: str) -> None:
            raise DirectoryUnavailable

    response = serve([world.person("ana")], directory=Broken()).get(WHOAMI, as_="ana")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert response.json()["code"] == "unavailable"
