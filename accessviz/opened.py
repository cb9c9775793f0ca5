"""What membership in one group opens, by itself."""

from dataclasses import dataclass

from purposeapp.discovery.asking import Asked
from purposeapp.discovery.side_by_side import PersonaSides, PurposeSides, side_by_side
from purposeapp.domain.model import Group, Via
from purposeapp.domain.realm import Member, Realm
from purposeapp.policyindex.base import PolicyIndex

OF_MEMBERSHIP = frozenset({Via.GROUP, Via.ROLE})
"""What is seen by these is seen because of the group; the rest, everybody sees."""


@dataclass(frozen=True, slots=True)
class Opened:
    """In display order; with the purposes that policies of the group lead to and that neither mode shows."""

    purposes: tuple[PurposeSides, ...]
    personas: tuple[PersonaSides, ...]


def opened_by(group: Group, realm: Realm, *, policies: PolicyIndex, now: float) -> Opened:
    """What somebody sees who is in the group and nowhere else, as far as the group is the reason."""
    somebody = realm.person(Member(id="", username="", groups=(group.id,)))
    sides = side_by_side(Asked(somebody.subject, somebody), policies=policies, now=now)
    purposes = tuple(
        each for each in sides.purposes if any(reason.match.via in OF_MEMBERSHIP for reason in each.reasons)
    )
    return Opened(purposes, sides.personas)
