"""A made-up company as it is loaded: where its documents and people are, and what is true of them."""

from contextlib import closing
from dataclasses import dataclass

from redis import Redis

from bench.oracle import Oracle
from bench.places import Places
from bench.stores import index, keycloak
from bench.truth import Truth
from bench.who import Roles
from bench.world import World


@dataclass(frozen=True, slots=True)
class Company:
    """`index` is the name of its Elasticsearch index, `directory` the URL of its Keycloak's database."""

    world: World
    places: Places
    index: str
    directory: str
    truth: Truth

    @classmethod
    def loaded(cls, world: World, places: Places, *, name: str = "bench") -> "Company":
        """Load what is missing, into an index and a database whose names begin with `name`."""
        truth = Truth(Oracle(world.documents()), Roles(world.people))
        loaded = index.load(places.elasticsearch, world, name=name)
        return cls(world, places, loaded, keycloak.load(places, world, name=name), truth)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a service for this company."""
        return {
            "ELASTICSEARCH_URL": self.places.elasticsearch,
            "ELASTICSEARCH_INDEX": self.index,
            "KEYCLOAK_DATABASE_URL": self.directory,
            "KEYCLOAK_REALM": keycloak.REALM,
            "REDIS_URL": self.places.redis,
        }

    def empty_redis(self) -> None:
        """Begin with nothing shared."""
        with closing(Redis.from_url(self.places.redis)) as redis:
            redis.flushdb()
