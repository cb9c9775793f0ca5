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
from purposeapp.domain.phrase import counted
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
    everybody = source.everybody()
    found = simulate(
        asked.changes,
        mode=asked.mode,
        policies=source.ports.policies,
        population=everybody.population,
        now=source.now,
    )
    body = plain(
        bodies.simulation(
            found,
            after=after,
            limit=options.limit_of(given),
            cursors=cursors,
            as_of=everybody.as_of,
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
    for part in (body, body["personas"]):
        for side in Side:
            yield from ({"side": side, **pair} for pair in part[side])


def _text(body: Json, look: Look) -> Iterator[str]:
    personas = body["personas"]
    yield from table(["", "USER", "PURPOSE"], _rows(body, "purposeName"), look)
    if rows := _rows(personas, "personaName"):
        yield ""
        yield from table(["", "USER", "PERSONA"], rows, look)
    for each in body["notes"]:
        yield from (f"changes[{each['change']}]: {harmless(note)}" for note in each["notes"])
    totals = body["totals"]
    users = counted("%(count)s user", "%(count)s users", totals["users"])
    purposes = counted("%(count)s purpose", "%(count)s purposes", totals["purposes"])
    yield f"{totals['gained']} gained, {totals['lost']} lost: {users}, {purposes}"
    if any(personas["totals"].values()):
        yield "Personas: {gained} gained, {lost} lost".format(**personas["totals"])
    if body["next"]:
        yield f"More: --cursor {body['next']}, or all with --limit 0"


def _rows(sides: Json, name: str) -> list[list[str]]:
    return [[side.value, pair["username"], pair[name]] for side in Side for pair in sides[side]]


QUESTION = Question("who would gain and lose what by some changes", _add_arguments, _answer)
