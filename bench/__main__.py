"""`python -m bench [figures|correctness|snapshot] [--size S]`; bench/README.md says what is measured, and how."""

import argparse
import sys
from collections.abc import Sequence

from bench import correctness, figures, snapshot
from bench.sizes import SIZES
from bench.world import World


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("figures", "correctness", "snapshot"), default="figures")
    parser.add_argument("--size", choices=SIZES, default="S", type=str.upper)
    parser.add_argument(
        "--runs", type=int, default=3, help="figures, snapshot: how often everything is measured"
    )
    parser.add_argument("--requests", type=int, default=1_000, help="figures: of each kind in each run")
    parser.add_argument(
        "--users",
        type=int,
        default=1_000,
        help="correctness, snapshot: how many are asked about (correctness: at most 5,000)",
    )
    parser.add_argument("--seconds", type=int, default=10, help="figures: of wrk on each kind in each run")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument(
        "--processes", type=int, default=2, help="of the service, and of the baselines' clients"
    )
    chosen = parser.parse_args(arguments)
    world = World(SIZES[chosen.size])
    if chosen.what == "correctness":
        return 0 if correctness.run(world, chosen.users) else 1
    if chosen.what == "snapshot":
        return 0 if snapshot.run(world, chosen.runs, chosen.users) else 1
    plan = figures.Plan(chosen.runs, chosen.requests, chosen.clients, chosen.processes, chosen.seconds)
    return 0 if figures.run(world, plan) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
