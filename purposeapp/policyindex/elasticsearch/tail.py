"""What is new in an index, by the sequence numbers that Elasticsearch gives to every write.

Each shard counts its writes; a document carries the number of its last one, in whatever state it is. So a poll asks each
shard for the entities above a number. Four things can happen behind the back of that, and each has its remedy:

- A shard shows write 11 before 10, or another copy of it is a little behind: the last ten seconds are read again each
  time, and what was seen is passed over. All requests name one preference, so that one copy answers them.
- A document removed for good leaves no number: how many entities are live is compared with what the caller has, and
  guids are compared where that differs, and all of them once a minute in any case.
- An index made anew, or an alias that moved, starts other counters: the indices' UUIDs are read first.
- A burst beyond a page: everything is read anew.
"""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from purposeapp.domain.errors import PoliciesUnavailable
from purposeapp.domain.snapshot import Change, Sizes, Snapshot
from purposeapp.policyindex import atlas
from purposeapp.policyindex.base import PolicyChanges
from purposeapp.policyindex.elasticsearch import queries, removals
from purposeapp.policyindex.elasticsearch.failures import complete, nonsense_is_no_answer
from purposeapp.policyindex.elasticsearch.index import entities_of
from purposeapp.policyindex.elasticsearch.mapping import Fields, fields_of
from purposeapp.policyindex.elasticsearch.reader import ElasticsearchReader, Question
from purposeapp.policyindex.elasticsearch.sweep import ONE_COPY

WINDOW = 10.0
"""Seconds for which writes are looked at again."""

RECONCILED_EVERY = 60.0
"""Seconds between two comparisons of all guids, on average."""

MAX_BURST = 5_000
"""Writes to one shard, or entities to fetch, beyond which everything is read anew."""

PATIENCE = 10
"""Polls in a row that a copy of a shard may be behind what it showed."""

_MARGIN = 1_000
"""Writes before the first poll that are watched for late neighbours."""

Shard = tuple[str, int]
"""The name of a concrete index and the number of one of its shards."""

Positions = Mapping[Shard, int]

_Sides = tuple[Sizes, Sizes]
"""How much there is at the source, and how much the caller has once what is new has been told."""


@dataclass(frozen=True, slots=True)
class _Write:
    """The last write to a document."""

    shard: Shard
    number: int
    term: int
    document: str
    guid: str
    live: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    """The indices behind a name: their UUIDs, and all shards."""

    uuids: frozenset[str]
    shards: tuple[Shard, ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a look at the index finds: writes (None: more than a page), and how many entities are live."""

    writes: list[_Write] | None
    sizes: Sizes


@dataclass(slots=True)
class _Course:
    """How far a tail is, in one layout. `read` has positions by the time they were reached, the oldest first."""

    layout: _Layout
    fields: Fields
    read: deque[tuple[float, Positions]]
    seen: set[_Write] = field(default_factory=set)

    def begin(self, now: float) -> Positions:
        """The positions of WINDOW seconds ago: what comes after them is looked at."""
        while len(self.read) > 1 and self.read[1][0] <= now - WINDOW:
            self.read.popleft()
        return self.read[0][1]

    def advance(self, now: float, writes: Iterable[_Write], begin: Positions) -> None:
        reached = dict(self.read[-1][1])
        for write in writes:
            reached[write.shard] = max(reached[write.shard], write.number)
        if reached != self.read[-1][1]:
            self.read.append((now, reached))
        self.seen = {write for write in self.seen if write.number > begin[write.shard]}.union(writes)


class _Burst(Exception):
    """More is new than MAX_BURST: to read everything anew costs less."""


class ElasticsearchTail:
    """Follows one index or alias; see the port."""

    def __init__(
        self, reader: ElasticsearchReader, index: str, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._reader = reader
        self._index = index
        self._clock = clock
        self._course: _Course | None = None
        self._reconcile_at = 0.0
        self._times_behind = 0
        self._cleared: _Sides | None = None

    def poll(self, held: Snapshot | None) -> PolicyChanges:
        now = self._clock()
        question = self._reader.question()
        layout, course = self._layout(question), self._course
        if course is None or layout != course.layout:
            return self._start(question, layout, now)
        try:
            return PolicyChanges(now, self._go_on(question, course, held, now))
        except _Burst:
            return self._start(question, layout, now)

    def _go_on(self, question: Question, course: _Course, held: Snapshot | None, now: float) -> Change:
        """What is new on a course. Raises _Burst, and is then to begin anew."""
        begin = course.begin(now)
        looked = self._look(question, course, begin)
        writes = looked.writes
        if writes is None:
            raise _Burst
        fresh = [write for write in writes if write not in course.seen]
        change = self._change(course.fields, {write.guid for write in fresh}, fresh)
        if held is None:
            self._note(now, None, reconciling=False)
        else:
            change = self._reconciled(course, held, looked, fresh, change, now)
        course.advance(now, writes, begin)
        return change

    def _start(self, question: Question, layout: _Layout, now: float) -> PolicyChanges:
        """Begin anew at the end of what is there, a little before it."""
        fields = fields_of(question, self._index)
        tips = self._tips(question, fields, layout)
        before = {shard: max(-1, tip - _MARGIN) for shard, tip in tips.items()}
        course = _Course(layout, fields, deque([(now, before)]))
        course.advance(now, self._look(question, course, before).writes or (), before)
        self._course = course  # only now: a beginning that fails has told nobody to read everything
        self._plan_reconciling(now)
        return PolicyChanges(now, everything=True)

    def _reconciled(
        self,
        course: _Course,
        held: Snapshot,
        looked: _Looked,
        fresh: Sequence[_Write],
        change: Change,
        now: float,
    ) -> Change:
        """With what left no number behind.

        Now, and not at the next poll: what is told is all there was until `now`, in no other order than it happened.
        """
        sides = _sides(looked.sizes, held, change)
        reconciling = self._is_reconciling_due(now, sides)
        if reconciling:
            guids = {write.guid for write in fresh}
            for missed in self._missed(course.fields, held, change, whole=now >= self._reconcile_at):
                guids |= missed
                change = self._change(course.fields, guids, fresh)
                sides = _sides(looked.sizes, held, change)
                if sides is None:
                    break
            if sides and self._look(self._reader.question(), course, course.begin(now)) != looked:
                # What came meanwhile may be all of it: nothing is known of a difference that stays.
                sides = None
        self._note(now, sides, reconciling=reconciling)
        return change

    def _is_reconciling_due(self, now: float, sides: _Sides | None) -> bool:
        """Once a minute; and when the numbers differ, unless all guids were compared and this very difference remained."""
        return now >= self._reconcile_at or (sides is not None and sides != self._cleared)

    def _missed(self, fields: Fields, held: Snapshot, change: Change, *, whole: bool) -> Iterator[set[str]]:
        """The guids that only one side has: first where the numbers differ, and if that does not explain it, anywhere."""
        if not whole:
            told = held.updated(change) if change else held
            initials = removals.uneven_initials(self._reader.question(), self._index, fields, told)
            if initials:
                yield removals.differing(self._reader, self._index, fields, held, initials)
        yield removals.differing(self._reader, self._index, fields, held)

    def _note(self, now: float, sides: _Sides | None, *, reconciling: bool) -> None:
        if sides is None or reconciling:
            self._cleared = sides
        if reconciling:
            self._plan_reconciling(now)

    def _plan_reconciling(self, now: float) -> None:
        self._reconcile_at = now + RECONCILED_EVERY * random.uniform(0.75, 1.25)  # noqa: S311 (to spread load)

    def _layout(self, question: Question) -> _Layout:
        answer = question.ask(
            lambda client: client.indices.get_settings(
                index=self._index,
                name="index.uuid,index.number_of_shards",
                flat_settings=True,
                local=True,
                allow_no_indices=False,
            )
        )
        with nonsense_is_no_answer():
            found = {name: each["settings"] for name, each in answer.items()}
            return _Layout(
                frozenset(each["index.uuid"] for each in found.values()),
                tuple(
                    (name, number)
                    for name in sorted(found)
                    for number in range(int(found[name]["index.number_of_shards"]))
                ),
            )

    def _tips(self, question: Question, fields: Fields, layout: _Layout) -> dict[Shard, int]:
        """The largest number of each shard; -1 where it has none."""
        bodies = [queries.last_write(fields, name) for name, _ in layout.shards]
        answers = self._each_shard(question, layout, bodies)
        with nonsense_is_no_answer():
            return {
                shard: max((hit["_seq_no"] for hit in answer["hits"]["hits"]), default=-1)
                for shard, answer in zip(layout.shards, answers, strict=True)
            }

    def _look(self, question: Question, course: _Course, begin: Positions) -> _Looked:
        """The writes after these positions."""
        # Counted first: something new that was counted and is not among the writes would make up for a removal.
        counts = question.search(self._index, queries.sizes(course.fields), preference=ONE_COPY)
        shards = course.layout.shards
        bodies = [
            queries.writes_after(course.fields, name, begin[name, number], size=MAX_BURST)
            for name, number in shards
        ]
        answers = self._each_shard(question, course.layout, bodies)
        with nonsense_is_no_answer():
            buckets = counts["aggregations"]["live"]["buckets"]
            sizes = Sizes(*(buckets[kind]["doc_count"] for kind in Sizes._fields))
            if any(len(answer["hits"]["hits"]) >= MAX_BURST for answer in answers):
                return _Looked(None, sizes)
            writes = [
                _write_of(shard, hit)
                for shard, answer in zip(shards, answers, strict=True)
                for hit in answer["hits"]["hits"]
            ]
            return _Looked([write for write in writes if write.guid], sizes)

    def _each_shard(self, question: Question, layout: _Layout, bodies: Iterable[Any]) -> list[Any]:
        """One request: a search of each shard."""
        # Always by our own name: an alias may have a filter, which the index behind it doesn't know.
        whole = {"index": self._index, "allow_partial_search_results": False}
        searches: list[Any] = []
        for (_, number), body in zip(layout.shards, bodies, strict=True):
            searches += [{**whole, "preference": f"_shards:{number}|{ONE_COPY}"}, body]
        answer = question.ask(lambda client: client.msearch(searches=searches))
        with nonsense_is_no_answer():
            answers: list[Any] = answer["responses"]
        return [complete(each) for each in answers]

    def _change(self, fields: Fields, guids: set[str], fresh: Iterable[_Write]) -> Change:
        """These entities as they are now. Raises PoliciesUnavailable when the copy that answers is behind a write."""
        if len(guids) > MAX_BURST:
            raise _Burst
        question = self._reader.question()
        hits: list[Any] = []
        for body in queries.entities(fields, guids):
            found = question.search(self._index, {**body, "seq_no_primary_term": True}, preference=ONE_COPY)
            with nonsense_is_no_answer():
                hits += found["hits"]["hits"]
        with nonsense_is_no_answer():
            numbers = {(hit["_index"], hit["_id"]): hit["_seq_no"] for hit in hits}
            documents = [hit["_source"] for hit in hits]
        self._require_all(fresh, numbers)
        return Change.of(guids, (entity for document in documents for entity in entities_of(document)))

    def _require_all(self, fresh: Iterable[_Write], numbers: Mapping[tuple[str, str], int]) -> None:
        """That these writes are in the documents whose last numbers are given, by index and id."""
        for write in fresh:
            number = numbers.get((write.shard[0], write.document))
            if write.live if number is None else number < write.number:
                self._fell_behind()
                raise PoliciesUnavailable
        self._times_behind = 0

    def _fell_behind(self) -> None:
        """A copy catches up in a moment. If it does not, what was noticed is not what it seems: begin anew."""
        self._times_behind += 1
        if self._times_behind > PATIENCE:
            self._course, self._times_behind = None, 0


def _sides(sizes: Sizes, held: Snapshot, change: Change) -> _Sides | None:
    """None when they are equal: what is new explains all."""
    told = (held.updated(change) if change else held).sizes
    return None if told == sizes else (sizes, told)


def _write_of(shard: Shard, hit: Any) -> _Write:
    fields = hit.get("fields", {})
    return _Write(
        shard,
        hit["_seq_no"],
        hit["_primary_term"],
        hit["_id"],
        guid=fields.get("__guid", [""])[0],
        live=fields.get("__state", [""])[0] == atlas.ACTIVE,
    )
