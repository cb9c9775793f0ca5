"""A zip archive that is sent while it is made: nothing of it is kept."""

from collections.abc import Iterable, Iterator
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile

FASTEST = 1


class _Outlet:
    """Takes what ZipFile writes. It can neither seek nor tell, so ZipFile writes sizes behind each file."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, content: bytes) -> int:
        self._waiting.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing is held back from `taken`."""

    def taken(self) -> bytes:
        content = b"".join(self._waiting)
        self._waiting.clear()
        return content


def zipped(files: Iterable[tuple[str, Iterable[bytes]]], *, beyond_4_gib: bool = False) -> Iterator[bytes]:
    """An archive of these files, one after the other: the next is asked for when the last one is all written."""
    outlet = _Outlet()
    with ZipFile(cast(IO[bytes], outlet), "w", ZIP_DEFLATED, compresslevel=FASTEST) as archive:
        for name, content in files:
            with archive.open(name, "w", force_zip64=beyond_4_gib) as file:
                for some in content:
                    file.write(some)
                    yield outlet.taken()
    yield outlet.taken()
