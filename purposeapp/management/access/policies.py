"""`policies import` and `policies export`: a tenant's local policies, in and out of lines of Atlas documents."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from purposeapp.domain.errors import InvalidRequest
from purposeapp.management.access import options
from purposeapp.management.access.answer import Answer, Given, Question
from purposeapp.management.access.simulate import simulated
from purposeapp.management.access.source import Source, tenant_of
from purposeapp.policyindex.database import (
    DatabasePolicyIndex,
    check_documents,
    export_documents,
    import_documents,
)

_ONE = {
    "purposes": "purpose",
    "personas": "persona",
    "policies": "policy",
    "orphans": "orphan",
    "skipped": "skipped",
}
"""What an import counts, of which there is one."""


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="one Atlas document a line (NDJSON); - is stdin")
    parser.add_argument(
        "--dry-run", action="store_true", help="only say who would gain and who would lose what"
    )
    options.add_mode(parser)
    options.add_page(parser)


def _import(source: Source, given: Given) -> Answer:
    slug = _local(given)
    documents = list(_documents(given["file"]))
    if given["dry_run"]:
        check_documents(slug, documents)
        return simulated(source, [{"op": "put_policies", "documents": documents}], given)
    source.record("import policies", [""], {"documents": len(documents)})
    counts = asdict(import_documents(slug, documents))
    told = ", ".join(f"{count} {_ONE[what] if count == 1 else what}" for what, count in counts.items())
    return Answer(lambda: counts, lambda: iter([counts]), lambda _look: iter([told]))


def _export_arguments(_parser: ArgumentParser) -> None:
    """Nothing but the tenant."""


def _export(source: Source, given: Given) -> Answer:
    slug = _local(given)
    source.record("export policies", [""], {})
    return Answer(
        body=lambda: {"documents": list(export_documents(slug))},
        lines=lambda: export_documents(slug),
        text=lambda _look: (orjson.dumps(document).decode() for document in export_documents(slug)),
    )


def _local(given: Given) -> str:
    """The slug of a tenant that keeps its policies here. Raises InvalidRequest for any other."""
    services = tenant_of(given["tenant"])
    if not isinstance((services.sources or services).policies, DatabasePolicyIndex):
        raise InvalidRequest(
            f"The policies of tenant {services.slug!r} are in Elasticsearch, where Atlas writes them: change them there"
        )
    return services.slug


def _documents(file: Path) -> Iterator[dict[str, Any]]:
    """Raises InvalidRequest by line, OSError when there is no file."""
    raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    for number, line in enumerate(raw.splitlines(), 1):
        if not line.strip():
            continue
        try:
            document = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise InvalidRequest(f"{file}, line {number} is not JSON: {error}") from None
        if not isinstance(document, dict):
            raise InvalidRequest(f"{file}, line {number} is not a JSON object")
        yield document


IMPORT = Question("write the purposes, personas and policies of a file", _import_arguments, _import)
EXPORT = Question("print all of them, one a line", _export_arguments, _export)
