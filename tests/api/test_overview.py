"""The overview: what it tells, to whom, and that one source that fails hides nothing of the others."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accessviz.overview import words
from purposeapp import jobs
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.events import SourceStatus
from purposeapp.models import AccessAudit, Job, JobKind, JobState
from purposeapp.timings import timings
from tests import world
from tests.api.test_pages import ANA, DOCUMENTS, staff, text
from tests.conftest import Served

WATCHING = ("view_job", "view_any_access")
RUNNING = (*WATCHING, "run_jobs")


class SilentDirectory(MemoryDirectory):
    def count(self) -> int:
        raise DirectoryUnavailable


@pytest.fixture(autouse=True)
def _nothing_was_asked() -> None:
    timings.forget()


@pytest.fixture(autouse=True)
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs that were given away; nobody does them here."""
    given: list[Job] = []
    monkeypatch.setattr(jobs, "hand_over", given.append)
    return given


@pytest.fixture
def company(serve: Callable[..., Served]) -> Served:
    return serve([ANA, world.person("bo")], DOCUMENTS)


def test_it_tells_how_much_there_is_and_that_the_sources_answer(company: Served) -> None:
    shown = text(staff("audra", *WATCHING).get("/overview/"))
    for figure in ("<dt>Users</dt><dd>2", "default/directory", "default/policies"):
        assert figure in shown


def test_a_source_that_fails_hides_nothing_of_the_others(serve: Callable[..., Served]) -> None:
    serve([ANA], DOCUMENTS, directory=SilentDirectory([ANA]))
    shown = text(staff("audra", *WATCHING).get("/overview/"))
    assert "could not tell" in shown
    assert "default/policies" in shown


@pytest.mark.parametrize("rights", [("view_any_access",), ("view_accessaudit",)])
def test_without_the_right_to_watch_there_is_no_overview(company: Served, rights: tuple[str, ...]) -> None:
    client = staff("audra", *rights)
    assert client.get("/overview/").status_code == 403
    assert "/overview/" not in text(client.get("/"))


def test_who_looked_is_for_those_who_may_read_the_trail(company: Served) -> None:
    AccessAudit.objects.create(
        tenant="default", actor_username="audra", subject_username="ana", action="roles"
    )
    AccessAudit.objects.create(
        tenant="other", actor_username="olga", subject_username="oskar", action="roles"
    )
    assert "Who looked last" not in text(staff("wim", *WATCHING).get("/overview/"))
    shown = text(staff("rita", *WATCHING, "view_accessaudit").get("/overview/"))
    assert "<bdi>ana</bdi>" in shown
    assert "oskar" not in shown


def test_a_warm_up_is_started_watched_and_cancelled(company: Served, handed_over: list[Job]) -> None:
    client = staff("otto", *RUNNING)
    assert "has started" in text(client.post("/overview/warm-up/", follow=True))
    (job,) = handed_over
    assert (job.tenant, job.kind, job.asked_by) == ("default", JobKind.WARM, "otto")
    assert f"?id={job.pk}" in text(client.get("/overview/"))
    assert "asked to stop" in text(client.post("/overview/cancel/", {"job": job.pk}, follow=True))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert "over already" in text(
        client.post("/overview/cancel/", {"job": Job.objects.create(state=JobState.DONE).pk}, follow=True)
    )


@pytest.mark.parametrize(
    ("read_model", "redis_url", "missing"),
    [
        (True, "", "REDIS_URL is not set"),
        (False, "redis://127.0.0.1:1", "READ_MODEL is off"),
        (True, "redis://127.0.0.1:1", ""),
    ],
)
def test_a_warm_up_is_offered_where_it_can_do_its_work_and_else_says_what_is_missing(
    company: Served, settings: Any, read_model: bool, redis_url: str, missing: str
) -> None:
    settings.READ_MODEL, settings.REDIS_URL = read_model, redis_url
    shown = text(staff("otto", *RUNNING).get("/overview/"))
    assert ("Start a warm-up" in shown) is (not missing)
    assert missing in shown
    assert not missing or missing not in text(staff("wim", *WATCHING).get("/overview/"))


def test_jobs_of_another_tenant_can_neither_be_seen_nor_cancelled(company: Served) -> None:
    job = Job.objects.create(tenant="other", kind=JobKind.WARM, asked_by="olga")
    client = staff("otto", *RUNNING)
    assert "olga" not in text(client.get("/overview/"))
    for name in (job.pk, uuid4(), "nonsense"):
        assert client.post("/overview/cancel/", {"job": name}).status_code == 404
    job.refresh_from_db()
    assert job.state == JobState.WAITING


@pytest.mark.parametrize("address", ["/overview/warm-up/", "/overview/cancel/"])
def test_work_is_started_and_stopped_by_those_who_may_and_only_by_a_form(
    company: Served, address: str
) -> None:
    assert staff("wim", *WATCHING).post(address).status_code == 403
    assert staff("otto", *RUNNING).get(address).status_code == 405
    client = Client(enforce_csrf_checks=True)
    assert client.post(address).status_code == 403
    assert not Job.objects.exists()


def test_only_superusers_see_all_tenants(company: Served) -> None:
    assert "All tenants" not in text(staff("wim", *WATCHING).get("/overview/"))
    assert "All tenants" in text(staff("sue", is_superuser=True).get("/overview/"))


def test_slow_questions_are_told_by_route_without_what_was_asked(company: Served) -> None:
    client = staff("audra", *WATCHING)
    client.get("/person/", {"username": "ana"})
    company.get("/api/service/whoami", as_="ana")
    shown = text(client.get("/overview/"))
    assert "GET /person/" in shown
    assert "GET /api/service/whoami" in shown
    assert "username=ana" not in shown
    assert not timings.slowest("other")


@pytest.mark.parametrize(
    ("is_leading", "redis_url", "told"),
    [
        (True, "redis://127.0.0.1:1", "this process, for all"),
        (False, "redis://127.0.0.1:1", "another process tells this one through Redis; "),
        (False, "", "this process, for itself"),
    ],
)
def test_who_looks_at_a_source_is_told_as_it_is(
    settings: Any, is_leading: bool, redis_url: str, told: str
) -> None:
    settings.REDIS_URL = redis_url
    assert words.leading(SourceStatus(1, 0.1, is_leading)).startswith(told)
