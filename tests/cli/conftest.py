"""The demo company in the local database, asked by commands and by the API."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client

from purposeapp.demo.local import load_local, make_auditor
from purposeapp.wiring import forget_tenants

AUDITOR = "nadia.rahman"


@dataclass(frozen=True)
class Said:
    """What a command wrote, and what it exited with."""

    out: str
    code: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Access = Callable[..., Said]


def run(command: str, *arguments: object) -> Said:
    """A command as a shell would see it; errors are its output."""
    out = io.StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out)
    except SystemExit as ended:
        return Said(out.getvalue(), int(ended.code or 0))
    except CommandError as error:
        return Said(str(error), error.returncode)
    return Said(out.getvalue(), 0)


def access(*arguments: object) -> Said:
    return run("access", *arguments)


def answer(*arguments: object) -> Any:
    """The JSON of a question that has an answer."""
    return json.loads(access(*arguments, "--json").out)


@dataclass
class Acme:
    """The company, and an auditor who asks the API about it."""

    token: str
    client: Client

    def get(self, path: str) -> Any:
        return self.client.get(path, headers={"Authorization": f"Bearer {self.token}"}).json()

    def post(self, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(
            path, json.dumps(body), content_type="application/json", headers=headers
        ).json()


@pytest.fixture
def acme(db: None) -> Acme:
    forget_tenants()
    load_local("default", lambda _done: None)
    make_auditor(AUDITOR)
    permission = Permission.objects.get(codename="simulate")
    User.objects.get(username=AUDITOR).user_permissions.add(permission)
    return Acme(run("token", AUDITOR).out.strip(), Client())


@pytest.fixture
def exported(acme: Acme, tmp_path: Path) -> Path:
    file = tmp_path / "acme.ndjson.gz"
    assert access("export-snapshot", file).code == 0
    return file
