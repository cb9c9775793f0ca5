"""`access list`: which purposes a user sees, or which personas they have."""

from argparse import ArgumentParser
from collections.abc import Iterator

from purposeapp.api import lists
from purposeapp.api.lists import Cursors
from purposeapp.discovery.written import Json
from purposeapp.domain.page import Sort
from purposeapp.management.access import options
from purposeapp.management.access.answer import Answer, Given, Question, plain, with_end
from purposeapp.management.access.source import Source
from purposeapp.management.access.table import Look, table


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("user", help="a username")
    parser.add_argument("--personas", action="store_true", help="personas instead of purposes")
    parser.add_argument(
        "--reasons", action="store_true", help="with the policies that decide, and by what they match"
    )
    parser.add_argument(
        "--words", default="", metavar="TEXT", help="only those with these words in name or description"
    )
    parser.add_argument(
        "--sort",
        type=str,
        default="displayName",
        metavar="FIELD",
        help="as the API's; - in front: descending",
    )
    options.add_groups(parser)
    options.add_mode(parser)
    options.add_page(parser)


def _answer(source: Source, given: Given) -> Answer:
    kind = "personas" if given["personas"] else "purposes"
    body = plain(_body(source, given, kind))
    return Answer(
        body=lambda: body,
        lines=lambda: with_end(iter(body[kind]), source.ports.revision),
        text=lambda look: _text(body, kind, given, look),
    )


def _body(source: Source, given: Given, kind: str) -> Json:
    asked = source.asked(kind, given["user"], given["group"])
    query = {
        "mode": given["mode"],
        "limit": options.limit_of(given),
        "sort": Sort.parse(given["sort"]),
        "q": given["words"],
        "classification": "",
        "fields": [],
        "include": ["reasons"] if given["reasons"] else [],
        **({"cursor": given["cursor"]} if given["cursor"] else {}),
    }
    cursors = Cursors(f"access list {kind}", source.ports.slug, source.caller, asked, query)
    if given["personas"]:
        return lists.personas(asked, query, ports=source.ports, cursors=cursors)
    return lists.accessible(asked, query, ports=source.ports, cursors=cursors, now=source.now)


def _text(body: Json, kind: str, given: Given, look: Look) -> Iterator[str]:
    items = body[kind]
    headings = ["NAME", "ID", *(["BECAUSE"] if given["reasons"] else [])]
    yield from table(headings, [_row(item, with_reasons=given["reasons"]) for item in items], look)
    if body.get("disabled"):
        yield "The user is disabled."
    yield f"{len(items)} of {body['total']} {kind} ({given['mode']})"
    if body["next"]:
        yield f"More: --cursor {body['next']}, or all with --limit 0"


def _row(item: Json, *, with_reasons: bool) -> list[str]:
    row = [item["displayName"] or item["name"], item["id"]]
    return [*row, "; ".join(dict.fromkeys(map(_reason, item["reasons"])))] if with_reasons else row


def _reason(reason: Json) -> str:
    by = f"{reason['via']} {reason['name']}"
    return f"{reason['policy']['name']} ({by}): {reason['because']}" if "policy" in reason else by


QUESTION = Question("what a user sees", _add_arguments, _answer)
