"""Redis as this service talks to it: one server or a cluster, always with a deadline, never with a retry.

redis-py's own ten retries with back-off make a dead server cost 4.6 s a call; here the caller decides what comes next.
Who needs several keys in one step puts the same `{tag}` in their names, which keeps them on one node of a cluster.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha1
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlsplit

from redis import ConnectionError, Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.exceptions import ClusterDownError, NoScriptError, RedisClusterException
from redis.retry import Retry

SINGLE_SCHEMES = ("redis", "rediss", "unix")
CLUSTER_SCHEMES = ("redis+cluster", "rediss+cluster")
_CLUSTER_PORT = 6379


class RedisClient(Protocol):
    """What a single server and a cluster have in common."""

    def execute_command(self, *words: Any) -> Any:
        """The answer to a command that has a key. Raises RedisError."""
        ...


def connect(url: str, *, deadline: float, decode_responses: bool = False) -> RedisClient:
    """A client for a URL of one of the schemes above; `deadline` is in seconds, for a connection and for an answer.

    A cluster's URL may name several nodes, `redis+cluster://user:password@one:7000,two:7000`. Nobody is asked before the
    first command, so that a service can start while Redis is away.
    """
    if is_cluster(url):
        return _LateCluster(lambda: _cluster(url, deadline, decode_responses))
    return Redis.from_url(
        url,
        socket_timeout=deadline,
        socket_connect_timeout=deadline,
        retry=_never_again(),
        decode_responses=decode_responses,
    )


def is_cluster(url: str) -> bool:
    return urlsplit(url).scheme in CLUSTER_SCHEMES


@dataclass(frozen=True)
class Script:
    """Lua that runs whole. Redis knows it by its digest from the first time on, until it restarts."""

    text: str

    @cached_property
    def digest(self) -> str:
        return sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def run(self, client: RedisClient, keys: Sequence[Any], arguments: Sequence[Any]) -> Any:
        """What the script returns. Raises RedisError."""
        try:
            return client.execute_command("EVALSHA", self.digest, len(keys), *keys, *arguments)
        except NoScriptError:
            return client.execute_command("EVAL", self.text, len(keys), *keys, *arguments)


class _LateCluster:
    """A cluster that is looked up at the first command, and again at the next one while it cannot be found."""

    def __init__(self, look_up: Callable[[], RedisCluster]) -> None:
        self._look_up = look_up
        self._looking = Lock()
        self._found: RedisCluster | None = None

    def execute_command(self, *words: Any) -> Any:
        try:
            return self._client().execute_command(*words)
        except (RedisClusterException, ClusterDownError) as error:
            # The one is no RedisError, the other the answer of a server that is there: either way nobody can be asked.
            raise ConnectionError("the cluster cannot be asked") from error

    def _client(self) -> RedisCluster:
        with self._looking:
            if self._found is None:
                self._found = self._look_up()
            return self._found


def _cluster(url: str, deadline: float, decode_responses: bool) -> RedisCluster:
    """Raises RedisClusterException when no node answers."""
    first, others = _nodes(url)
    return RedisCluster.from_url(
        first,
        startup_nodes=others,
        socket_timeout=deadline,
        socket_connect_timeout=deadline,
        retry=_never_again(),
        # Some slots may be without a node: ours may have one.
        require_full_coverage=False,
        decode_responses=decode_responses,
    )


def _nodes(url: str) -> tuple[str, list[ClusterNode]]:
    """The URL of the first node, with the credentials for all, and the other nodes."""
    parts = urlsplit(url)
    credentials, at, hosts = parts.netloc.rpartition("@")
    first, *others = hosts.split(",")
    scheme = parts.scheme.removesuffix("+cluster")
    return f"{scheme}://{credentials}{at}{first}", [_node(each) for each in others]


def _node(address: str) -> ClusterNode:
    parts = urlsplit(f"//{address}")
    return ClusterNode(parts.hostname, parts.port or _CLUSTER_PORT)


def _never_again() -> Retry:
    return Retry(NoBackoff(), 0)
