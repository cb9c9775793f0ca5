"""XLSX: plain text cells only, in as many sheets as it takes.

The workbook is sent while it is made, at any size; libraries for it collect all of it in a file first. Every cell is a
text, so nothing in it is ever run.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from purposeapp.discovery.reviews.table import COLUMNS, outcome_cells, told
from purposeapp.discovery.reviews.zipped import zipped
from purposeapp.domain.review import Outcome, ReviewedPurpose, Way

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ROWS_OF_A_SHEET = 1_048_576
LONGEST_CELL = 32_767

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# ECMA-376 part 1, 22.9.2.19: what XML cannot have is written _xHHHH_, and so is the beginning of what only looks like it.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Workbook:
    """A `RowFormat`."""

    def user(self, ordinal: int, username: str, enabled: bool) -> bytes:
        return b'<row>%s<c t="inlineStr"><is><t>u%d' % (cells(username, "yes" if enabled else "no"), ordinal)

    def access(self, purpose: ReviewedPurpose, ways: Sequence[Way]) -> bytes:
        return b"p%d</t></is></c>" % purpose.place + cells(purpose.guid, purpose.name, told(ways))

    def outcome(self, outcome: Outcome | None) -> bytes:
        return cells(*outcome_cells(outcome)) + b"</row>"


def workbook(rows: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    """The whole file."""
    return zipped(_files(rows))


def cells(*texts: str) -> bytes:
    return "".join(map(_cell, texts)).encode("utf-8")


def _cell(text: str) -> str:
    if not text:
        return "<c/>"
    written = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:LONGEST_CELL])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(written)}</t></is></c>'


def _files(rows: Iterable[Sequence[bytes]]) -> Iterator[tuple[str, Iterable[bytes]]]:
    stretches, sheets = _Sheets(rows), 0
    while sheets == 0 or stretches.more():
        sheets += 1
        yield f"xl/worksheets/sheet{sheets}.xml", stretches.sheet()
    yield from ((name, [text.encode()]) for name, text in _frame(range(1, sheets + 1)))


class _Sheets:
    """Rows, dealt out to sheets."""

    def __init__(self, rows: Iterable[Sequence[bytes]]) -> None:
        self._rows = iter(rows)
        self._waiting: Sequence[bytes] = ()

    def more(self) -> bool:
        """Whether any row is left."""
        while not self._waiting:
            following = next(self._rows, None)
            if following is None:
                return False
            self._waiting = following
        return True

    def sheet(self) -> Iterator[bytes]:
        yield f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
        yield b"<row>" + cells(*COLUMNS) + b"</row>"
        room = ROWS_OF_A_SHEET - 1
        while room and self.more():
            some, self._waiting = self._waiting[:room], self._waiting[room:]
            room -= len(some)
            yield b"".join(some)
        yield b"</sheetData></worksheet>"


def _frame(sheets: Iterable[int]) -> Iterator[tuple[str, str]]:
    """What makes the sheets a workbook."""
    sheets = list(sheets)
    listed = "".join(f'<sheet name="Access {n}" sheetId="{n}" r:id="rId{n}"/>' for n in sheets)
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in sheets
    )
    yield "xl/_rels/workbook.xml.rels", _relationships(links)
    root = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    yield "_rels/.rels", _relationships(root)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for n in sheets
    )
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>{kinds}</Types>',
    )


def _relationships(links: str) -> str:
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
