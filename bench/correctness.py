"""Every backend's answers about the same users, compared with the oracle's."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from bench import machine, report
from bench.places import FOLDER, ROOT, Places
from bench.progress import say
from bench.stores.postgres import ensure
from bench.world import World

COLUMNS = ("wrong_person", "wrong_listed", "wrong_effective", "person_ms", "listed_ms", "effective_ms")


def run(world: World, users: int) -> bool:
    """Ask all backends, print and write. False when any answer was wrong."""
    size, places = world.size.name, Places.of_environment()
    FOLDER.mkdir(parents=True, exist_ok=True)
    databases = {
        "memory": "",
        "sqlite": f"sqlite:///{FOLDER / f'local-{size}.sqlite3'}",
        "postgresql": ensure(places.postgres, f"purposeapp_bench_{size.lower()}"),
        "elasticsearch": "",
    }
    about, verdicts = machine.describe(), {}
    for name, url in databases.items():
        say(f"Asking {name} about {users} users")
        verdicts[name] = _ask(name, size, users, url)
    print(_table(verdicts))
    wrong = any(verdict[name] for verdict in verdicts.values() for name in COLUMNS[:3])
    content = {"machine": about, "size": asdict(world.size), "backends": verdicts, "wrong": wrong}
    say(f"Written to {report.write(f'correctness-{size}', content)}")
    return not wrong


def _ask(name: str, size: str, users: int, database: str) -> dict[str, Any]:
    environment = {**os.environ, "WORK_DIR": str(FOLDER / "service")}
    if database:
        environment["DATABASE_URL"] = database
    command = [sys.executable, "-m", "bench.backends", name, size, str(users)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict


def _table(verdicts: dict[str, dict[str, Any]]) -> str:
    rows = [("", "users", *(name.replace("_", " ") for name in COLUMNS))]
    for backend, verdict in verdicts.items():
        figures = [verdict[name] for name in COLUMNS]
        rows.append(
            (
                backend,
                str(verdict["users"]),
                *(f"{each:.1f}" if isinstance(each, float) else str(each) for each in figures),
            )
        )
    return report.aligned(rows)
