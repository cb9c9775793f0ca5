"""The evidence of a review: all rows with their outcomes, every vote, and a manifest by which anybody can check them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from purposeapp.discovery.reviews import jsonlines
from purposeapp.discovery.reviews.download import FileFormat, Reviewed, download
from purposeapp.discovery.reviews.zipped import zipped

FORMAT = "access-review-evidence/1"
ROWS, VOTES, MANIFEST = "rows.jsonl", "votes.jsonl", "manifest.json"


@dataclass
class _Weighed:
    """What went through: bytes, lines and SHA-256, of the whole and of each stretch, so that damage can be placed."""

    size: int = 0
    lines: int = 0
    whole: Any = field(default_factory=hashlib.sha256)
    stretches: list[tuple[int, str]] = field(default_factory=list)

    def through(self, content: Iterable[bytes]) -> Iterator[bytes]:
        for some in content:
            count = some.count(b"\n")
            self.whole.update(some)
            self.stretches.append((count, hashlib.sha256(some).hexdigest()))
            self.size += len(some)
            self.lines += count
            yield some

    def as_json(self) -> dict[str, Any]:
        return {
            "bytes": self.size,
            "lines": self.lines,
            "sha256": self.whole.hexdigest(),
            "stretches": self.stretches,
        }


def evidence(reviewed: Reviewed, votes: Iterable[dict[str, Any]], *, made: dict[str, Any]) -> Iterator[bytes]:
    """The bundle, as a zip archive. `made` says when, by whom and by what it was made."""
    return zipped(_files(reviewed, votes, made), beyond_4_gib=True)


def _files(
    reviewed: Reviewed, votes: Iterable[dict[str, Any]], made: dict[str, Any]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    weighed = {ROWS: _Weighed(), VOTES: _Weighed()}
    yield ROWS, weighed[ROWS].through(download(reviewed, FileFormat.JSON_LINES))
    yield VOTES, weighed[VOTES].through(map(jsonlines.line, votes))
    files = {name: each.as_json() for name, each in weighed.items()}
    manifest = {"format": FORMAT, **reviewed.facts.as_json(), "made": made, "files": files}
    yield MANIFEST, [orjson.dumps(manifest, option=orjson.OPT_INDENT_2)]
