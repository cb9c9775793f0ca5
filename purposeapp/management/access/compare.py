"""`access compare`: two users beside each other."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from purposeapp.api.who import bodies
from purposeapp.discovery.comparison import compare
from purposeapp.discovery.written import Json
from purposeapp.domain.model import Mode
from purposeapp.management.access import options
from purposeapp.management.access.answer import Answer, Given, Question, plain
from purposeapp.management.access.source import Source
from purposeapp.management.access.table import Look, table

SIDES = ("both", "onlyLeft", "onlyRight")
_MARKS = {"both": ["yes", "yes"], "onlyLeft": ["yes", ""], "onlyRight": ["", "yes"]}


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("left", help="a username")
    parser.add_argument("right", help="another one")
    options.add_mode(parser)


def _answer(source: Source, given: Given) -> Answer:
    left, right = (source.asked("compare", given[side]) for side in ("left", "right"))
    found = compare(left, right, mode=Mode(given["mode"]), policies=source.ports.policies, now=source.now)
    body = plain(bodies.comparison(left, right, found, revision=source.ports.revision))
    return Answer(lambda: body, lambda: _lines(body), lambda look: _text(body, look))


def _lines(body: Json) -> Iterator[Json]:
    for side in SIDES:
        yield from ({"side": side, **purpose} for purpose in body[side])


def _text(body: Json, look: Look) -> Iterator[str]:
    headings = [body["left"]["username"], body["right"]["username"]]
    parts = (
        ("PURPOSE", body),
        ("PERSONA", body["personas"]),
        ("GROUP", body["groups"]),
        ("ROLE", body["roles"]),
    )
    for title, sides in parts:
        rows = [[_name(item), *_MARKS[side]] for side in SIDES for item in sides[side]]
        yield from table([title, *headings], rows, look)
        if rows:
            yield ""


def _name(item: Any) -> str:
    return item if isinstance(item, str) else item["displayName"] or item["name"]


QUESTION = Question("two users beside each other", _add_arguments, _answer)
