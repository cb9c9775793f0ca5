"""The demo in the local database: the same company as in memory, however often it is loaded."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from purposeapp.demo import company, documents
from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.domain.model import Mode
from purposeapp.domain.resolve import resolve
from purposeapp.models import DEFAULT_TENANT, AuthPolicy, Role
from purposeapp.policyindex.database import DatabasePolicyIndex
from purposeapp.policyindex.memory import MemoryPolicyIndex

pytestmark = pytest.mark.django_db

NOW = 1_781_524_800.0


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command printed while it loaded the company."""
    monkeypatch.delenv("DEMO_ADMIN_PASSWORD", raising=False)
    call_command("demo")
    return capsys.readouterr().out


def test_everybody_gets_the_same_answer_as_from_memory(said: str) -> None:
    directory, local = DjangoDirectory(DEFAULT_TENANT), DatabasePolicyIndex(DEFAULT_TENANT)
    memory = MemoryPolicyIndex.from_documents(documents())
    for each in company().people:
        person = directory.by_username(each.username)
        assert person is not None
        for mode in Mode:
            found, expected = (
                resolve(index.evidence(person.subject), person.subject, mode=mode, now=NOW)
                for index in (local, memory)
            )
            assert [grant.purpose.guid for grant in found.grants] == [
                grant.purpose.guid for grant in expected.grants
            ], (each.username, mode)


def test_people_have_their_groups_nested_and_their_roles_closed(said: str) -> None:
    directory = DjangoDirectory(DEFAULT_TENANT)
    kenji, peter, carl = (
        directory.by_username(name) for name in ("kenji.watanabe", "peter.lindqvist", "carl.former")
    )
    assert kenji is not None
    assert [group.path for group in kenji.groups] == ["/data/engineering/platform"]
    assert {"$member", "data-engineer", "analyst"} <= kenji.subject.roles
    assert peter is not None
    assert {"data-steward", "glossary-editor", "catalogue-reviewer"} <= peter.subject.roles
    assert carl is not None
    assert not carl.enabled


def test_loading_again_changes_nothing_and_repairs_what_was_changed(
    said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [model.objects.count() for model in (User, Group, Role, AuthPolicy)]
    password = User.objects.get(username="admin").password
    User.objects.get(username="priya.nair").groups.clear()
    call_command("demo")
    assert [model.objects.count() for model in (User, Group, Role, AuthPolicy)] == before
    assert User.objects.get(username="admin").password == password
    assert [group.name for group in User.objects.get(username="priya.nair").groups.all()] == ["engineering"]
    assert re.search(
        r"password: unchanged; to change it: \S+python\S* manage.py changepassword admin\n",
        capsys.readouterr().out,
    )


def test_the_printed_logins_work(said: str, client: Client) -> None:
    password = re.search(r"admin  password: (\S+)", said)
    assert password is not None
    assert client.login(username="admin", password=password[1])
    assert client.login(username="nadia.rahman", password="demo")
    assert User.objects.get(username="nadia.rahman").has_perm("purposeapp.view_any_access")
    assert not client.login(username="service-account-access-gateway", password="demo")


def test_the_printed_curl_works(said: str, client: Client) -> None:
    url = re.search(r"'\S+?(/api/meta\S+)'", said)
    token = re.search(r"Bearer ([\w.-]+)", said)
    assert url is not None
    assert token is not None
    answer = client.get(url[1], headers={"Authorization": f"Bearer {token[1]}"})
    assert answer.status_code == 200
    assert answer.json()["total"] > 5


def test_the_administrator_may_choose_the_password(
    said: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_ADMIN_PASSWORD", "correct horse battery staple")
    call_command("demo")
    assert client.login(username="admin", password="correct horse battery staple")


def test_it_is_not_loaded_in_production(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not loaded in production"):
        call_command("demo")
    assert not User.objects.exists()
