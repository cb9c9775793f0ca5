"""Order and pages: nothing twice, nothing lost, and cursors that nobody can bend."""

import base64
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.domain.errors import InvalidCursor, InvalidRequest
from purposeapp.domain.model import Purpose
from purposeapp.domain.page import (
    SORT_FIELDS,
    CursorSigner,
    Place,
    Sort,
    by_keyset,
    by_offset,
    by_place,
    display_order,
)

SIGNER = CursorSigner(b"a key of the service", scope="acme|ana|effective")

names = st.text("aAbBßéÉ \N{LATIN SMALL LIGATURE FI}", max_size=3)
purposes = st.lists(
    st.builds(
        Purpose,
        guid=st.integers(0, 10**6).map(str),
        name=names,
        display_name=names,
        create_time=st.integers(0, 3),
        update_time=st.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda each: each.guid,
)
sorts = st.builds(Sort, st.sampled_from(sorted(SORT_FIELDS)), st.booleans())


@given(purposes, sorts, st.integers(1, 13))
@settings(max_examples=400)
def test_pages_of_any_size_make_up_the_whole_list(found: list[Purpose], sort: Sort, limit: int) -> None:
    whole = by_keyset(found, sort=sort, after=None, limit=len(found) + 1, key=itself)
    walked = walk(found, sort, limit)
    assert walked == list(whole.items)
    assert sorted(each.guid for each in walked) == sorted(each.guid for each in found)
    assert whole.total == len(found)
    assert whole.last is None


@given(purposes, sorts, st.integers(1, 5), st.data())
@settings(max_examples=200)
def test_what_leaves_or_joins_between_two_calls_shifts_nobody_else(
    found: list[Purpose], sort: Sort, limit: int, data: st.DataObject
) -> None:
    first = by_keyset(found, sort=sort, after=None, limit=limit, key=itself)
    if first.last is None:
        return
    gone = data.draw(st.sampled_from(found))
    rest = [each for each in found if each != gone] + [Purpose(guid="new", name="new")]
    second = by_keyset(rest, sort=sort, after=first.last, limit=100, key=itself)
    expected = {each.guid for each in found} - {each.guid for each in first.items} - {gone.guid}
    assert {each.guid for each in second.items} - {"new"} == expected


@given(purposes, st.integers(0, 14), st.integers(1, 14))
def test_pages_by_offset_are_stretches_of_the_list_with_the_true_total(
    found: list[Purpose], offset: int, limit: int
) -> None:
    page = by_offset(found, offset=offset, limit=limit)
    assert list(page.items) == found[offset:][:limit]
    assert page.total == len(found)


@given(purposes)
def test_the_default_sort_is_the_display_order(found: list[Purpose]) -> None:
    page = by_keyset(found, sort=Sort(), after=None, limit=100, key=itself)
    assert list(page.items) == sorted(found, key=display_order)


def test_a_sort_is_read_and_written_alike() -> None:
    assert Sort.parse("-updateTime") == Sort("updateTime", descending=True)
    for field in SORT_FIELDS:
        for text in (field, f"-{field}"):
            assert str(Sort.parse(text)) == text


@given(
    purposes,
    st.none() | st.tuples(names.map(str.casefold), st.integers(0, 10**6).map(str)),
    st.integers(1, 13),
)
@settings(max_examples=400)
def test_pages_of_what_is_in_display_order_need_no_sorting(
    found: list[Purpose], after: Place | None, limit: int
) -> None:
    ordered = sorted(found, key=display_order)
    places = [after, *map(display_order, ordered)]
    for place in places:
        page = by_place(ordered, after=place, limit=limit, key=itself)
        assert page == by_keyset(found, sort=Sort(), after=place, limit=limit, key=itself)


@pytest.mark.parametrize("text", ["", "-", "guid", "--name", "name,guid", "__class__"])
def test_a_sort_that_is_not_on_offer_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(InvalidRequest, match="displayName, name") as refused:
        Sort.parse(text)
    assert "sort" in refused.value.fields


places = st.tuples(st.text(max_size=5) | st.integers(), st.text(max_size=5))


@given(places, st.text(max_size=10))
def test_a_cursor_comes_back_as_the_place_it_was_made_of(place: Place, scope: str) -> None:
    signer = CursorSigner(b"key", scope)
    if any("\ud800" <= letter <= "\udfff" for part in place for letter in str(part)):
        return
    assert signer.read(signer.sign(place)) == place


def test_every_altered_character_is_noticed() -> None:
    place = ("größte kunden", "9f7a35f4-8d37-4273-81ec-c497a83a2472")
    cursor = SIGNER.sign(place)
    for position in range(len(cursor)):
        for letter in string.ascii_letters + string.digits + "-_+/=. ":
            forged = cursor[:position] + letter + cursor[position + 1 :]
            if forged != cursor:
                with pytest.raises(InvalidCursor):
                    SIGNER.read(forged)


def test_every_altered_bit_is_noticed() -> None:
    cursor = SIGNER.sign((1_750_000_000_000, "guid"))
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for bit in range(len(raw) * 8):
        forged = bytearray(raw)
        forged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(InvalidCursor):
            SIGNER.read(base64.urlsafe_b64encode(forged).rstrip(b"=").decode())


def test_shortened_and_lengthened_cursors_are_refused() -> None:
    cursor = SIGNER.sign(("a", "b"))
    for forged in (
        *(cursor[:length] for length in range(len(cursor))),
        cursor + "A",
        cursor + "AAAA",
        cursor * 2,
    ):
        with pytest.raises(InvalidCursor):
            SIGNER.read(forged)


@pytest.mark.parametrize("scope", ["acme|bo|effective", "acme|ana|listed", "other|ana|effective", ""])
def test_a_cursor_of_another_question_is_refused(scope: str) -> None:
    cursor = CursorSigner(SIGNER.key, scope).sign(("a", "b"))
    with pytest.raises(InvalidCursor):
        SIGNER.read(cursor)


def test_a_cursor_signed_with_another_key_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        SIGNER.read(CursorSigner(b"another key", SIGNER.scope).sign(("a", "b")))


@pytest.mark.parametrize("cursor", ["", "=", "null", "ü", "\0", "\ud800", "A" * 10_000, "%2e%2e"])
def test_nonsense_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        SIGNER.read(cursor)


def test_a_cursor_of_a_sort_by_time_does_not_fit_a_sort_by_name() -> None:
    found = [Purpose(guid="1", name="a", create_time=1)]
    with pytest.raises(InvalidCursor):
        by_keyset(found, sort=Sort("name"), after=(1, "1"), limit=1, key=itself)
    with pytest.raises(InvalidCursor):
        by_place(found, after=(1, "1"), limit=1, key=itself)


def walk(found: list[Purpose], sort: Sort, limit: int) -> list[Purpose]:
    """All pages one after the other, each from the signed cursor of the last."""
    walked: list[Purpose] = []
    after: Place | None = None
    while True:
        page = by_keyset(found, sort=sort, after=after, limit=limit, key=itself)
        assert page.total == len(found)
        assert len(page.items) <= limit
        walked += page.items
        if page.last is None:
            return walked
        after = SIGNER.read(SIGNER.sign(page.last))


def itself(purpose: Purpose) -> Purpose:
    return purpose
