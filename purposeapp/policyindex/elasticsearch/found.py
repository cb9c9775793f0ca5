"""Purposes that were found, of which nobody may want more than a page."""

from collections.abc import Iterable, Sequence
from typing import overload

from purposeapp.domain.model import Purpose
from purposeapp.policyindex import atlas


class FoundPurposes(Sequence[Purpose]):
    """The purposes of these documents in display order, each once. A purpose is made when it is looked at: of hundreds
    that somebody sees a hundred are shown, and making them all takes longer than decoding the answer they came in."""

    def __init__(self, documents: Iterable[atlas.Document]) -> None:
        by_guid = {atlas.text(document, "__guid"): document for document in documents}
        self._documents = sorted(by_guid.values(), key=atlas.display_order)

    def __len__(self) -> int:
        return len(self._documents)

    @overload
    def __getitem__(self, at: int) -> Purpose: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Purpose]: ...
    def __getitem__(self, at: int | slice) -> Purpose | Sequence[Purpose]:
        if isinstance(at, slice):
            return [atlas.purpose_from(document) for document in self._documents[at]]
        return atlas.purpose_from(self._documents[at])
