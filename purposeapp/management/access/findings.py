"""`access findings`: what an auditor should look at."""

from argparse import ArgumentParser
from collections.abc import Iterator

from purposeapp.api.cursors import signer
from purposeapp.api.findings import views
from purposeapp.discovery.entities import snapshot_of
from purposeapp.discovery.findings import findings
from purposeapp.discovery.written import Json
from purposeapp.domain.findings import FindingKind, Tenant
from purposeapp.management.access import options
from purposeapp.management.access.answer import Answer, Given, Question, plain, with_end
from purposeapp.management.access.source import Source
from purposeapp.management.access.table import Look, table


def _add_arguments(parser: ArgumentParser) -> None:
    kinds = [kind.value for kind in FindingKind]
    parser.add_argument("--kind", action="append", choices=kinds, help="only of this kind (repeat it)")
    options.add_page(parser)


def _answer(source: Source, given: Given) -> Answer:
    kinds = [FindingKind(kind) for kind in given["kind"] or []]
    source.record("findings", [""], {"kinds": kinds})
    counted = source.everybody()
    snapshot = snapshot_of(source.ports.policies, now=source.now)
    found = findings(Tenant(snapshot, counted.population, source.now), kinds=kinds)
    cursors = signer("access findings", source.ports.slug, source.caller.person.id, kinds)
    body = plain(
        views.body(
            found,
            after=cursors.read(given["cursor"]) if given["cursor"] else None,
            limit=options.limit_of(given),
            cursors=cursors,
            as_of=counted.as_of,
            revision=source.ports.revision,
        )
    )
    return Answer(
        body=lambda: body,
        lines=lambda: with_end(iter(body["findings"]), source.ports.revision),
        text=lambda look: _text(body, look),
    )


def _text(body: Json, look: Look) -> Iterator[str]:
    items = body["findings"]
    rows = [[each["severity"], each["kind"], each["entity"]["name"], each["sentence"]] for each in items]
    yield from table(["SEVERITY", "KIND", "WHAT", "WHY"], rows, look)
    yield f"{len(items)} of {body['total']} findings"
    if body["next"]:
        yield f"More: --cursor {body['next']}, or all with --limit 0"


QUESTION = Question("what an auditor should look at", _add_arguments, _answer)
