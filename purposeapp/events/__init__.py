"""Keeps what a process holds in step with the sources: who notices changes, who is told, and how far that has come.

follower   all of one tenant: its threads, its revision, catching up     following  one source of it, poll by poll
policies   what a poll of policies does to the snapshot                  people     and one of the directory to its cache
relayed    polling for many processes: one leads, the others listen      channel    what is said about one source
relay      the stream in Redis that carries it, and Redis's clock        status     what operators see
assembly   puts them together
"""

from purposeapp.events.assembly import MAX_AGE, FollowedPeople, FollowedPolicies, follower
from purposeapp.events.follower import Follower
from purposeapp.events.people import Together
from purposeapp.events.relay import Relay
from purposeapp.events.status import FollowerStatus, SourceStatus

__all__ = [
    "MAX_AGE",
    "FollowedPeople",
    "FollowedPolicies",
    "Follower",
    "FollowerStatus",
    "Relay",
    "SourceStatus",
    "Together",
    "follower",
]
