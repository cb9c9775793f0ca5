"""`access simulate`: who would gain and who would lose what. Nothing is written."""

import hashlib
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from purposeapp.api.cursors import signer
from purposeapp.api.who import bodies
from purposeapp.api.who.simulation import Question as Changes
from purposeapp.discovery.simulation import simulate
from purposeapp.discovery.written import Json
from purposeapp.domain.difference import Side
from purposeapp.domain.errors import InvalidRequest
from purposeapp.management.access import options
from purposeapp.management.access.answer import Answer, Given, Question, plain, with_end
from purposeapp.management.access.harmless import harmless
from purposeapp.management.access.source import Source
from purposeapp.management.access.table import Look, table


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        help="JSON: a list of changes, or an object with them, as the API takes them; - is stdin",
    )
    options.add_mode(parser)
    options.add_page(parser)


def _answer(source: Source, given: Given) -> Answer:
    read = _read(given["file"])
    changes = read.get("changes") if isinstance(read, dict) else read
    return simulated(source, changes, given)


def simulated(source: Source, changes: Any, given: Given) -> Answer:
    """What these changes would do. Raises InvalidRequest that names each one that cannot be made."""
    asked = Changes.read({"changes": changes, "mode": given["mode"]})
    source.record("simulate", [""], asked.summary)
    scope = hashlib.sha256(orjson.dumps([asked.changes, asked.mode])).hexdigest()
    cursors = signer("access simulate", source.ports.slug, source.caller.person.id, scope)
    after = cursors.read(given["cursor"]) if given["cursor"] else None
    counted = source.everybody()
    found = simulate(
        asked.changes,
        mode=asked.mode,
        policies=source.ports.policies,
        population=counted.population,
        now=source.now,
    )
    body = plain(
        bodies.simulation(
            found,
            after=after,
            limit=options.limit_of(given),
            cursors=cursors,
            as_of=counted.as_of,
            revision=source.ports.revision,
        )
    )
    return Answer(
        lambda: body, lambda: with_end(_lines(body), source.ports.revision), lambda look: _text(body, look)
    )


def _read(file: Path) -> Any:
    try:
        return orjson.loads(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"{file} is not JSON: {error}") from None


def _lines(body: Json) -> Iterator[Json]:
    for side in Side:
        yield from ({"side": side, **pair} for pair in body[side])


def _text(body: Json, look: Look) -> Iterator[str]:
    rows = [[side.value, pair["username"], pair["purposeName"]] for side in Side for pair in body[side]]
    yield from table(["", "USER", "PURPOSE"], rows, look)
    for each in body["notes"]:
        yield from (f"changes[{each['change']}]: {harmless(note)}" for note in each["notes"])
    totals = body["totals"]
    yield f"{totals['gained']} gained, {totals['lost']} lost: {totals['users']} users, {totals['purposes']} purposes"
    if body["next"]:
        yield f"More: --cursor {body['next']}, or all with --limit 0"


QUESTION = Question("who would gain and lose what by some changes", _add_arguments, _answer)
