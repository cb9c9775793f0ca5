"""`access export-snapshot`: a tenant into a file, to be asked later or elsewhere."""

from argparse import ArgumentParser
from pathlib import Path

from purposeapp.discovery.written import Json
from purposeapp.management.access.answer import Answer, Given, Question
from purposeapp.management.access.export import write_export
from purposeapp.management.access.harmless import harmless
from purposeapp.management.access.source import Source


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="where to; it names people and their groups, so only its owner can read it"
    )


def _answer(source: Source, given: Given) -> Answer:
    file, ports = given["file"], source.ports
    source.record("export", [""], {"what": "access snapshot"})
    count = write_export(
        file, tenant=ports.slug, policies=ports.policies, directory=ports.directory, now=source.now
    )
    body: Json = {"file": str(file), "lines": count}
    return Answer(
        lambda: body, lambda: iter([body]), lambda _look: iter([f"{count} lines in {harmless(str(file))}"])
    )


QUESTION = Question("write all that decides access into a file", _add_arguments, _answer)
