"""Checks an evidence bundle with nothing but Python: `python verify.py bundle.zip`.

It tells whether the files are those that the manifest was made for. Whether the manifest itself is the one that was handed
out is told by its own SHA-256, which is printed: compare it with the one that was noted then.
"""

import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

FORMAT = "access-review-evidence/1"
MANIFEST = "manifest.json"
MAX_MANIFEST = 64 * 1024 * 1024


def problems(path: str) -> Iterator[str]:
    """A sentence for everything that is wrong with the bundle; none when it is what it says."""
    try:
        with zipfile.ZipFile(path) as bundle:
            manifest = json.loads(_manifest(bundle))
            yield from _problems(bundle, manifest)
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, EOFError) as error:
        yield f"the bundle cannot be read: {type(error).__name__}: {error}"


def fingerprint(path: str) -> str:
    """The SHA-256 of the manifest, which vouches for all the rest."""
    with zipfile.ZipFile(path) as bundle:
        return hashlib.sha256(_manifest(bundle)).hexdigest()


def _manifest(bundle: zipfile.ZipFile) -> bytes:
    if bundle.getinfo(MANIFEST).file_size > MAX_MANIFEST:
        raise ValueError("the manifest is too large to be one")
    return bundle.read(MANIFEST)


def _problems(bundle: zipfile.ZipFile, manifest: dict[str, Any]) -> Iterator[str]:
    if manifest["format"] != FORMAT:
        yield f"the format is {manifest['format']!r}, not {FORMAT!r}"
        return
    names = [entry.filename for entry in bundle.infolist()]
    expected = [*manifest["files"], MANIFEST]
    if sorted(names) != sorted(expected):
        yield f"it has the files {', '.join(sorted(names))}, but should have {', '.join(sorted(expected))}"
        return
    for name, told in manifest["files"].items():
        yield from _differences(bundle, name, told)
    trailer = manifest["files"]["rows.jsonl"]["lines"] - 2
    if trailer != manifest["rows"]:
        yield f"rows.jsonl has {trailer} rows, but the review {manifest['rows']}"


def _differences(bundle: zipfile.ZipFile, name: str, told: dict[str, Any]) -> Iterator[str]:
    """Where the lines of a file are not those that were hashed."""
    whole, first = hashlib.sha256(), 1
    with bundle.open(name) as lines:
        for count, expected in told["stretches"]:
            text = b"".join(lines.readline() for _ in range(count))
            whole.update(text)
            if hashlib.sha256(text).hexdigest() != expected:
                yield f"{name}: lines {first} to {first + count - 1} are not what they were"
                return
            first += count
        if lines.read(1):
            yield f"{name}: there are lines behind line {first - 1}, the last one"
    if whole.hexdigest() != told["sha256"] or first - 1 != told["lines"]:
        yield f"{name}: the manifest contradicts itself"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python verify.py bundle.zip\n")
        return 2
    found = list(problems(arguments[0]))
    for problem in found:
        sys.stdout.write(f"WRONG  {problem}\n")
    if not found:
        sys.stdout.write(f"OK     the manifest's SHA-256 is {fingerprint(arguments[0])}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
