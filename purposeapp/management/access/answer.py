"""Answers, and the three ways to write them."""

import os
import shutil
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from django.core.management.base import OutputWrapper

from purposeapp.discovery.written import Json
from purposeapp.management.access.source import Source
from purposeapp.management.access.table import Look

Given = Mapping[str, Any]
"""The options of a command."""


class Form(StrEnum):
    TEXT = "text"
    JSON = "json"
    LINES = "ndjson"


@dataclass(frozen=True, slots=True)
class Answer:
    """Made as it is written, so that long ones are never whole in memory unless they are asked for as one document.

    `body` is the API's, `lines` its items; `code` is what the command exits with.
    """

    body: Callable[[], Json]
    lines: Callable[[], Iterator[Json]]
    text: Callable[[Look], Iterator[str]]
    code: int = 0


class Question(NamedTuple):
    """A subcommand."""

    help: str
    add_arguments: Callable[[ArgumentParser], None]
    answer: Callable[[Source, Given], Answer]


def plain(body: Json) -> Json:
    """As a client would read it: no enums, no ready-made bytes."""
    read: Json = orjson.loads(orjson.dumps(body))
    return read


def write(answer: Answer, form: Form, output: OutputWrapper) -> None:
    if form is Form.JSON:
        output.write(orjson.dumps(answer.body(), option=orjson.OPT_INDENT_2).decode())
    elif form is Form.LINES:
        for item in answer.lines():
            output.write(orjson.dumps(item).decode())
    else:
        for line in answer.text(_look(output)):
            output.write(line)
    output.flush()  # a reader that has gone is noticed here, not when the interpreter ends


def with_end(lines: Iterator[Json], revision: object) -> Iterator[Json]:
    """As the API's streams: a last line that says how many there were, so that a cut one is known."""
    total = 0
    for line in lines:
        total += 1
        yield line
    yield {"type": "end", "total": total, "revision": str(revision)}


def _look(output: OutputWrapper) -> Look:
    if not output.isatty():
        return Look()
    return Look(shutil.get_terminal_size().columns, bold="NO_COLOR" not in os.environ)
