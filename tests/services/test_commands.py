"""The commands on real servers: Acme Retail in Elasticsearch and Keycloak, live and from an export, as on the local database."""

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers import KeycloakAdmin, administration, fresh_index, need, sources
from tests.services.service import ROOT

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("commands")]

PRIYA = "priya.nair"


@dataclass(frozen=True)
class Shell:
    """Commands with these settings and no others."""

    environment: dict[str, str]

    def run(self, *arguments: object, **also: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *map(str, arguments)]
        environment = {**self.environment, **also}
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def answer(self, *arguments: object) -> Any:
        done = self.run("access", *arguments, "--json")
        assert done.returncode in (0, 1), done.stderr
        assert done.stdout, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def real() -> Iterator[Shell]:
    keycloak = KeycloakAdmin.connect()
    realm = f"acme-{secrets.token_hex(4)}"
    with fresh_index(need("elasticsearch")) as index, tempfile.TemporaryDirectory() as work:
        shell = Shell(
            {
                "PATH": os.environ["PATH"],
                "WORK_DIR": work,
                **sources(index, realm),
                **administration(),
            }
        )
        try:
            for command in (("migrate", "--verbosity", "0"), ("demo", "--into", "services")):
                done = shell.run(*command)
                assert done.returncode == 0, done.stderr
            yield shell
        finally:
            keycloak.delete_realm(realm)


@pytest.fixture(scope="module")
def exported(real: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("export") / "acme.ndjson.gz"
    done = real.run("access", "export-snapshot", file)
    assert done.returncode == 0, done.stderr
    return file


@pytest.mark.parametrize(
    "question",
    [
        ("list", PRIYA, "--reasons"),
        ("list", PRIYA, "--personas", "--reasons"),
        ("explain", PRIYA, "Data Quality"),
        ("explain", PRIYA, "Payroll"),
        ("who", "Data Quality"),
        ("who", "Open Data", "--mode", "listed", "--limit", "0"),
        ("compare", PRIYA, "nadia.rahman"),
    ],
    ids=" ".join,
)
def test_an_export_answers_as_the_servers_did(real: Shell, exported: Path, question: tuple[str, ...]) -> None:
    live, offline = real.answer(*question), real.answer(*question, "--snapshot", exported)
    for answer in (live, offline):
        answer.pop("asOf", None)
        answer.pop("revision")
    assert live == offline


def test_the_example_of_the_documentation_passes_on_both(real: Shell, exported: Path, tmp_path: Path) -> None:
    docs = (ROOT / "docs" / "access-tests.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", docs, re.MULTILINE | re.DOTALL)
    file = tmp_path / "access-tests.yaml"
    file.write_text(example, encoding="utf-8")
    for where in ((), ("--snapshot", exported)):
        done = real.run("access", "test", file, *where)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "7 passed, 0 failed"), done.stdout


def test_exit_codes_are_those_of_the_manual(real: Shell) -> None:
    codes = {
        ("explain", PRIYA, "Data Quality"): 0,
        ("explain", PRIYA, "Payroll"): 1,
        ("explain", PRIYA): 2,
        ("explain", "nobody.here", "Payroll"): 2,
        ("list", PRIYA, "--mode", "guess"): 2,
    }
    for question, code in codes.items():
        assert real.run("access", *question).returncode == code, question


def test_a_server_that_is_not_there_is_not_no_access(real: Shell) -> None:
    for gone in (
        {"ELASTICSEARCH_URL": "http://127.0.0.1:9"},
        {"KEYCLOAK_DATABASE_URL": "postgresql://reader:hidden@127.0.0.1:9/keycloak"},
    ):
        done = real.run("access", "explain", PRIYA, "Data Quality", **gone)
        assert (done.returncode, done.stdout) == (3, "")
        assert "hidden" not in done.stderr
        assert "Traceback" not in done.stderr


def test_policies_of_atlas_are_left_to_atlas(real: Shell) -> None:
    done = real.run("policies", "export")
    assert done.returncode == 2
    assert "change them there" in done.stderr


def test_a_reader_that_has_enough_ends_it_quietly(real: Shell) -> None:
    command = [sys.executable, "manage.py", "access", "who", "Open Data", "--limit", "0", "--ndjson"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=real.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert "Traceback" not in said
    assert process.wait(timeout=60) == 141
