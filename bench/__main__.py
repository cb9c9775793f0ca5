"""`python -m bench [figures|growth|freshness|hits|access|correctness|snapshot|plots] [--size S]`; bench/README.md says what is
measured, and how."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence

import django

from bench import correctness, figures, growth, plots, snapshot
from bench.access import run as access
from bench.freshness import run as freshness
from bench.places import FOLDER
from bench.sizes import SIZES
from bench.world import World


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=WORKS, default="figures")
    parser.add_argument("--size", choices=SIZES, default="S", type=str.upper)
    parser.add_argument(
        "--runs", type=int, default=3, help="figures, growth, snapshot: how often everything is measured"
    )
    parser.add_argument("--requests", type=int, default=1_000, help="figures: of each kind in each run")
    parser.add_argument(
        "--seconds", type=int, default=10, help="figures, growth: of wrk on each kind in each run"
    )
    parser.add_argument(
        "--users",
        type=int,
        default=1_000,
        help="correctness, snapshot: how many are asked about (correctness: at most 5,000)",
    )
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument(
        "--processes", type=int, default=2, help="of the service, and of the baselines' clients"
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="freshness: of changes")
    parser.add_argument("--faults", action="store_true", help="freshness: kill, freeze and flush meanwhile")
    parser.add_argument("--seed", type=int, default=1, help="freshness: other changes, other faults")
    chosen = parser.parse_args(arguments)
    return 0 if WORKS[chosen.what](World(SIZES[chosen.size]), chosen) else 1


def _plan(chosen: argparse.Namespace) -> figures.Plan:
    return figures.Plan(chosen.runs, chosen.requests, chosen.clients, chosen.processes, chosen.seconds)


def _hits(world: World) -> bool:
    """The only one that needs Django in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "purposeapp.settings")
    os.environ.setdefault("WORK_DIR", str(FOLDER / "hits"))
    django.setup()
    # What knows the models can be imported only now.
    from bench import hits

    return hits.run(world)


WORKS: Mapping[str, Callable[[World, argparse.Namespace], bool]] = {
    "figures": lambda world, chosen: figures.run(world, _plan(chosen)),
    "growth": lambda world, chosen: growth.run(world, _plan(chosen)),
    "freshness": lambda world, chosen: freshness.run(
        world, freshness.Plan(chosen.minutes, chosen.faults, chosen.seed)
    ),
    "hits": lambda world, _: _hits(world),
    "access": lambda world, _: access.run(world),
    "correctness": lambda world, chosen: correctness.run(world, chosen.users),
    "snapshot": lambda world, chosen: snapshot.run(world, chosen.runs, chosen.users),
    "plots": lambda _world, _: plots.run(),
}
"""What each does; False when an answer was wrong."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
