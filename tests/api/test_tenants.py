"""Two tenants on one deployment, chosen by the token's issuer: neither sees anything of the other."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from purposeapp import wiring
from purposeapp.models import AccessAudit, Role, Tenant, TenantUser
from purposeapp.policyindex.database import import_documents
from purposeapp.wiring import Tenants
from tests import world

PURPOSES = "/api/meta/purposes/accessible"
USER_PURPOSES = "/api/meta/purposes/user"


@pytest.fixture
def two_tenants(db: None) -> Iterator[None]:
    """In both: an `ana` in a group `eng`, an auditor, and a purpose that only differs by its name."""
    wiring.forget_tenants()
    Tenant.objects.create(
        slug="globex",
        name="Globex",
        issuer="https://globex.example.com",
        audience="purposeapp",
        local_issuer=True,
    )
    engineers = Group.objects.create(name="eng")
    for slug, names in {"default": ("ana", "olga"), "globex": ("ana.globex", "olga.globex", "gus")}.items():
        auditors = Role.objects.create(tenant=slug, name="access-auditor")
        for name in names:
            user = User.objects.create_user(name)
            user.groups.add(engineers)
            if slug != "default":
                TenantUser.objects.create(user=user, tenant=slug)
            if name.startswith("olga"):
                auditors.users.add(user)
        purposes = [world.purpose(f"{slug} {number}", guid=f"guid-{number}") for number in range(3)]
        policies = [world.policy(f"read {slug} {each['name']}", on=each, groups=["eng"]) for each in purposes]
        import_documents(slug, [*purposes, *policies, world.persona(f"{slug} engineers", groups=["eng"])])
    yield
    wiring.forget_tenants()


def token(slug: str, username: str) -> str:
    tenant = wiring.tenants().by_slug(slug)
    assert tenant
    assert tenant.local_issuer
    person = tenant.directory.by_username(username)
    assert person
    return tenant.local_issuer.issue(subject=person.id, username=username, now=time.time())


def ask(path: str, slug: str, username: str) -> Any:
    return Client().get(path, headers={"Authorization": f"Bearer {token(slug, username)}"})


@pytest.mark.usefixtures("two_tenants")
def test_each_sees_its_own() -> None:
    ours = ask(PURPOSES, "default", "ana").json()["purposes"]
    theirs = ask(PURPOSES, "globex", "ana.globex").json()["purposes"]
    assert [each["name"] for each in ours] == ["default 0", "default 1", "default 2"]
    assert [each["name"] for each in theirs] == ["globex 0", "globex 1", "globex 2"]
    personas = ask("/api/meta/personas/accessible", "globex", "ana.globex").json()["personas"]
    assert [each["name"] for each in personas] == ["globex engineers"]


@pytest.mark.usefixtures("two_tenants")
def test_a_user_of_one_is_nobody_in_the_other() -> None:
    globex, default = wiring.tenants().by_slug("globex"), wiring.tenants().default()
    assert globex
    assert globex.local_issuer
    ana = default.directory.by_username("ana")
    assert ana
    assert globex.directory.by_username("ana") is None
    # The same key signs for both; still a user id of one tenant is worth nothing under the other's issuer.
    forged = globex.local_issuer.issue(subject=ana.id, username="ana", now=time.time())
    assert Client().get("/whoami", headers={"Authorization": f"Bearer {forged}"}).status_code == 401


@pytest.mark.usefixtures("two_tenants")
def test_an_auditor_of_one_cannot_ask_about_the_other() -> None:
    assert ask(f"{PURPOSES}?username=gus", "globex", "olga.globex").status_code == 200
    assert ask(f"{PURPOSES}?username=gus", "default", "olga").status_code == 404
    recorded = AccessAudit.objects.order_by("pk").values_list("tenant", "subject_username")
    assert list(recorded) == [("globex", "gus"), ("default", "gus")]


@pytest.mark.usefixtures("two_tenants")
def test_a_cursor_of_one_is_refused_by_the_other() -> None:
    cursor = ask(f"{PURPOSES}?limit=1", "default", "ana").json()["next"]
    assert ask(f"{PURPOSES}?cursor={cursor}", "globex", "ana.globex").status_code == 400


@pytest.mark.usefixtures("two_tenants")
def test_an_inactive_tenant_lets_nobody_in() -> None:
    held = token("globex", "gus")
    Tenant.objects.get(slug="globex").delete()
    assert Client().get("/whoami", headers={"Authorization": f"Bearer {held}"}).status_code == 401
    assert ask("/whoami", "default", "ana").status_code == 200


@pytest.mark.usefixtures("two_tenants")
def test_readiness_names_each_tenants_sources() -> None:
    names = {each["name"] for each in Client().get("/healthz/ready").json()["dependencies"]}
    assert {"default/directory", "globex/directory", "default/policies", "globex/policies"} <= names


@pytest.mark.usefixtures("two_tenants")
@pytest.mark.parametrize(
    "from_elsewhere",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "2001:db8::9"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
    ],
)
def test_readiness_tells_strangers_of_no_tenant(from_elsewhere: dict[str, str]) -> None:
    known, told = Client().get("/healthz/ready"), Client().get("/healthz/ready", **from_elsewhere)
    assert b"globex/" in known.content
    for secret in (b"globex", b"default", b"realm", b"memory"):
        assert secret not in told.content
    assert [each["name"] for each in told.json()["dependencies"]] == ["database", "directory", "policies"]
    assert (told.status_code, told.json()["status"]) == (known.status_code, known.json()["status"])


def test_one_question_reads_the_tenants_anew_while_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reads, finish = list[Tenants](), threading.Event()

    def load() -> Tenants:
        if reads:
            assert finish.wait(10)
        reads.append(Tenants([]))
        return reads[-1]

    cached = wiring._Cached(load)
    assert cached.peek() is None  # nothing is known: somebody has to ask
    first = cached.get()
    assert cached.peek() is first
    monkeypatch.setattr(wiring, "TENANT_ROWS_DUE", -1.0)
    assert cached.peek() is None  # it is this question's turn
    reader = threading.Thread(target=cached.get)
    reader.start()
    until = time.monotonic() + 10
    while cached.peek() is None and time.monotonic() < until:
        time.sleep(0.001)
    assert cached.peek() is first
    assert cached.get() is first  # nobody waits who has something to go on with
    finish.set()
    reader.join()
    assert len(reads) == 2
