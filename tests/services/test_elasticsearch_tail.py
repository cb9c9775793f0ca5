"""What only Elasticsearch can do to who follows it: other indices behind a name, several shards, writes seen out of order."""

import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from purposeapp.domain.errors import PoliciesMisconfigured, PoliciesUnavailable
from purposeapp.policyindex.base import PolicyChanges
from purposeapp.policyindex.elasticsearch import (
    ElasticsearchPolicyIndex,
    ElasticsearchTail,
    connect,
    removals,
)
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import create_index
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from tests.contract.tail_rows import Clock, ElasticsearchStore
from tests.servers import fresh_index, need
from tests.world import policy, purpose

pytestmark = pytest.mark.service

SALES, RISK = purpose("Sales"), purpose("Risk")


@dataclass
class World:
    client: Any
    indices: list[str]
    alias: str
    tail: ElasticsearchTail
    held: SnapshotPolicyIndex
    clock: Clock

    def store(self, number: int) -> ElasticsearchStore:
        return ElasticsearchStore(self.client, self.indices[number])

    def point(self, *actions: dict[str, Any]) -> None:
        self.client.indices.update_aliases(actions=list(actions))

    def follow(self) -> PolicyChanges:
        told = self.tail.poll(self.held.held)
        if told.everything:
            self.held.refresh()
        else:
            self.held.update(told.change)
        return told

    def names(self) -> set[str]:
        assert self.held.held is not None
        return {entry.purpose.name for entry in self.held.held.entries.values()}


@pytest.fixture
def world() -> Iterator[World]:
    url = need("elasticsearch")
    with ExitStack() as stack:
        client = stack.enter_context(open_client(url, request_timeout=60))
        indices = [stack.enter_context(fresh_index(url)) for _ in range(2)]
        for index in indices:
            create_index(client, index, shards=3)
        alias = f"{indices[0]}-alias"
        client.indices.put_alias(index=indices[0], name=alias)
        reader = connect(url, deadline=20.0)
        stack.callback(reader.close)
        clock = Clock()
        tail = ElasticsearchTail(reader, alias, clock=clock)
        held = SnapshotPolicyIndex(ElasticsearchPolicyIndex(reader, alias), max_age=math.inf)
        made = World(client, indices, alias, tail, held, clock)
        made.store(0).put([SALES, policy("read", on=SALES, users=["ana"])])
        made.follow()
        yield made


def test_an_alias_that_moves_to_another_index_is_read_anew(world: World) -> None:
    world.store(1).put([RISK])
    assert not world.follow().is_new
    old, new = world.indices
    world.point(
        {"remove": {"index": old, "alias": world.alias}}, {"add": {"index": new, "alias": world.alias}}
    )
    assert world.follow().everything
    assert world.names() == {"Risk"}
    assert not world.follow().is_new


def test_a_beginning_that_fails_is_begun_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.store(1).put([RISK])
    old, new = world.indices
    world.point(
        {"remove": {"index": old, "alias": world.alias}}, {"add": {"index": new, "alias": world.alias}}
    )

    def fails(*_arguments: Any) -> Any:
        raise PoliciesUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(ElasticsearchTail, "_look", fails)
        with pytest.raises(PoliciesUnavailable):
            world.follow()
    assert world.follow().everything
    assert world.names() == {"Risk"}


def test_what_comes_while_guids_are_compared_hides_no_later_removal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = purpose("First"), purpose("Second")
    # Found by the comparison: its guid begins as that of what was removed.
    others = (purpose(f"Meanwhile {number}") for number in count())
    meanwhile = next(each for each in others if each["__guid"][0] == first["__guid"][0])
    store = world.store(0)
    store.put([first, second])
    world.follow()
    store.remove([first["__guid"]])
    compare = removals.differing

    def compared(*arguments: Any) -> set[str]:
        store.put([meanwhile])
        return compare(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(removals, "differing", compared)
        world.follow()
    store.remove([second["__guid"]])
    world.follow()
    assert world.names() == {"Sales", meanwhile["name"]}


def test_an_index_made_anew_under_the_same_name_is_read_anew(world: World) -> None:
    world.client.indices.delete(index=world.indices[0])
    create_index(world.client, world.indices[0], shards=1)
    world.point({"add": {"index": world.indices[0], "alias": world.alias}})
    world.store(0).put([RISK])
    assert world.follow().everything
    assert world.names() == {"Risk"}


def test_an_alias_of_several_indices_is_followed_in_all_of_them(world: World) -> None:
    world.point({"add": {"index": world.indices[1], "alias": world.alias}})
    assert world.follow().everything
    world.store(1).put([RISK])
    world.store(0).put([{**SALES, "name": "Selling"}])
    told = world.follow()
    assert (told.everything, told.change.given) == (False, {SALES["__guid"], RISK["__guid"]})
    assert world.names() == {"Selling", "Risk"}


def test_what_the_filter_of_an_alias_hides_is_not_told(world: World) -> None:
    hidden = {"bool": {"must_not": {"term": {"qualifiedName": RISK["qualifiedName"]}}}}
    world.point({"add": {"index": world.indices[0], "alias": world.alias, "filter": hidden}})
    world.follow()
    world.store(0).put([RISK, {**SALES, "name": "Selling"}])
    assert world.follow().change.given == {SALES["__guid"]}
    world.clock.now += 90.0
    world.follow()
    assert world.names() == {"Selling"}


def test_a_write_seen_late_with_a_smaller_number_is_told(world: World) -> None:
    world.store(0).put([RISK])
    world.follow()
    course = world.tail._course
    assert course is not None
    # As if Risk had not been visible then, though later writes to its shard were.
    course.seen = {write for write in course.seen if write.guid != RISK["__guid"]}
    world.held.drop()
    assert world.tail.poll(None).change.given == {RISK["__guid"]}


def test_a_removal_is_told_with_what_was_written_around_it(world: World) -> None:
    audit = purpose("Audit")
    world.store(0).put([audit])
    world.follow()
    # As many come as go, and something else changes: no count of what there is tells, nor is it quiet.
    world.store(0).remove([audit["__guid"]])
    world.store(0).put([RISK, {**SALES, "name": "Selling"}])
    told = world.follow()
    assert not told.everything
    assert world.names() == {"Selling", "Risk"}


def test_an_entity_without_a_guid_stops_nobody(world: World) -> None:
    nameless = {name: value for name, value in RISK.items() if name != "__guid"}
    world.client.index(index=world.indices[0], document=nameless, refresh="true")
    world.store(0).put([{**SALES, "name": "Selling"}])
    assert SALES["__guid"] in world.follow().change.given
    world.clock.now += 90.0
    world.follow()
    assert "Selling" in world.names()


def test_an_index_that_is_gone_is_an_error_and_nothing_is_lost(world: World) -> None:
    world.store(0).put([RISK])
    world.point({"remove": {"index": world.indices[0], "alias": world.alias}})
    with pytest.raises(PoliciesMisconfigured):
        world.follow()
    world.point({"add": {"index": world.indices[0], "alias": world.alias}})
    assert world.follow().change.given == {RISK["__guid"]}


def test_a_tail_that_gets_no_answer_raises(world: World) -> None:
    reader = connect("http://127.0.0.1:1", deadline=1.0)
    with pytest.raises(PoliciesUnavailable):
        ElasticsearchTail(reader, "any").poll(None)
    reader.close()
