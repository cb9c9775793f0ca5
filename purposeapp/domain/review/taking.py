"""From the live tenant to what is reviewed."""

from collections.abc import Iterable, Iterator

from pyroaring import FrozenBitMap

from purposeapp.domain.audience import purpose_audience
from purposeapp.domain.model import Mode
from purposeapp.domain.population import Population
from purposeapp.domain.review.model import ReviewedPurpose, Scope, ScopeKind, Way
from purposeapp.domain.snapshot import Entry
from purposeapp.domain.snapshot.naming import EMPTY


def people_of(scope: Scope, population: Population) -> FrozenBitMap:
    """The users whose access is reviewed."""
    if scope.kind is ScopeKind.GROUP:
        return population.groups.get(scope.name, EMPTY)
    return population.everybody


def taken(
    entries: Iterable[Entry], population: Population, *, people: FrozenBitMap, mode: Mode, now: float
) -> Iterator[ReviewedPurpose]:
    """The purposes with what these people see of each at `now` (epoch seconds); in their order, the empty ones too."""
    for place, entry in enumerate(entries):
        purpose = entry.purpose
        audience = purpose_audience(purpose, entry.policies, population, mode=mode, now=now)
        ways = (Way(each.via, each.name, each.users & people) for each in audience.means)
        yield ReviewedPurpose(
            place, purpose.guid, purpose.display_name or purpose.name, tuple(way for way in ways if way.users)
        )
