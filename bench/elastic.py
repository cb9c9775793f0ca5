"""What Elasticsearch says of itself: counters that are read before and after."""

from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from purposeapp.policyindex.elasticsearch.client import open_client


@dataclass(frozen=True, slots=True)
class Counters:
    """`searches`: query phases of one index, over all shards. `cpu`: seconds of all nodes, whoever asked them."""

    searches: int
    cpu: float


class Watched:
    """An index whose counters are read."""

    def __init__(self, url: str, index: str) -> None:
        self._client: Elasticsearch = open_client(url, request_timeout=10.0)
        self._index = index

    def counters(self) -> Counters:
        stats: Any = self._client.indices.stats(index=self._index, metric="search")
        nodes: Any = self._client.nodes.stats(metric="process")
        milliseconds = sum(node["process"]["cpu"]["total_in_millis"] for node in nodes["nodes"].values())
        return Counters(stats["_all"]["primaries"]["search"]["query_total"], milliseconds / 1000)
