"""Background jobs over HTTP: for auditors, of their own tenant, and answered at once."""

import threading
import uuid
from collections.abc import Iterator

import pytest
from django.db import connections
from django.utils import timezone

from purposeapp.jobs.runner import claim, run
from purposeapp.models import Job, JobKind, JobState
from tests.conftest import Served
from tests.keeping import KeepingDirectory
from tests.world import person

WARM = "/api/meta/jobs/warm"
PEOPLE = [
    person("ana", roles=["access-auditor"]),
    person("bo"),
    *(person(f"user-{number}") for number in range(8)),
]


@pytest.fixture
def acme(serve) -> Served:
    return serve(PEOPLE, directory=KeepingDirectory(PEOPLE))


def test_an_auditor_starts_a_warm_up_and_sees_it_through(acme):
    started = acme.post(WARM, b"", as_="ana")
    assert (started.status_code, started.json()["state"]) == (202, "waiting")
    assert started.json()["askedBy"] == "ana"
    run(uuid.UUID(started.json()["id"]))
    job = acme.get(started["Location"], as_="ana")
    assert job.status_code == 200
    assert job["Cache-Control"] == "no-store"
    told = {name: job.json()[name] for name in ("state", "done", "total", "share", "eta", "message")}
    assert told == {"state": "done", "done": 10, "total": 10, "share": 1.0, "eta": None, "message": ""}


def test_starting_twice_is_one_job(acme):
    first, second = (acme.post(WARM, b"", as_="ana").json()["id"] for _ in range(2))
    assert first == second
    assert [job["id"] for job in acme.get("/api/meta/jobs", as_="ana").json()["jobs"]] == [first]


def test_a_running_job_says_when_it_will_be_done(acme):
    job = Job.objects.create(kind=JobKind.WARM, done=25, total=100, rate=50.0)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, beat=timezone.now())
    told = acme.get(f"/api/meta/jobs/{job.pk}", as_="ana").json()
    assert (told["share"], told["usersPerSecond"]) == (0.25, 50.0)
    assert told["eta"] > timezone.now().isoformat()


def test_cancelling_stops_it(acme):
    job = acme.post(WARM, b"", as_="ana").json()["id"]
    assert acme.post(f"/api/meta/jobs/{job}/cancel", b"", as_="ana").json()["state"] == "cancelled"
    running = acme.post(WARM, b"", as_="ana").json()["id"]
    claim(uuid.UUID(running))
    answer = acme.post(f"/api/meta/jobs/{running}/cancel", b"", as_="ana")
    assert (answer.status_code, answer.json()["state"], answer.json()["cancelAsked"]) == (
        202,
        "running",
        True,
    )


def test_ordinary_callers_learn_and_start_nothing(acme):
    job = Job.objects.create(kind=JobKind.WARM)
    for answer in (
        acme.post(WARM, b"", as_="bo"),
        acme.get("/api/meta/jobs", as_="bo"),
        acme.get(f"/api/meta/jobs/{job.pk}", as_="bo"),
        acme.get(f"/api/meta/jobs/{uuid.uuid4()}", as_="bo"),
        acme.post(f"/api/meta/jobs/{job.pk}/cancel", b"", as_="bo"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert acme.post(WARM, b"").status_code == 401
    assert Job.objects.get().state == JobState.WAITING


def test_jobs_of_another_tenant_are_not_there(acme):
    others = Job.objects.create(tenant="other", kind=JobKind.WARM)
    assert acme.get("/api/meta/jobs", as_="ana").json() == {"jobs": []}
    assert acme.get(f"/api/meta/jobs/{others.pk}", as_="ana").status_code == 404
    assert acme.post(f"/api/meta/jobs/{others.pk}/cancel", b"", as_="ana").status_code == 404
    assert Job.objects.get().state == JobState.WAITING


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (WARM, {"tenant": "other"}, 400),
        (f"{WARM}?tenant=other", b"", 400),
        (f"{WARM}?consistency=fast", b"", 202),
        ("/api/meta/jobs/not-an-id/cancel", b"", 404),
    ],
)
def test_only_what_is_known_is_accepted(acme, path, body, status):
    assert acme.post(path, body, as_="ana").status_code == status


def test_the_list_is_the_latest_and_bounded(acme):
    for _ in range(3):
        Job.objects.create(kind=JobKind.WARM, state=JobState.DONE)
    newest = Job.objects.create(kind=JobKind.WARM)
    assert [job["id"] for job in acme.get("/api/meta/jobs?limit=1", as_="ana").json()["jobs"]] == [
        str(newest.pk)
    ]
    assert acme.get("/api/meta/jobs?limit=101", as_="ana").status_code == 400


@pytest.fixture
def living(serve_without_database, transactional_db) -> Iterator[Served]:
    """As above, where what is written is there for other threads."""
    yield serve_without_database(PEOPLE, directory=KeepingDirectory(PEOPLE))
    connections.close_all()


def test_without_a_broker_this_process_does_the_job(living):
    started = living.post(WARM, b"", as_="ana")
    for thread in threading.enumerate():
        if thread.name == f"job {started.json()['id']}":
            thread.join(20)
    job = living.get(started["Location"], as_="ana").json()
    assert (job["state"], job["done"]) == ("done", 10)
