"""Configuration: typed readers, secrets from files, and a start that stops with the cure when something is wrong."""

import functools
import multiprocessing
import os
import secrets
import subprocess
import sys
from pathlib import Path

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
        ({"ELASTICSEARCH_DEADLINE": "soon"}, "ELASTICSEARCH_DEADLINE must be a number"),
        ({"KEYCLOAK_POOL_SIZE": "0"}, "KEYCLOAK_POOL_SIZE must be at least 1"),
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
    assert environment.integer("B", 7) == 7
    assert environment.names("C", "x, y,") == ["x", "y"]
    assert not environment.given("A")


def test_numbers_are_not_nan() -> None:
    with pytest.raises(ImproperlyConfigured, match="at least"):
        Environment({"N": "nan"}).seconds("N", 1)


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
