"""The round trips of one question: all of them under one deadline, each complete or an error."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from operator import getitem
from threading import BoundedSemaphore
from time import monotonic
from typing import Any

from elasticsearch import ApiError, ConnectionError, Elasticsearch, TransportError

from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.policyindex.elasticsearch.failures import complete, in_our_words, nonsense_is_no_answer
from purposeapp.policyindex.elasticsearch.node import answered_within

Body = Mapping[str, Any]

MAX_PAGE = 10_000
"""Hits or buckets of one answer: `index.max_result_window`, which nobody should have to raise for us."""

_SLOT_WAIT = 0.25
"""Seconds to wait for a free connection; a queue any longer only spends the caller's time."""

_SNAPSHOT_LIFE = "10s"
_GOODBYE = 0.2
"""Seconds given to closing a snapshot, which would go away by itself."""


class ElasticsearchReader:
    """A cluster's connections, shared by the threads of a process and by all tenants."""

    def __init__(self, client: Elasticsearch, *, deadline: float, concurrency: int) -> None:
        self._client = client
        self._deadline = deadline
        # The driver would wait for a free connection without end.
        self._slots = BoundedSemaphore(concurrency)

    def question(self, *, at_least: float = 0.0) -> "Question":
        """Start a question; its deadline, of `at_least` so many seconds, runs from here."""
        return Question(self._client, self._slots, max(self._deadline, at_least))

    def close(self) -> None:
        self._client.close()


class Question:
    """One question of the port. Every method raises PoliciesUnavailable rather than give less than everything."""

    def __init__(self, client: Elasticsearch, slots: BoundedSemaphore, deadline: float) -> None:
        self._client = client
        self._slots = slots
        self._until = monotonic() + deadline

    def ask(self, send: Callable[[Elasticsearch], Any], *, at_most: float | None = None) -> Any:
        """One round trip within what is left of the deadline (or `at_most` seconds); returns the decoded body."""
        if not self._slots.acquire(True, max(0.0, min(_SLOT_WAIT, self._left()))):
            raise PoliciesUnavailable
        try:
            return self._send_twice(send, at_most)
        except (ApiError, TransportError) as error:
            raise in_our_words(error) from error
        finally:
            self._slots.release()

    def search(self, index: str, body: Body, *, preference: str | None = None) -> Any:
        """One search of every shard; those of one `preference` are answered by the same copies of them."""
        return complete(
            self.ask(
                lambda client: client.search(
                    index=index, body=dict(body), preference=preference, allow_partial_search_results=False
                )
            )
        )

    def terms(self, index: str, body: Body, paths: Sequence[Sequence[str]]) -> tuple[list[set[str]], bool]:
        """The keys of the terms aggregations at these paths, and whether there are no more than those."""
        answer = self.search(index, body)
        with nonsense_is_no_answer():
            found = [reduce(getitem, path, answer["aggregations"]) for path in paths]
            keys = [{bucket["key"] for bucket in terms["buckets"]} for terms in found]
            return keys, all(terms["sum_other_doc_count"] == 0 for terms in found)

    def field_types(self, index: str, fields: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The types of each field that is mapped: more than one where the indices of an alias disagree."""
        # Field capabilities have a few hundred bytes, where the mapping of a large Atlas index has megabytes.
        answer = self.ask(
            lambda client: client.field_caps(index=index, fields=list(fields), allow_no_indices=False)
        )
        with nonsense_is_no_answer():
            if answer.get("failed_indices", 0) == 0:
                return {name: list(types) for name, types in answer["fields"].items()}
        raise PoliciesUnavailable

    def count(self, index: str, query: Body) -> tuple[int, int]:
        """The number of hits, and of the shards that were asked."""
        answer = self.search(index, {**query, "size": 0, "track_total_hits": True})
        with nonsense_is_no_answer():
            return int(answer["hits"]["total"]["value"]), int(answer["_shards"]["total"])

    def scan(self, index: str, query: Body, *, fields: Any = True) -> list[Any]:
        """The `_source` (or those `fields` of it) of every hit, in no particular order.

        One round trip when there are fewer than MAX_PAGE hits; more are read anew from a snapshot, so that an entity
        that changes meanwhile is neither lost nor doubled. A smaller first page would be read twice by just those
        users whose answers take longest.
        """
        body = {**query, "_source": fields, "track_total_hits": False}
        with nonsense_is_no_answer():
            hits = self.search(index, {**body, "size": MAX_PAGE, "sort": ["_doc"]})["hits"]["hits"]
            if len(hits) >= MAX_PAGE:
                hits = self._snapshot_hits(index, body)
            return [hit["_source"] for hit in hits]

    def _snapshot_hits(self, index: str, body: Body) -> Iterator[Any]:
        snapshot = self.open_point(index, _SNAPSHOT_LIFE)
        after: Body = {}
        try:
            while True:
                page = self.search_point(snapshot, {**body, "size": MAX_PAGE, **after}, _SNAPSHOT_LIFE)
                hits, snapshot = page["hits"]["hits"], page["pit_id"]
                yield from hits
                if len(hits) < MAX_PAGE:
                    return
                after = {"search_after": hits[-1]["sort"]}
        finally:
            self.close_point(snapshot)

    def open_point(self, index: str, kept_for: str, *, preference: str | None = None) -> str:
        """A point in time on all shards: its searches don't see what changes afterwards. Close it."""
        answer = self.ask(
            lambda client: client.open_point_in_time(index=index, keep_alive=kept_for, preference=preference)
        )
        with nonsense_is_no_answer():
            return str(answer["id"])

    def close_point(self, point: str) -> None:
        """Tell Elasticsearch that a point in time is not needed; it would find out by itself."""
        with suppress(PoliciesUnavailable):
            self.ask(lambda client: client.close_point_in_time(id=point), at_most=_GOODBYE)

    def search_point(self, point: str, body: Body, kept_for: str) -> Any:
        """One search of every shard at a point in time, which is kept for so long from now."""
        whole = {
            **body,
            "track_total_hits": False,
            "sort": ["_shard_doc"],
            "pit": {"id": point, "keep_alive": kept_for},
        }
        # A point in time is of all shards; a search of it may still lose one.
        return complete(
            self.ask(lambda client: client.search(body=whole, allow_partial_search_results=False))
        )

    def _send_twice(self, send: Callable[[Elasticsearch], Any], at_most: float | None) -> Any:
        """A connection that was refused or broke says nothing of the next node, so one more try; a time-out does."""
        try:
            return self._send(send, at_most)
        except ConnectionError:
            return self._send(send, at_most)

    def _send(self, send: Callable[[Elasticsearch], Any], at_most: float | None) -> Any:
        left = self._left() if at_most is None else min(at_most, self._left())
        if left <= 0:
            raise PoliciesUnavailable
        with answered_within(left):
            return send(self._client).body

    def _left(self) -> float:
        return self._until - monotonic()
