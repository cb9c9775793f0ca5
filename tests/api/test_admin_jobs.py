"""The admin pages of background jobs: started and cancelled after a question, watched by those who may."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from purposeapp import models
from purposeapp.models import Job, JobKind, JobState
from purposeapp.models.rebuild import RebuildWishes

pytestmark = pytest.mark.django_db

LIST, WARM, REBUILD = (f"/admin/purposeapp/job/{which}" for which in ("", "warm/", "rebuild/"))


def staff(group: str) -> Client:
    user = User.objects.create_user(group.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator() -> Client:
    return staff("Operator")


@pytest.fixture
def running() -> Job:
    return Job.objects.create(
        kind=JobKind.WARM,
        state=JobState.RUNNING,
        beat=timezone.now(),
        done=250,
        total=1000,
        rate=50.0,
    )


def page(job: Job, which: str = "") -> str:
    return reverse("admin:purposeapp_job_change", args=[job.pk]).replace("change/", which)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_operator_starts_a_warm_up_after_a_question(operator):
    models.Tenant.objects.create(
        slug="acme", name="Acme", issuer="https://sso.example.com/acme", audience="a"
    )
    assert WARM in shown(operator, LIST)
    asked = shown(operator, WARM)
    assert "Acme" in asked
    assert asked.count("<select") == 1
    assert not Job.objects.exists()
    answer = operator.post(WARM, {"tenant": "acme"})
    job = Job.objects.get()
    assert answer["Location"] == page(job, "change/")
    assert (job.tenant, job.kind, job.asked_by) == ("acme", JobKind.WARM, "operator")
    operator.post(WARM, {"tenant": "acme"})
    assert Job.objects.count() == 1


def test_an_operator_has_the_read_model_rebuilt_after_a_question(operator):
    assert REBUILD in shown(operator, LIST)
    assert "Answers go on meanwhile" in shown(operator, REBUILD)
    assert not models.AccessAudit.objects.exists()
    wishes = RebuildWishes()
    assert wishes.last("default") == 0
    answer = operator.post(REBUILD, {"tenant": "default"}, follow=True)
    assert "is being built anew" in answer.content.decode()
    assert RebuildWishes().last("default") > 0
    entry = models.AccessAudit.objects.get()
    assert (entry.actor_username, entry.action, entry.tenant) == ("operator", "rebuild read model", "default")
    assert staff("Auditor").post(REBUILD, {"tenant": "default"}).status_code == 403
    assert models.AccessAudit.objects.count() == 1


def test_nothing_is_rebuilt_where_nothing_is_kept(operator, settings):
    settings.READ_MODEL = False
    assert "READ_MODEL is off" in operator.post(REBUILD, {"tenant": "default"}, follow=True).content.decode()
    assert not models.AccessAudit.objects.exists()
    assert RebuildWishes().last("default") == 0


def test_a_tenant_that_is_none_starts_nothing(operator):
    assert operator.post(WARM, {"tenant": "nowhere"}).status_code == 200
    assert not Job.objects.exists()


def test_an_operator_cancels_after_a_question(operator, running):
    assert page(running, "cancel/") in shown(operator, page(running, "change/"))
    assert "goes on from where it stopped" in shown(operator, page(running, "cancel/"))
    running.refresh_from_db()
    assert not running.cancel_asked
    operator.post(page(running, "cancel/"))
    running.refresh_from_db()
    assert running.cancel_asked


def test_what_is_over_cannot_be_cancelled(operator, running):
    Job.objects.update(state=JobState.DONE)
    assert page(running, "cancel/") not in shown(operator, page(running, "change/"))
    operator.post(page(running, "cancel/"))
    running.refresh_from_db()
    assert (running.state, running.cancel_asked) == (JobState.DONE, False)


def test_the_pages_show_a_bar_and_words_without_any_script(operator, running):
    for address in (LIST, page(running, "change/")):
        text = shown(operator, address)
        assert '<progress max="1" value="0.2500"' in text
        assert "250 of 1,000 · 50 a second · 15 s left" in text


def test_live_jobs_are_watched_and_ended_ones_are_not(operator, running):
    found = re.search(r'data-watch="([^"]+)"', shown(operator, LIST))
    assert found
    assert operator.get(found[1]).json() == {
        "share": 0.25,
        "text": "250 of 1,000 · 50 a second · 15 s left",
        "over": False,
    }
    Job.objects.update(state=JobState.FAILED, message="Set REDIS_URL.")
    assert operator.get(found[1]).json()["text"] == "250 of 1,000 · failed · Set REDIS_URL."
    assert "data-watch" not in shown(operator, LIST)


def test_the_script_is_a_file_of_ours(operator, running):
    assert "/static/purposeapp/jobs.js" in shown(operator, LIST)
    script = Path(models.__file__).parents[1] / "static" / "purposeapp" / "jobs.js"
    assert "data-watch" in script.read_text()


def test_an_auditor_watches_and_no_more(running):
    auditor = staff("Auditor")
    assert WARM not in shown(auditor, LIST)
    assert page(running, "cancel/") not in shown(auditor, page(running, "change/"))
    for address in (WARM, page(running, "cancel/")):
        assert auditor.get(address).status_code == 403
        assert auditor.post(address, {"tenant": "default"}).status_code == 403
    running.refresh_from_db()
    assert (Job.objects.count(), running.cancel_asked) == (1, False)


def test_others_of_the_staff_see_nothing(running):
    User.objects.create_user("temp", is_staff=True)
    client = Client()
    client.force_login(User.objects.get(username="temp"))
    for address in (LIST, WARM, page(running, "cancel/"), f"{LIST}progress/?id={running.pk}"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("id_", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_progress_of_nothing_is_not_found(operator, id_):
    assert operator.get(f"{LIST}progress/", {"id": id_}).status_code == 404


def test_nobody_writes_jobs_by_hand(operator, running):
    Job.objects.update(state=JobState.DONE)
    assert operator.get(f"{LIST}add/").status_code == 403
    assert operator.post(page(running, "change/"), {"state": "waiting"}).status_code == 403
    assert operator.post(page(running, "delete/"), {"post": "yes"}).status_code == 403
