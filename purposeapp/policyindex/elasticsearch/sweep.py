"""Reading everything of an index that a query finds, in slices, while the caller works on what has come."""

from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from purposeapp.policyindex.elasticsearch.failures import nonsense_is_no_answer
from purposeapp.policyindex.elasticsearch.reader import ElasticsearchReader

ONE_COPY = "purposeapp-tail"
"""The preference of all who keep a copy of the index in step with it: the same copies of its shards answer them.

Else a sweep could read a copy that is behind what the tail has told already, and nobody would tell it again.
"""

SLICES = 2
"""Parts of the index read side by side."""

_PAGE = 2_000
_PAGE_SECONDS = 10.0
"""For one page: it is a thousand times the work of an ordinary question, and nobody waits at a screen for it."""

_KEPT_FOR = "60s"
"""How long Elasticsearch holds the point in time between two pages: the time the caller has for one."""

Pages = dict[Future[list[Any]], int]


class Sweep:
    """Searches on one point in time: whatever is read was there together. Close it."""

    def __init__(self, reader: ElasticsearchReader, index: str) -> None:
        self._reader = reader
        self._point = reader.question().open_point(index, _KEPT_FOR, preference=ONE_COPY)
        self._pool = ThreadPoolExecutor(SLICES, thread_name_prefix="sweep")

    def sources(self, body: Mapping[str, Any]) -> Iterator[Any]:
        """The `_source` of every hit; raises PoliciesUnavailable as soon as any page cannot be had whole."""
        pages = {self._ask(body, part, None): part for part in range(SLICES)}
        while pages:
            done, _ = wait(pages, return_when=FIRST_COMPLETED)
            for page in done:
                part, hits = pages.pop(page), page.result()
                if len(hits) == _PAGE:
                    pages[self._ask(body, part, hits[-1]["sort"])] = part
                yield from (hit["_source"] for hit in hits)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._reader.question().close_point(self._point)

    def _ask(self, body: Mapping[str, Any], part: int, after: Any) -> Future[list[Any]]:
        return self._pool.submit(self._page, body, part, after)

    def _page(self, body: Mapping[str, Any], part: int, after: Any) -> list[Any]:
        whole = {
            **body,
            "size": _PAGE,
            "slice": {"id": part, "max": SLICES},
            **({"search_after": after} if after else {}),
        }
        question = self._reader.question(at_least=_PAGE_SECONDS)
        answer = question.search_point(self._point, whole, _KEPT_FOR)
        with nonsense_is_no_answer():
            self._point = answer["pit_id"]  # a shard that moved has another one
            hits: list[Any] = answer["hits"]["hits"]
            return hits
