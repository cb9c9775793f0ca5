#!/usr/bin/env python3
"""Real Elasticsearch, PostgreSQL, Keycloak and Redis for development and tests, with one command.

    deploy/services.py up|down|status|env [--only elasticsearch,postgres,keycloak,redis]

Docker Compose where an engine answers, plain processes of this machine otherwise. See docs/services.md.
"""

import argparse
import fcntl
import os
import shlex
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.compose import ComposeStack, engine_answers
from deploy.native.errors import ServiceError
from deploy.native.stack import NativeStack
from deploy.native.state import PROBES, State, default_home

Stack = NativeStack | ComposeStack


def up(home: Path, names: Collection[str]) -> int:
    """Start what does not answer; says so at once when there is nothing to do."""
    state = State.load(home)
    if state is None:
        state = State.fresh("compose" if engine_answers() else "native", os.environ)
        _stack(home, state).forget_data()
        state.save(home)
    _stack(home, state).up(names)
    print("up: " + ", ".join(names), file=sys.stderr)
    return 0


def down(home: Path, names: Collection[str]) -> int:
    """Stop what `up` started; the data stay."""
    if state := State.load(home):
        _stack(home, state).down(names)
    print("down: " + ", ".join(names), file=sys.stderr)
    return 0


def status(home: Path, names: Collection[str]) -> int:
    """Print which servers answer; the exit status is 1 unless all of them do."""
    state = State.load(home)
    answering = state.answering() if state else {}
    for name in names:
        print(f"{name:14} {'up' if answering.get(name) else 'down'}")
    return 0 if all(answering.get(name) for name in names) else 1


def env(home: Path, names: Collection[str]) -> int:
    """Print lines for `eval`, whether the servers run or not."""
    state = State.load(home)
    if state is None:
        raise ServiceError("no servers have been started; cure: deploy/services.py up")
    for name, value in state.urls().items():
        print(f"export SERVICES_{name}={shlex.quote(value)}")
    return 0


COMMANDS = {command.__name__: command for command in (up, down, status, env)}


def _stack(home: Path, state: State) -> Stack:
    return ComposeStack(state) if state.mode == "compose" else NativeStack(home, state)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One command at a time: two starts at once would meet on the same ports."""
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if unknown := [name for name in names if name not in PROBES]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {', '.join(PROBES)}")
    return names


def main(arguments: list[str]) -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--only", type=_names, default=list(PROBES), metavar="NAMES", help="comma-separated")
    chosen = parser.parse_args(arguments)
    home = default_home()
    try:
        with _locked(home):
            return COMMANDS[chosen.command](home, chosen.only)
    except ServiceError as problem:
        print(f"services: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
