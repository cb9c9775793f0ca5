"""Background jobs: one live job of a kind, one worker at a time, resumed where it stopped, stopped when asked."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from purposeapp import wiring
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.errors import DirectoryUnavailable, InvalidRequest
from purposeapp.jobs import cancel, runner, start, warm
from purposeapp.jobs.due import forget_old_jobs, tenants_to_warm, waiting_jobs
from purposeapp.jobs.progress import Progress, Superseded
from purposeapp.jobs.runner import MAX_ATTEMPTS, claim, run
from purposeapp.models import Job, JobKind, JobState
from purposeapp.models.job import LOST_AFTER
from tests.keeping import KeepingDirectory
from tests.world import person

pytestmark = pytest.mark.django_db

MANY = [person(f"user-{number:02}") for number in range(25)]
NAMES = [each.username for each in MANY]
LONG_AGO = timedelta(hours=2)


@pytest.fixture
def directory(monkeypatch, settings):
    settings.WARM_USERS_PER_SECOND = 0
    monkeypatch.setattr(warm, "CHUNK", 10)
    monkeypatch.setattr(runner, "TRIES", 1)
    directory = KeepingDirectory(MANY)
    use(monkeypatch, default=directory)
    return directory


def use(monkeypatch, **directories):
    """Make these the tenants' directories."""
    services = [SimpleNamespace(slug=slug, directory=each, issuers=()) for slug, each in directories.items()]
    monkeypatch.setattr(wiring, "_cached", wiring._Cached(lambda: wiring.Tenants(services)))


def started(**fields):
    job, _ = start("default", JobKind.WARM)
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def done(job):
    run(job.pk)
    job.refresh_from_db()
    return job


def doing(work):
    """Run a new job with this work, and say how it ended."""
    job = started()
    run(job.pk, {JobKind.WARM: work})
    job.refresh_from_db()
    return job


def lose_its_worker(job):
    Job.objects.filter(pk=job.pk).update(beat=timezone.now() - 2 * LOST_AFTER)


def test_a_warm_up_keeps_everybody_once_and_says_so(directory):
    job = done(started())
    assert (job.state, job.done, job.total, job.share_done) == (JobState.DONE, 25, 25, 1.0)
    assert directory.kept == NAMES


def test_an_empty_tenant_is_done_at_once(monkeypatch):
    use(monkeypatch, default=KeepingDirectory())
    job = done(started())
    assert (job.state, job.total, job.share_done) == (JobState.DONE, 0, 1.0)


def test_a_second_start_is_the_live_job(directory):
    first, new = start("default", JobKind.WARM, asked_by="ana")
    second, again = start("default", JobKind.WARM, asked_by="bo")
    assert (first.pk, new, again) == (second.pk, True, False)
    assert second.asked_by == "ana"


def test_tenants_and_kinds_have_their_own(directory):
    jobs = {
        start(tenant, kind)[0].pk for tenant in ("default", "acme") for kind in (JobKind.WARM, JobKind.REVIEW)
    }
    assert len(jobs) == 4


def test_a_job_delivered_twice_is_done_once(directory):
    job = started()
    directory.before_storing = lambda: run(job.pk)
    done(job)
    run(job.pk)
    assert directory.kept == NAMES


def test_of_two_who_claim_a_lost_job_one_gets_it(directory):
    job = started()
    claim(job.pk)
    assert claim(job.pk) is None
    lose_its_worker(job)
    assert claim(job.pk) is not None
    assert claim(job.pk) is None


def test_a_lost_job_goes_on_from_its_place(directory):
    job = started(state=JobState.RUNNING, done=10, place="user-09")
    lose_its_worker(job)
    assert done(job).state == JobState.DONE
    assert job.done == 25
    assert directory.kept == NAMES[10:]


def test_a_worker_that_was_replaced_stops_and_writes_nothing(directory):
    job = started()
    slow = Progress(claim(job.pk))
    lose_its_worker(job)
    Progress(claim(job.pk)).reached(20, "user-19")
    slow.reached(5, "user-04")
    with pytest.raises(Superseded):
        slow.flush()
    job.refresh_from_db()
    assert job.place == ""


def test_a_replaced_worker_s_end_is_not_written(directory):
    job = started()

    def replaced(mine, progress):
        lose_its_worker(mine)
        claim(mine.pk)

    run(job.pk, {JobKind.WARM: replaced})
    job.refresh_from_db()
    assert (job.state, job.finished) == (JobState.RUNNING, None)


def test_cancelling_stops_a_running_job_where_it_is(directory, monkeypatch):
    monkeypatch.setattr("purposeapp.jobs.progress.WRITE_EVERY", 0)
    job = started()
    directory.before_storing = lambda: len(directory.kept) == 10 and cancel(Job.objects.get(pk=job.pk))
    done(job)
    assert (job.state, job.done, job.place) == (JobState.CANCELLED, 20, "user-19")
    assert job.finished is not None


def test_a_pause_ends_when_the_job_is_cancelled(directory):
    def sleeper(job, progress):
        cancel(Job.objects.get(pk=job.pk))
        progress.pause(600)

    assert doing(sleeper).state == JobState.CANCELLED


def test_a_job_that_nobody_has_is_cancelled_at_once(directory):
    waiting, lost = started(), start("acme", JobKind.WARM)[0]
    claim(lost.pk)
    lose_its_worker(lost)
    for job in (waiting, lost):
        cancel(job)
        assert job.state == JobState.CANCELLED


def test_cancelling_what_is_over_changes_nothing(directory):
    job = done(started())
    cancel(job)
    assert (job.state, job.cancel_asked) == (JobState.DONE, False)


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.FAILED])
def test_a_job_stopped_lately_is_taken_up_again_from_its_place(directory, state):
    job = started(state=state, done=20, place="user-19", finished=timezone.now(), cancel_asked=True)
    again, new = start("default", JobKind.WARM)
    assert (again.pk, new, again.state) == (job.pk, True, JobState.WAITING)
    assert done(again).state == JobState.DONE
    assert directory.kept == NAMES[20:]


@pytest.mark.parametrize(
    "ended",
    [
        {"state": JobState.FAILED, "finished": timezone.now() - LONG_AGO},
        {"state": JobState.DONE, "finished": timezone.now()},
        {"state": JobState.FAILED, "finished": timezone.now(), "question": {"of": "something else"}},
    ],
)
def test_any_other_end_is_followed_by_a_new_job(directory, ended):
    job = started(done=20, place="user-19", **ended)
    again, _ = start("default", JobKind.WARM)
    assert again.pk != job.pk
    assert again.place == ""


def test_a_failure_says_its_sentence_and_never_the_driver_s(directory):
    def fails(job, progress):
        raise DirectoryUnavailable from OSError("password=hunter2 host=db.internal")

    job = doing(fails)
    assert (job.state, job.message) == (JobState.FAILED, str(DirectoryUnavailable()))


def silent_at(*steps, times):
    """Work of ten steps whose source fails to answer so many times at each of these."""
    silences = dict.fromkeys(steps, times)

    def work(job, progress):
        while progress.done < 10:
            if silences.get(progress.done):
                silences[progress.done] -= 1
                raise DirectoryUnavailable(retry_after=0)
            progress.reached(progress.done + 1)

    return work


def test_a_source_that_does_not_answer_for_a_while_is_waited_for(directory, monkeypatch):
    monkeypatch.setattr(runner, "TRIES", 3)
    assert doing(silent_at(4, times=2)).state == JobState.DONE
    assert doing(silent_at(4, times=3)).state == JobState.FAILED


def test_the_patience_begins_anew_with_each_place(directory, monkeypatch):
    monkeypatch.setattr(runner, "TRIES", 3)
    assert doing(silent_at(2, 5, 8, times=2)).state == JobState.DONE


def test_a_bug_is_ours_and_its_text_stays_in_the_log(directory):
    def buggy(job, progress):
        progress.reached(3, "user-02")
        raise KeyError("hunter2")

    job = doing(buggy)
    assert (job.state, job.done, job.place) == (JobState.FAILED, 3, "user-02")
    assert "on our side" in job.message
    assert "hunter2" not in job.message


def test_a_job_too_long_for_one_slice_waits_for_the_next(directory):
    def long(job, progress):
        progress.reached(3, "user-02")
        raise SoftTimeLimitExceeded

    job = doing(long)
    assert (job.state, job.place, job.finished) == (JobState.WAITING, "user-02", None)
    assert waiting_jobs(timezone.now()) == [job]


def test_a_job_that_kills_every_worker_is_given_up(directory):
    job = started(attempts=MAX_ATTEMPTS)
    assert done(job).state == JobState.FAILED
    assert "memory" in job.message
    assert directory.kept == []


def test_getting_further_forgives_earlier_deaths(directory):
    job = started(attempts=MAX_ATTEMPTS - 1)
    progress = Progress(claim(job.pk))
    progress.reached(1, "user-00")
    progress.flush()
    job.refresh_from_db()
    assert job.attempts == 0


def test_a_full_cache_fails_with_the_cure(monkeypatch, directory):
    use(monkeypatch, default=KeepingDirectory(MANY, room=15))
    job = done(started())
    assert (job.state, job.done, job.place) == (JobState.FAILED, 10, "user-09")
    assert "Redis" in job.message


def test_a_cache_that_cannot_be_filled_fails_with_the_cure(monkeypatch, directory):
    use(monkeypatch, default=KeepingDirectory(MANY, room=0))
    job = done(started())
    assert (job.state, job.done) == (JobState.FAILED, 0)
    assert "the service runs" in job.message


def test_where_nothing_is_kept_the_job_says_what_to_set(serve):
    serve(MANY)
    job = done(started())
    assert job.state == JobState.FAILED
    assert "REDIS_URL" in job.message


def test_a_tenant_that_went_away_fails_by_name(directory):
    job, _ = start("acme", JobKind.WARM)
    assert "acme" in done(job).message


def test_some_users_are_kept_anew_and_strangers_passed_over(directory):
    assert warm.rewarm_users("default", [MANY[3].id, "nobody"]) == 1
    assert directory.kept == ["user-03"]
    with pytest.raises(InvalidRequest):
        warm.rewarm_users("acme", [])


def test_the_pace_is_an_average_without_bursts():
    now = [0.0]
    pace = warm.Pace(1000, clock=lambda: now[0])
    assert pace.wait_after(500) == pytest.approx(0.5)
    now[0] = 60.0
    assert pace.wait_after(2000) == pytest.approx(1.0)
    assert warm.Pace(0).wait_after(10**9) == 0


def test_the_sweep_finds_what_nobody_does(directory):
    waiting, lost = started(), start("acme", JobKind.WARM)[0]
    claim(lost.pk)
    now = timezone.now()
    assert waiting_jobs(now) == [waiting]
    assert {job.pk for job in waiting_jobs(now + 2 * LOST_AFTER)} == {waiting.pk, lost.pk}


def test_old_jobs_are_forgotten_live_and_late_ones_stay(directory):
    old = started(state=JobState.DONE, finished=timezone.now() - timedelta(days=31))
    started(state=JobState.DONE, finished=timezone.now())
    start("acme", JobKind.WARM)
    assert forget_old_jobs(timezone.now()) == 1
    assert not Job.objects.filter(pk=old.pk).exists()
    assert Job.objects.count() == 2


class Silent(MemoryDirectory):
    def count(self):
        raise DirectoryUnavailable


def test_large_tenants_are_warmed_each_in_its_turn(monkeypatch, settings):
    settings.WARM_AT_USERS, settings.WARM_EVERY_MINUTES = 25, 2
    large = {slug: KeepingDirectory(MANY) for slug in ("a", "b", "c", "d")}
    small, silent = KeepingDirectory(MANY[:24]), KeepingDirectory(MANY)
    silent.source = Silent(MANY)
    use(monkeypatch, small=small, silent=silent, unkept=MemoryDirectory(MANY), **large)
    now = timezone.now()
    ran(a=now - timedelta(minutes=5), b=now - timedelta(minutes=9), c=now - timedelta(minutes=1))
    assert tenants_to_warm(now) == ["d", "b"]
    ran(b=now, d=now)
    assert tenants_to_warm(now) == ["a"]


def ran(**started_at):
    for slug, moment in started_at.items():
        Job.objects.create(tenant=slug, kind=JobKind.WARM, state=JobState.DONE, started=moment)
