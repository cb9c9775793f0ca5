"""Users who see far more purposes than their peers.

The peers of a user are the enabled members of the smallest of their groups that has at least MIN_PEERS of them: who
works most closely with them. Far more is FAR times the usual spread above the median. Median and median absolute
deviation, because a few who see too much must not make it look usual.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from statistics import median
from urllib.parse import urlencode

from pyroaring import BitMap, FrozenBitMap

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Proof, Severity
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.phrase import Phrase
from purposeapp.domain.population import Population

MIN_PEERS = 10
FAR = 6.0
AT_LEAST = 5
"""More purposes than the median: below that, it is nothing to look at."""

_NORMAL = 1.4826
"""The standard deviation of a normal distribution, in median absolute deviations."""


def find(tenant: Tenant) -> Iterator[Finding]:
    counts = _counts((tenant.sight(entry).users for entry in tenant.entries), people=len(tenant.population))
    for group, members in _peers(tenant.population).items():
        peers = tenant.population.groups[group] - tenant.population.disabled
        usual = [counts[user] for user in peers]
        middle = median(usual)
        spread = max(1.0, _NORMAL * median(abs(count - middle) for count in usual))
        limit = middle + max(FAR * spread, AT_LEAST)
        for user in members:
            if counts[user] > limit:
                name = tenant.population.usernames[user]
                yield _finding(name, counts[user], group, len(peers), middle, spread)


def _counts(audiences: Iterable[FrozenBitMap], *, people: int) -> "array[int]":
    """How many of the audiences each user is in.

    Added up in binary for everybody at once: plane n has the users whose number has bit n.
    """
    planes = list[BitMap]()
    for users in audiences:
        carry, place = BitMap(users), 0
        while carry:
            if place == len(planes):
                planes.append(BitMap())
            planes[place], carry = planes[place] ^ carry, planes[place] & carry
            place += 1
    counts = array("L", bytes(people * array("L").itemsize))
    for place, plane in enumerate(planes):
        for user in plane:
            counts[user] += 1 << place
    return counts


def _peers(population: Population) -> Mapping[str, list[int]]:
    """By the name of the group whose members are their peers, the users that have some."""
    sizes = {name: len(users - population.disabled) for name, users in population.groups.items()}
    large = (name for name, size in sizes.items() if size >= MIN_PEERS)
    smallest: dict[int, str] = {}
    for name in sorted(large, key=lambda name: (-sizes[name], name)):
        smallest.update(dict.fromkeys(population.groups[name] - population.disabled, name))
    found: dict[str, list[int]] = {}
    for user, name in smallest.items():
        found.setdefault(name, []).append(user)
    return found


def _finding(username: str, count: int, group: str, peers: int, middle: float, spread: float) -> Finding:
    path = f"/api/meta/purposes/accessible?{urlencode({'username': username, 'limit': 1})}"
    return Finding(
        FindingKind.OUTLIER,
        Severity.MEDIUM,
        Entity("user", username, username),
        Phrase(
            "Sees %(count)s purposes; half of the %(peers)s members of the group %(group)s see at most %(median)s",
            count=count,
            peers=peers,
            group=repr(group),
            median=middle,
        ),
        lambda: [Proof(path, {"/total": count})],
        {"purposes": count, "group": group, "peers": peers, "median": middle, "spread": round(spread, 2)},
    )
