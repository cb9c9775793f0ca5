"""The read model: all of a tenant as an inverted index, subject → purposes, as bitmaps over ordinals in display order.

ranking    ordinals with gaps                        families   whose policy it is
naming     name → what it leads to, as bitmaps       seen       what one subject sees
personas   the same for personas, in small           recent     what was seen a moment ago
model      the snapshot: answers and updates
"""

from purposeapp.domain.snapshot.model import Change, Entry, Ordinals, Sizes, Snapshot, Writers
from purposeapp.domain.snapshot.seen import Seen

__all__ = ["Change", "Entry", "Ordinals", "Seen", "Sizes", "Snapshot", "Writers"]
