"""Ordinals ascend in display order, whatever comes and goes, and few of them change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.domain.snapshot.ranking import Ranking

texts = st.text(alphabet="abc", max_size=2)
guids = st.integers(0, 40).map(str)
steps = st.lists(
    st.tuples(st.dictionaries(guids, texts, max_size=4), st.frozensets(guids, max_size=3)), max_size=30
)


def in_order(ranking: Ranking) -> list[str]:
    """The guids by ordinal; fails when the tables disagree."""
    ordinals = list(ranking.order)
    assert set(ordinals) == set(ranking.keys) == set(ranking.ordinals.values())
    assert all(ranking.ordinals[key[1]] == ordinal for ordinal, key in ranking.keys.items())
    return [ranking.keys[ordinal][1] for ordinal in ordinals]


@settings(max_examples=200, deadline=None)
@given(start=st.dictionaries(guids, texts, max_size=40), steps=steps)
def test_any_changes_leave_everything_in_order(start, steps):
    known = dict(start)
    ranking = Ranking.of([(text, guid) for guid, text in known.items()])
    for placed, gone in steps:
        before, gone = dict(ranking.ordinals), gone - placed.keys()
        ranking, moved = ranking.updated(
            placed={guid: (text, guid) for guid, text in placed.items()}, gone=gone
        )
        known = {guid: text for guid, text in known.items() if guid not in gone} | placed
        assert in_order(ranking) == sorted(known, key=lambda guid: (known[guid], guid))
        differ = {
            guid for guid in {*before, *ranking.ordinals} if before.get(guid) != ranking.ordinals.get(guid)
        }
        assert differ <= moved


@pytest.mark.parametrize("direction", ["before", "behind", "around"])
def test_insertions_at_one_place_renumber_few(direction):
    ranking = Ranking.of([(f"{number:04}", f"old {number}") for number in range(1_000)])
    names = {
        "before": [f"0500 {number:04}" for number in reversed(range(1_000))],
        "behind": [f"0500 {number:04}" for number in range(1_000)],
        "around": [
            f"0500 {number % 2 * 5_000 + (-number if number % 2 else number):04}" for number in range(1_000)
        ],
    }[direction]
    renumbered = 0
    for name in names:
        ranking, moved = ranking.updated(placed={name: (name, name)}, gone=())
        renumbered += len(moved) - 1
    guids = in_order(ranking)
    assert [guid for guid in guids if guid.startswith("0500")] == sorted(names)
    assert renumbered / len(names) < 30


def test_a_purpose_that_keeps_its_name_keeps_its_ordinal():
    ranking = Ranking.of([(f"{number}", f"{number}") for number in range(9)])
    again, moved = ranking.updated(placed={"3": ("3", "3")}, gone=())
    assert (again.ordinals, moved) == (ranking.ordinals, set())
