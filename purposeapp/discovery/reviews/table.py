"""CSV (RFC 4180) that no spreadsheet takes for formulas.

A text gets an apostrophe in front when a spreadsheet could run it (its first character, after quotes and spaces, is one of
`= + - @`, also in full width, a tab, a line break or NUL), and so does a text that begins with one. So taking one apostrophe
away wherever a cell begins with one gives back every text as it was.
"""

import csv
import io
import re
from collections.abc import Sequence

from purposeapp.domain.review import Outcome, ReviewedPurpose, Way

COLUMNS = (
    "username", "enabled", "row", "purpose", "purposeName", "via",
    "decision", "final", "decidedBy", "confirmedBy", "decidedAt", "comment",
)  # fmt: skip
END = b"\r\n"

_DANGEROUS = re.compile(r"""'|["'\s\ufeff]*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]""")


def harmless(text: str) -> str:
    """The text, or the text behind an apostrophe."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def head() -> bytes:
    return _cells(*COLUMNS) + END


class Table:
    """A `RowFormat`."""

    def user(self, ordinal: int, username: str, enabled: bool) -> bytes:
        return _cells(username, "yes" if enabled else "no") + b",u%d" % ordinal

    def access(self, purpose: ReviewedPurpose, ways: Sequence[Way]) -> bytes:
        return b"p%d," % purpose.place + _cells(purpose.guid, purpose.name, told(ways))

    def outcome(self, outcome: Outcome | None) -> bytes:
        return b"," + _cells(*outcome_cells(outcome)) + END


def told(ways: Sequence[Way]) -> str:
    """For example `user; group: eng`."""
    return "; ".join(f"{way.via}: {way.name}" if way.name else way.via.value for way in ways)


def outcome_cells(outcome: Outcome | None) -> tuple[str, ...]:
    """The texts of the last six columns."""
    if outcome is None:
        return ("",) * 6
    vote = outcome.proposed
    final = "yes" if outcome.final else "no"
    return (vote.decision.value, final, vote.by, outcome.confirmed_by, vote.at, vote.comment)


def _cells(*texts: str) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(map(harmless, texts))
    return written.getvalue().encode("utf-8", "replace").removesuffix(END)
