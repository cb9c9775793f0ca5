"""`manage.py warm`: what it says and how it ends, without a broker (it does the work itself) and with none to be had."""

import time
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from purposeapp import jobs, wiring
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.jobs import runner, warm
from purposeapp.jobs.runner import claim
from purposeapp.management.commands import warm as command
from purposeapp.models import Job, JobKind, JobState
from tests.keeping import KeepingDirectory
from tests.world import person

PEOPLE = [person(f"user-{number:02}") for number in range(25)]


class Finished:
    """A thread that has done its work."""

    def is_alive(self):
        return False


def work_at_once(job):
    jobs.run(job.pk)
    return Finished()


@pytest.fixture
def directories(monkeypatch, db):
    """Two tenants. The work is done here and now: the threads of a test share one database in memory, which locks."""
    monkeypatch.setattr(warm, "CHUNK", 10)
    monkeypatch.setattr(runner, "TRIES", 1)
    monkeypatch.setattr(command, "LOOK_EVERY", 0)
    monkeypatch.setattr(command, "begin", work_at_once)
    found = {"default": KeepingDirectory(PEOPLE), "acme": KeepingDirectory(PEOPLE[:3])}
    services = [SimpleNamespace(slug=slug, directory=each, issuers=()) for slug, each in found.items()]
    monkeypatch.setattr(wiring, "_cached", wiring._Cached(lambda: wiring.Tenants(services)))
    return found


def ended(*arguments):
    """The exit code."""
    with pytest.raises(SystemExit) as exit_:
        call_command("warm", *arguments)
    return exit_.value.code


def test_it_does_the_default_tenant_and_says_so(directories, capsys):
    call_command("warm")
    assert "default: 25 of 25 · done" in capsys.readouterr().out
    assert (len(directories["default"].kept), directories["acme"].kept) == (25, [])


def test_it_does_one_or_all(directories):
    call_command("warm", "acme")
    assert (len(directories["default"].kept), len(directories["acme"].kept)) == (0, 3)
    call_command("warm", "--all")
    assert (len(directories["default"].kept), len(directories["acme"].kept)) == (25, 6)


def test_status_only_tells(directories, capsys):
    call_command("warm", "acme")
    call_command("warm", "--all", "--status")
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "default: never warmed up",
        "acme: 3 of 3 · done",
    ]
    assert Job.objects.count() == 1


def test_cancel_stops_the_one_under_way(directories, capsys):
    job, _ = jobs.start("default", JobKind.WARM)
    claim(job.pk)
    call_command("warm", "--cancel")
    assert "stopping" in capsys.readouterr().out
    job.refresh_from_db()
    assert job.cancel_asked


def test_a_failure_is_told_and_is_the_exit_code(directories, capsys):
    def fails():
        raise DirectoryUnavailable

    directories["default"].before_storing = fails
    assert ended("--all") == command.FAILED
    told = capsys.readouterr().out
    assert f"default: 0 of 25 · failed · {DirectoryUnavailable()}" in told
    assert "acme: 3 of 3 · done" in told


def test_a_cancelled_one_has_its_own_exit_code(directories):
    directories["default"].before_storing = lambda: Job.objects.update(state=JobState.CANCELLED)
    assert ended() == command.CANCELLED


def test_an_interrupt_cancels_and_the_same_command_goes_on(directories, capsys, monkeypatch):
    looks = iter([interrupt, stop_as_asked])
    monkeypatch.setattr(command, "begin", Working)
    at_every_look(monkeypatch, lambda: next(looks, int)())
    assert ended() == command.INTERRUPTED
    assert "goes on from there" in capsys.readouterr().err
    monkeypatch.setattr(command, "begin", work_at_once)
    call_command("warm")
    assert directories["default"].kept == [each.username for each in PEOPLE[10:]]


class Working:
    """A thread that has taken the job up."""

    def __init__(self, job):
        claim(job.pk)

    def is_alive(self):
        return True


def interrupt():
    raise KeyboardInterrupt


def stop_as_asked():
    """What a worker does when its job is to stop."""
    asked = Job.objects.filter(state=JobState.RUNNING, cancel_asked=True)
    asked.update(state=JobState.CANCELLED, done=10, place="user-09", finished=timezone.now())


def at_every_look(monkeypatch, happens):
    """What happens while the command waits for the next look at its job."""

    def sleep(seconds):
        happens()
        time.sleep(seconds)

    monkeypatch.setattr(command, "time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))


def test_where_nothing_is_kept_there_is_no_job(monkeypatch, directories):
    with pytest.raises(CommandError, match="no active tenant"):
        call_command("warm", "nowhere")
    assert not Job.objects.exists()


def test_with_a_broker_it_is_handed_over(directories, settings, monkeypatch, capsys):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    for taken, words in ((True, "handed over"), (False, "the broker does not answer")):
        monkeypatch.setattr(command, "tell_workers", lambda job_id, taken=taken: taken)
        call_command("warm")
        assert words in capsys.readouterr().out
    assert Job.objects.get().state == JobState.WAITING


def test_without_a_worker_it_says_how_to_start_one(directories, settings, monkeypatch, capsys):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setattr(command, "HINT_AFTER", 0)
    monkeypatch.setattr(command, "begin", lambda job: None)
    looks = iter(range(4))
    at_every_look(monkeypatch, lambda: next(looks) == 3 and jobs.cancel(Job.objects.get()))
    assert ended("--watch") == command.CANCELLED
    assert capsys.readouterr().out.count("celery -A purposeapp worker") == 1
