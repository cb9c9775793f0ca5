"""A whole review as one file, made while it is sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import Protocol

from purposeapp.discovery.reviews import jsonlines, table, workbook
from purposeapp.domain.review import Facts, Outcome, ReviewedPurpose
from purposeapp.domain.review.lines import RowFormat, lines

PURPOSES_AT_ONCE = 100


class Reviewed(Protocol):
    """The frozen answer of a review."""

    @property
    def facts(self) -> Facts: ...

    def people(self) -> Iterable[tuple[int, str, bool]]:
        """Ordinal, username and whether enabled, in order."""
        ...

    def purposes(self) -> Iterable[ReviewedPurpose]: ...

    def outcomes(self, places: Iterable[int]) -> Mapping[int, Mapping[int, Outcome]]:
        """What was decided, by place of the purpose and ordinal of the user."""
        ...


class FileFormat(StrEnum):
    """By the ending of the file's name."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    XLSX = "xlsx"


MEDIA_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON_LINES: jsonlines.MEDIA_TYPE,
    FileFormat.XLSX: workbook.MEDIA_TYPE,
}


def download(reviewed: Reviewed, form: FileFormat) -> Iterator[bytes]:
    match form:
        case FileFormat.CSV:
            return _table(reviewed)
        case FileFormat.JSON_LINES:
            rows = all_lines(reviewed, jsonlines.JsonLines())
            return jsonlines.between_header_and_trailer(reviewed.facts, rows)
        case FileFormat.XLSX:
            return workbook.workbook(all_lines(reviewed, workbook.Workbook()))


def all_lines(reviewed: Reviewed, form: RowFormat) -> Iterator[Sequence[bytes]]:
    """Every row by purpose and then by username, some thousands at once."""
    starts = [form.user(*person) for person in reviewed.people()]
    purposes = iter(reviewed.purposes())
    while some := list(islice(purposes, PURPOSES_AT_ONCE)):
        outcomes = reviewed.outcomes([purpose.place for purpose in some])
        for purpose in some:
            yield from lines(purpose, form, starts=starts, outcomes=outcomes.get(purpose.place, {}))


def _table(reviewed: Reviewed) -> Iterator[bytes]:
    yield table.head()
    for some in all_lines(reviewed, table.Table()):
        yield b"".join(some)
