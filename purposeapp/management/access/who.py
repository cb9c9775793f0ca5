"""`access who`: who sees a purpose, or has a persona."""

from argparse import ArgumentParser
from collections.abc import Iterator
from functools import cache
from typing import Any

from purposeapp.api.cursors import signer
from purposeapp.api.who import bodies
from purposeapp.discovery.decisions import Resource
from purposeapp.discovery.subjects import Viewers, persona_viewers, purpose_viewers
from purposeapp.discovery.written import Json
from purposeapp.domain.model import Mode, Via
from purposeapp.domain.population import Population
from purposeapp.management.access import options
from purposeapp.management.access.answer import Answer, Given, Question, plain, with_end
from purposeapp.management.access.names import guid_of
from purposeapp.management.access.source import Source
from purposeapp.management.access.table import Look, table


def _add_arguments(parser: ArgumentParser) -> None:
    options.add_thing(parser)
    parser.add_argument(
        "--groups", action="store_true", help="the names on the lists instead of the users one by one"
    )
    parser.add_argument("--words", default="", metavar="TEXT", help="only those with these words in the name")
    parser.add_argument(
        "--via",
        action="append",
        choices=[via.value for via in Via],
        help="only those who come so (repeat it)",
    )
    options.add_mode(parser)
    options.add_page(parser)


def _answer(source: Source, given: Given) -> Answer:
    kind = options.kind_of(given)
    guid = guid_of(given["thing"], kind, source.ports.policies)
    source.record("subjects", [""], {kind.value: guid})
    counted = source.everybody()
    viewers = _viewers(source, kind, guid, Mode(given["mode"]), counted.population)
    query = _query(given)
    cursors = signer("access who", source.ports.slug, source.caller.person.id, guid, _shaping(query))

    @cache
    def body() -> Json:
        found = bodies.subjects(
            viewers, query, cursors=cursors, as_of=counted.as_of, revision=source.ports.revision
        )
        return plain(found)

    def lines() -> Iterator[Json]:
        whole = given["limit"] == 0 and not given["cursor"]
        return with_end(
            bodies.every_subject(viewers, query) if whole else iter(body()["subjects"]), source.ports.revision
        )

    return Answer(body, lines, lambda look: _text(body(), given, look))


def _viewers(source: Source, kind: Resource, guid: str, mode: Mode, population: Population) -> Viewers:
    policies = source.ports.policies
    if kind is Resource.PERSONA:
        return persona_viewers(guid, mode=mode, policies=policies, population=population)
    return purpose_viewers(guid, mode=mode, policies=policies, population=population, now=source.now)


def _query(given: Given) -> dict[str, Any]:
    return {
        "expand": "groups" if given["groups"] else "users",
        "mode": given["mode"],
        "q": given["words"],
        "via": given["via"] or [],
        "limit": options.limit_of(given),
        **({"cursor": given["cursor"]} if given["cursor"] else {}),
    }


def _shaping(query: dict[str, Any]) -> dict[str, Any]:
    return {name: query[name] for name in ("expand", "mode", "q", "via")}


def _text(body: Json, given: Given, look: Look) -> Iterator[str]:
    found = body["subjects"]
    if given["groups"]:
        rows = [[each["type"], each["id"], str(each["members"]), str(each["seeing"])] for each in found]
        yield from table(["TYPE", "NAME", "MEMBERS", "SEEING"], rows, look)
    else:
        yield from table(
            ["USER", "VIA"], [[each["id"], ", ".join(map(_via, each["via"]))] for each in found], look
        )
    yield f"{len(found)} of {body['total']} ({given['mode']})"
    if body["next"]:
        yield f"More: --cursor {body['next']}, or all with --limit 0"


def _via(match: Json) -> str:
    return f"{match['via']} {match['name']}" if match["via"] in (Via.GROUP, Via.ROLE) else str(match["via"])


QUESTION = Question("who sees a purpose, or has a persona", _add_arguments, _answer)
