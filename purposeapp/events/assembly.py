"""A follower, put together from a tenant's tails."""

from collections.abc import Callable
from dataclasses import dataclass

from purposeapp.directory.base import DirectoryChanges, DirectoryTail
from purposeapp.events.channel import Channel
from purposeapp.events.follower import Follower
from purposeapp.events.following import Following, Poll
from purposeapp.events.people import Cache, KeptPeople
from purposeapp.events.policies import KeptPolicies
from purposeapp.events.relay import Relay
from purposeapp.events.relayed import Changes, Relayed
from purposeapp.policyindex.base import PolicyChanges, PolicyTail
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex

MAX_AGE = 2.0
"""Seconds that what is kept may be behind its source and still answer."""


@dataclass(frozen=True, slots=True)
class FollowedPolicies:
    """A tail and what it keeps up to date. `name` is the same in every process that follows this source for this tenant."""

    name: str
    index: SnapshotPolicyIndex
    tail: PolicyTail


@dataclass(frozen=True, slots=True)
class FollowedPeople:
    """The same for a directory."""

    name: str
    cache: Cache
    tail: DirectoryTail


def follower(
    tenant: str,
    policies: FollowedPolicies,
    people: FollowedPeople | None = None,
    *,
    relay: Relay | None = None,
    wishes: Callable[[], int] = lambda: 0,
) -> Follower:
    """A follower of a tenant's sources; without a relay it polls them by itself. Nothing runs before it is started.

    `wishes` as in KeptPolicies.
    """
    of_policies = relay.channel(policies.name) if relay else None
    of_people = relay.channel(people.name) if relay and people else None
    kept_policies = KeptPolicies(
        policies.index,
        _shared(lambda: policies.tail.poll(policies.index.held), of_policies, quiet=PolicyChanges),
        wishes=wishes,
    )
    return Follower(
        tenant,
        policies.index,
        _following(policies.name, kept_policies.poll, of_policies, relay),
        _following_people(people, of_people, relay) if people else None,
        channels=(of_policies, of_people),
        on_start=relay.start if relay else None,
    )


def _following_people(people: FollowedPeople, channel: Channel | None, relay: Relay | None) -> Following:
    kept = KeptPeople(people.cache, _shared(people.tail.poll, channel, quiet=DirectoryChanges))
    return _following(people.name, kept.poll, channel, relay)


def _shared(
    poll: Callable[[], Changes], channel: Channel | None, *, quiet: Callable[[float], Changes]
) -> Callable[[bool], Changes]:
    if channel is None:
        return lambda at_source: poll()
    return Relayed(poll, channel, quiet=quiet)


def _following(name: str, poll: Poll, channel: Channel | None, relay: Relay | None) -> Following:
    if relay is None:
        return Following(name, poll, max_age=MAX_AGE)
    following = Following(name, poll, max_age=MAX_AGE, wall_clock=relay.clock.now)
    if channel is not None:
        channel.on_news = following.wake
    return following
