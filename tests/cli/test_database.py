"""Commands on a database that they cannot use: one sentence with the cure, and nothing of a driver's."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "warm",
    "warm --all",
    "warm --status",
    "rebuild",
    "rebuild --all",
    "token ana",
    "token ana --tenant acme",
    "demo",
    "access list ana",
    "policies export",
)
ONE_AFTER_THE_OTHER = """
import sys, django
from django.core.management import CommandError, call_command
django.setup()
for line in sys.argv[1:]:
    try:
        call_command(*line.split())
    except CommandError as error:
        print(error.returncode, error)
"""


def ask(database: Path, *commands: str) -> list[str]:
    """Exit code and message of each command that fails, in a process that has nothing but this database."""
    environment = {
        "PATH": os.environ["PATH"],
        "WORK_DIR": str(database.parent),
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "purposeapp.settings",
    }
    command = [sys.executable, "-c", ONE_AFTER_THE_OTHER, *commands]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def assert_all_name_the_cure(told: list[str], count: int) -> None:
    assert len(told) == count
    for each in told:
        assert re.fullmatch(
            r"2 The service's own database lacks migrations: run `\S+ manage.py migrate`", each
        )


def test_without_migrations_each_names_the_command_that_is_missing(tmp_path: Path) -> None:
    assert_all_name_the_cure(ask(tmp_path / "new.sqlite3", *COMMANDS), len(COMMANDS))


def test_after_an_update_too(tmp_path: Path) -> None:
    """Some migrations are there already: it shows only where a command meets what is not."""
    told = ask(
        tmp_path / "old.sqlite3",
        "migrate purposeapp 0002 --verbosity 0",
        "warm",
        "rebuild",
        "policies export",
    )
    assert_all_name_the_cure(told, 2)


def test_a_database_that_fails_for_another_reason_is_no_reason_to_migrate(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"nothing that a database would hold " * 100)
    unable = "The service's own database cannot answer; is DATABASE_URL right, and the server up?"
    assert ask(broken, "token ana", "warm --status", "access list ana") == [
        f"1 {unable}",
        f"1 {unable}",
        f"3 {unable} (this is not “no access”)",
    ]
