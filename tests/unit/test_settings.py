"""Configuration: typed readers, secrets from files, and a start that stops with the cure when something is wrong."""

import functools
import multiprocessing
import os
import re
import secrets
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import certifi
import pytest
from django.core.exceptions import ImproperlyConfigured

from purposeapp.env import Environment, kept

ROOT = Path(__file__).parents[2]
SECRETS = {"SECRET_KEY": "s" * 50, "SIGNING_KEY": "pem", "ALLOWED_HOSTS": "access.example.com"}


def start(work_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a fresh process, with nothing but these variables."""
    variables = {"PATH": os.environ["PATH"], "WORK_DIR": str(work_dir), **environment}
    command = [
        sys.executable,
        "-c",
        "import purposeapp.settings as s; print(s.PRODUCTION, len(s.SECRET_KEY))",
    ]
    return subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)


def test_nothing_set_runs_the_embedded_demo(tmp_path: Path) -> None:
    first = start(tmp_path)
    assert first.stdout.split() == ["False", "67"], first.stderr
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("environment", "cure"),
    [
        ({"DEBUG": "false"}, "SECRET_KEY is not set"),
        ({"ALLOWED_HOSTS": "access.example.com"}, "SECRET_KEY is not set"),
        ({**SECRETS, "SIGNING_KEY": ""}, "SIGNING_KEY is not set"),
        ({"DEBUG": "perhaps"}, "DEBUG must be true or false, not 'perhaps'"),
        ({"OIDC_ISSUER": "https://sso.example.com"}, "OIDC_ISSUER is set without OIDC_AUDIENCE"),
        ({"OIDC_ISSUER": "sso.example.com", "OIDC_AUDIENCE": "x"}, "OIDC_ISSUER must be a URL"),
        ({"KEYCLOAK_DATABASE_URL": "postgresql://u:hunter2@h/k"}, "KEYCLOAK_REALM"),
        ({"ELASTICSEARCH_URL": "es:hunter2@host"}, "ELASTICSEARCH_URL must be a URL"),
        ({"ELASTICSEARCH_INDEX": "atlas"}, "ELASTICSEARCH_INDEX is set without ELASTICSEARCH_URL"),
        ({"OIDC_AUDIENCE": "purposeapp"}, "OIDC_AUDIENCE is set without OIDC_ISSUER"),
        ({"ELASTICSEARCH_URL": "https://es-1:9200,es-2:99999999"}, "a port in it is from 1 to 65535"),
        ({"ELASTICSEARCH_CA_CERTS": "/nowhere/ca.pem"}, "ELASTICSEARCH_CA_CERTS names no certificates that can be read"),
        ({"DATABASE_URL": "nonsense://x"}, "DATABASE_URL must look like"),
        ({"DATABASE_URL": "mysql://u:hunter2@h/d"}, "DATABASE_URL must look like"),
        ({"WORK_DIR": "/dev/null/var"}, "Set WORK_DIR to a folder of this account"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not 'LOUD'"),
        ({"SECRET_KEY_FILE": "/nowhere/at-all"}, "SECRET_KEY_FILE cannot be read"),
        ({"REDIS_URL": "redis+cluster://u:hunter2@h:7000"}, "Set CELERY_BROKER_URL to a single Redis server"),
        ({"REDIS_URL": "redis+cluster://h", "CELERY_BROKER_URL": "redis+cluster://h"}, "CELERY_BROKER_URL must be a URL"),
        ({"SECRET_KEY": "x", "SECRET_KEY_FILE": "/x"}, "Both SECRET_KEY and SECRET_KEY_FILE are set"),
        ({"LOCAL_ISSUER": "https://a", "OIDC_ISSUER": "https://a", "OIDC_AUDIENCE": "x", "LOCAL_TOKENS": "1"}, "must differ"),
    ],
)  # fmt: skip
def test_what_is_wrong_stops_the_start_and_says_the_cure(
    tmp_path: Path, environment: dict[str, str], cure: str
) -> None:
    stopped = start(tmp_path, **environment)
    assert stopped.returncode != 0
    assert cure in stopped.stderr
    assert "hunter2" not in stopped.stderr


def test_commands_say_what_is_wrong_in_a_line_and_exit_as_no_answer_does(tmp_path: Path) -> None:
    """Exit code 1 of `access explain` would be an answer: no access."""
    variables = {"PATH": os.environ["PATH"], "WORK_DIR": str(tmp_path), "DEBUG": "perhaps"}
    command = [sys.executable, "manage.py", "access", "explain", "ana", "Sales"]
    done = subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "DEBUG must be true or false, not 'perhaps'.\n")


def test_a_complete_production_starts(tmp_path: Path) -> None:
    assert start(tmp_path, **SECRETS).stdout.split() == ["True", "50"]


def test_every_variable_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    assert Environment({"REDIS_PASSWORD_FILE": str(secret)}).text("REDIS_PASSWORD") == "from the file"


def test_blank_is_absent() -> None:
    environment = Environment({"A": " ", "B": ""})
    assert environment.text("A", "default") == "default"
    assert environment.integer("B", 7, most=9) == 7
    assert environment.names("C", "x, y,") == ["x", "y"]
    assert not environment.given("A")


@pytest.mark.parametrize("value", ["0", "-1", "501", "99999999", "2.5", "many", "nan", "inf"])
def test_a_number_is_in_its_range_or_the_start_stops(value: str) -> None:
    told = re.escape(f"SIZE must be a whole number from 1 to 500, not {value!r}; without it, it is 8.")
    with pytest.raises(ImproperlyConfigured, match=f"^{told}$"):
        Environment({"SIZE": value}).integer("SIZE", 8, least=1, most=500)
    for end in (1, 500):
        assert Environment({"SIZE": str(end)}).integer("SIZE", 8, least=1, most=500) == end


@pytest.mark.parametrize("value", ["0", "-1", "0.001", "61", "soon", "nan", "inf"])
def test_a_deadline_is_neither_over_at_once_nor_never(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DEADLINE must be a number from 0.05 to 60.0, not"):
        Environment({"DEADLINE": value}).seconds("DEADLINE", 2.5)
    assert Environment({"DEADLINE": "0.5"}).seconds("DEADLINE", 2.5) == 0.5


NUMBERS = {
    "PORT": "99999999",
    "WEB_THREADS": "0",
    "DATABASE_POOL_SIZE": "-1",
    "ELASTICSEARCH_POOL_SIZE": "100000",
    "ELASTICSEARCH_DEADLINE": "0",
    "KEYCLOAK_POOL_SIZE": "0",
    "KEYCLOAK_DEADLINE": "inf",
    "WARM_AT_USERS": "-1",
    "WARM_EVERY_MINUTES": "0",
    "WARM_USERS_PER_SECOND": "-5",
    "SECURE_HSTS_SECONDS": "-1",
}


def test_every_number_is_read_with_its_range_whatever_else_is_set(tmp_path: Path) -> None:
    """One after the other is mended until nothing is wrong; SQLite has no pool, and its size is looked at all the same."""
    wrong = dict(NUMBERS)
    while wrong:
        stopped = start(tmp_path, **wrong)
        found = re.search(r"ImproperlyConfigured: (\w+) must be a (whole )?number from", stopped.stderr)
        assert found is not None, (wrong, stopped.stderr)
        del wrong[found[1]]
    assert start(tmp_path).returncode == 0


def test_certificates_are_read_before_anybody_relies_on_them(tmp_path: Path) -> None:
    def told(path: Path) -> str:
        with pytest.raises(ImproperlyConfigured) as refused:
            Environment({"CA": str(path)}).certificates("CA")
        return str(refused.value)

    none_in_it = tmp_path / "empty.pem"
    none_in_it.write_text("no certificate\n")
    assert (
        f"CA names no certificates that can be read: {none_in_it}: it holds none. Give the path of"
        in told(none_in_it)
    )
    assert f"{tmp_path}: Is a directory. Give the path of a PEM file" in told(tmp_path)
    assert Environment({"CA": certifi.where()}).certificates("CA") == certifi.where()
    assert Environment({}).certificates("CA") == ""


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://es-1:9200,es-2:9200", True),
        ("https://es-1:9200,https://es-2:9200/", True),
        ("https://u:pa,ss:w@h:9200", True),
        ("https://[::1]:9200,h", True),
        ("https://h:0", False),
        ("https://h:70000", False),
        ("https://h,g:port", False),
        ("https://[::1", False),
        ("ftp://h", False),
        ("https://", False),
    ],
)
def test_an_address_has_a_scheme_a_host_and_perhaps_a_port(url: str, is_one: bool) -> None:
    with (
        nullcontext()
        if is_one
        else pytest.raises(ImproperlyConfigured, match="must be a URL that begins with https://")
    ):
        assert Environment({"U": url}).url("U", "https") == url


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    assert kept(path, lambda: "first") == kept(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_agree_on_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        values = pool.starmap(kept, [(path, functools.partial(secrets.token_urlsafe, 50))] * 4)
    assert set(values) == {path.read_text()}
    assert list(tmp_path.iterdir()) == [path]
