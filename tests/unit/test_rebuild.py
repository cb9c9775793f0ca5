"""The wish for a read model built anew: who hears of it, and who answers for it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from purposeapp.domain.errors import InvalidRequest
from purposeapp.jobs.tasks import refresh_snapshot
from purposeapp.models import AccessAudit, Change, Tenant
from purposeapp.models.change import ChangeKind, record_change
from purposeapp.models.rebuild import RebuildWishes, wish_for_rebuild
from tests.counted import Ticking

pytestmark = pytest.mark.django_db


def test_a_wish_is_heard_within_a_second_and_by_its_tenant_alone():
    clock = Ticking()
    wishes = RebuildWishes(clock=clock)
    assert wishes.last("acme") == 0
    wish_for_rebuild("acme")
    record_change("acme", ChangeKind.POLICIES)
    clock.now += 1.1
    first = wishes.last("acme")
    assert first == Change.objects.get(kind=ChangeKind.REBUILD).pk
    assert wishes.last("other") == 0
    wish_for_rebuild("acme")
    assert wishes.last("acme") == first, "looked at a moment ago"
    clock.now += 1.1
    assert wishes.last("acme") > first
    Change.objects.all().delete()
    clock.now += 1.1
    assert wishes.last("acme") > first, "it never goes back"


def test_rows_that_cannot_be_read_stop_nobody(monkeypatch):
    clock = Ticking()
    wishes = RebuildWishes(clock=clock)
    wish_for_rebuild("acme")
    asked = []

    def fail(**_):
        asked.append(clock.now)
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(Change.objects, "filter", fail)
        for _ in range(10):
            assert wishes.last("acme") == 0
            clock.now += 2
    assert len(asked) == 1, "it is left alone for a while"
    clock.now += 30
    assert wishes.last("acme") > 0


def test_the_command_asks_for_one_tenant_or_all_and_is_on_record(capsys):
    Tenant.objects.create(slug="acme", name="Acme", issuer="https://sso.example.com/acme", audience="a")
    call_command("rebuild", "acme")
    assert capsys.readouterr().out == "acme: asked for\n"
    call_command("rebuild", "--all")
    assert [each.tenant for each in Change.objects.filter(kind=ChangeKind.REBUILD)] == [
        "acme",
        "default",
        "acme",
    ]
    assert {each.action for each in AccessAudit.objects.all()} == {"rebuild read model"}
    assert AccessAudit.objects.filter(actor_username__startswith="cli:").count() == 3
    with pytest.raises(CommandError, match="no active tenant nowhere"):
        call_command("rebuild", "nowhere")


def test_the_task_asks_in_the_service_s_name():
    refresh_snapshot("default")
    assert AccessAudit.objects.get().actor_id == "service:worker"
    with pytest.raises(InvalidRequest):
        refresh_snapshot("nowhere")
    assert Change.objects.filter(kind=ChangeKind.REBUILD).count() == 1
