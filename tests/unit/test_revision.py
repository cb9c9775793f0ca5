"""The revision of an answer as a text, and how two compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.revision import Revision, following

revisions = st.builds(Revision, st.integers(0, 1 << 60), st.integers(0, 1 << 60))


@given(revisions)
def test_its_text_is_short_and_safe_in_a_header_and_says_all(revision: Revision) -> None:
    text = str(revision)
    assert Revision.parse(text) == revision
    assert text.replace(".", "").isalnum()
    assert len(text) <= 27


@pytest.mark.parametrize(
    "text", ["", ".", "1", "1.", "1.2.3", "1.G", "１.2", "1.2\n", f"{'z' * 14}.0", "-1.0"]
)
def test_any_other_text_is_refused_with_the_cure(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Revision.parse(text)
    assert "X-Access-Revision" in refused.value.fields["consistency"]


def test_it_includes_what_is_behind_it_on_both_sides() -> None:
    assert Revision(2, 2).includes(Revision(2, 1))
    assert not Revision(2, 2).includes(Revision(1, 3))
    assert not Revision(2, 2).includes(Revision(3, 1))


@given(st.integers(0, 1 << 50), st.floats(0, 1e10))
def test_numbers_only_grow_whatever_the_clock_does(last: int, now: float) -> None:
    assert following(last, now=now) > last
    assert following(0, now=now) >= int(now * 1000)
