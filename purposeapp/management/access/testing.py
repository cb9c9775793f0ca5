"""`access test`: expectations from a file, held to what is so."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from purposeapp.discovery.written import Json
from purposeapp.management.access.answer import Answer, Given, Question
from purposeapp.management.access.exits import FAILED
from purposeapp.management.access.expect.junit import junit
from purposeapp.management.access.expect.reading import read_tests
from purposeapp.management.access.expect.running import Result, run
from purposeapp.management.access.harmless import harmless
from purposeapp.management.access.source import Source
from purposeapp.management.access.table import Look


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="YAML: docs/access-tests.md")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write the results as JUnit XML")


def _answer(source: Source, given: Given) -> Answer:
    file = given["file"]
    results = list(run(read_tests(file), source, file.name))
    if given["junit"]:
        given["junit"].write_bytes(junit(results, file.name))
    failed = sum(not result.passed for result in results)
    return Answer(
        body=lambda: {"tests": len(results), "failed": failed, "results": [_shape(each) for each in results]},
        lines=lambda: map(_shape, results),
        text=partial(_text, results, failed),
        code=FAILED if failed else 0,
    )


def _shape(result: Result) -> Json:
    test = result.test
    return {"name": test.name, "line": test.line, "passed": result.passed, "failures": list(result.failures)}


def _text(results: Sequence[Result], failed: int, look: Look) -> Iterator[str]:
    for result in results:
        if not result.passed:
            yield look.heading(f"FAILED  {harmless(result.test.name)} (line {result.test.line})")
            yield from (f"        {harmless(failure)}" for failure in result.failures)
    yield f"{len(results) - failed} passed, {failed} failed"


QUESTION = Question("hold a file of expectations to what is so", _add_arguments, _answer)
