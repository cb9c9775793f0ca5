"""What needs no token: health, schema, docs, the first page, and error pages."""

from collections.abc import Callable

from purposeapp.dependencies import Dependency, in_outline
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.errors import DirectoryUnavailable, PoliciesUnavailable
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests.conftest import Served


class DownIndex(MemoryPolicyIndex):
    def check(self) -> str:
        raise PoliciesUnavailable from ConnectionError("secret-host")


class DownDirectory(MemoryDirectory):
    def check(self) -> str:
        raise DirectoryUnavailable from ConnectionError("secret-host")


def test_live_asks_nobody(serve: Callable[..., Served]) -> None:
    served = serve([], policies=DownIndex(), directory=DownDirectory())
    assert served.get("/healthz/live").json() == {"status": "live"}


def test_ready_names_each_dependency(serve: Callable[..., Served]) -> None:
    body = serve([]).get("/healthz/ready").json()
    assert body["status"] == "ready"
    assert {each["name"] for each in body["dependencies"]} == {
        "database",
        "default/directory",
        "default/policies",
    }


def test_without_policies_the_service_is_degraded_not_down(serve: Callable[..., Served]) -> None:
    response = serve([], policies=DownIndex()).get("/healthz/ready")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    down = [each["name"] for each in response.json()["dependencies"] if each["status"] == "down"]
    assert down == ["default/policies"]
    assert "secret-host" not in response.content.decode()


def test_without_the_directory_it_is_down(serve: Callable[..., Served]) -> None:
    response = serve([], directory=DownDirectory()).get("/healthz/ready")
    assert (response.status_code, response.json()["status"]) == (503, "down")
    assert response["Retry-After"]


def test_strangers_hear_of_the_worst(serve: Callable[..., Served]) -> None:
    served = serve([], policies=DownIndex(), directory=DownDirectory())
    served.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    response = served.get("/healthz/ready")
    assert (response.status_code, response.json()["status"]) == (503, "down")
    told = {
        each["name"]: (each["status"], each["detail"].split(";")[0])
        for each in response.json()["dependencies"]
    }
    assert told == {
        "database": ("up", "answers"),
        "directory": ("down", "does not answer everywhere"),
        "policies": ("down", "does not answer everywhere"),
    }
    assert "secret-host" not in response.content.decode()


def test_the_worst_of_many_tenants_is_told_and_their_number_is_not() -> None:
    found = [
        Dependency("database", "up", "answers"),
        Dependency("acme/directory", "up", "realm acme", 3.0, vital=True),
        Dependency("globex/directory", "down", "…", 1000.0, vital=True),
        Dependency("acme/policies/changes", "warning", "switch on events"),
        Dependency("globex/policies/changes", "up", "followed"),
    ]
    assert [(each.name, each.status, each.milliseconds, each.vital) for each in in_outline(found)] == [
        ("database", "up", None, False),
        ("directory", "down", 1000.0, True),
        ("policies/changes", "warning", None, False),
    ]


def test_schema_and_docs_are_served_with_a_strict_policy(serve: Callable[..., Served]) -> None:
    served = serve([])
    assert served.get("/api/schema/?format=json").status_code == 200
    docs = served.get("/api/docs/")
    assert docs.status_code == 200
    assert "script-src" not in docs["Content-Security-Policy"]  # falls back to default-src 'self'
    home = served.get("/")
    assert "unsafe" not in home["Content-Security-Policy"]
    assert "Which purposes and personas" in home.content.decode()


def test_nothing_here(serve: Callable[..., Served]) -> None:
    served = serve([])
    assert served.get("/api/nothing").json()["code"] == "not_found"
    page = served.get("/nothing")
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_addresses_without_their_slash_lead_on(serve: Callable[..., Served]) -> None:
    served = serve([])
    for path in ("/admin", "/api/docs", "/api/schema"):
        assert served.get(path)["Location"] == f"{path}/"


def test_a_wrong_host_is_a_400_that_says_little_but_the_cure(serve: Callable[..., Served]) -> None:
    response = serve([]).get("/whoami", Host="evil.example.com")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert "ALLOWED_HOSTS" in response.json()["detail"]
    assert "evil" not in response.content.decode()
