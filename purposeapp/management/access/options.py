"""What the questions have in common."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from purposeapp.api import moments
from purposeapp.api.queries import DEFAULT_LIMIT
from purposeapp.discovery.decisions import Resource
from purposeapp.domain.model import Mode
from purposeapp.management.access.answer import Form, Given
from purposeapp.management.access.source import Source, exported, live


def add_source(parser: ArgumentParser, *, exports: bool) -> None:
    """Which tenant, and when."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--tenant", metavar="SLUG", help="the tenant (default: the default one)")
    if exports:
        where.add_argument(
            "--snapshot", metavar="FILE", type=Path, help="ask an export (access export-snapshot) instead"
        )
    parser.add_argument(
        "--at",
        type=moment,
        metavar="TIME",
        help="as if it were then: RFC 3339 or epoch seconds. Schedules are settled so; all else is as it is"
        " (default: now, or when the export was made)",
    )


def add_form(parser: ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json", dest="form", action="store_const", const=Form.JSON, help="one JSON document, as the API's"
    )
    form.add_argument(
        "--ndjson", dest="form", action="store_const", const=Form.LINES, help="one JSON object a line"
    )
    parser.set_defaults(form=Form.TEXT)


def add_mode(parser: ArgumentParser) -> None:
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.EFFECTIVE.value)


def add_page(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--limit",
        type=_count,
        default=DEFAULT_LIMIT,
        metavar="N",
        help=f"at most so many (default {DEFAULT_LIMIT}, 0: all)",
    )
    parser.add_argument("--cursor", metavar="TEXT", help="go on behind a page: its “next”")


def add_groups(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--group", action="append", metavar="NAME", help="as one who is in exactly these groups (repeat it)"
    )


def source_of(given: Given) -> Source:
    if given.get("snapshot"):
        return exported(given["snapshot"], given["at"])
    return live(given["tenant"], given["at"])


def limit_of(given: Given) -> int:
    """How many; the number for all is more than any tenant has."""
    return given["limit"] or sys.maxsize // 2


def moment(text: str) -> float:
    """Epoch seconds of what was typed."""
    try:
        found = moments.told(float(text))
    except ValueError:
        found = moments.of_date(text)
    if found is None:
        raise ArgumentTypeError(
            f"{text!r} is no moment; give epoch seconds, or a time such as 2026-06-15T12:00:00Z"
        )
    return found


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def add_thing(parser: ArgumentParser) -> None:
    """A purpose, or a persona."""
    parser.add_argument("thing", help="name or guid of a purpose")
    parser.add_argument("--persona", action="store_true", help="it is a persona")


def kind_of(given: Given) -> Resource:
    return Resource.PERSONA if given["persona"] else Resource.PURPOSE
