"""`access explain`: why a user sees something, or why not."""

from argparse import ArgumentParser
from collections.abc import Iterator

from purposeapp.api.explain.shapes import explanation
from purposeapp.discovery.decisions import Resource
from purposeapp.discovery.explain import explain_persona, explain_purpose
from purposeapp.discovery.written import Json
from purposeapp.management.access import options
from purposeapp.management.access.answer import Answer, Given, Question, plain
from purposeapp.management.access.exits import NO_ACCESS
from purposeapp.management.access.harmless import harmless
from purposeapp.management.access.names import guid_of
from purposeapp.management.access.source import Source


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("user", help="a username")
    options.add_thing(parser)
    options.add_groups(parser)
    options.add_mode(parser)


def _answer(source: Source, given: Given) -> Answer:
    kind = options.kind_of(given)
    guid = guid_of(given["thing"], kind, source.ports.policies)
    asked = source.asked("explain", given["user"], given["group"], **{kind: guid})
    find = explain_persona if kind is Resource.PERSONA else explain_purpose
    ports = source.ports
    explained = find(
        asked, guid, policies=ports.policies, directory=ports.directory, now=source.now, in_full=True
    )
    body = plain(explanation(explained) | {"revision": str(ports.revision)})
    return Answer(
        body=lambda: body,
        lines=lambda: iter([body]),
        text=lambda _look: _text(body, given["mode"]),
        code=0 if body["decision"][given["mode"]] else NO_ACCESS,
    )


def _text(body: Json, mode: str) -> Iterator[str]:
    yield from map(harmless, body["sentences"])
    paths = body["listedPaths" if mode == "listed" else "paths"]
    if paths:
        yield ""
        yield "Ways:" if body["pathsComplete"] else "Ways, the shortest of them:"
    for path in paths:
        yield "  " + " → ".join(harmless(f"{node['kind']} {node['name']}") for node in path)


QUESTION = Question("why a user sees something, or not", _add_arguments, _answer)
