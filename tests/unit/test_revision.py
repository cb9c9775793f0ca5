"""The revision of an answer: the same for the same inputs, another as soon as one of them changes."""

from dataclasses import replace

import pytest

from purposeapp.discovery.revision import revision_of
from purposeapp.domain.model import Purpose, Subject
from purposeapp.policyindex import atlas
from tests.world import persona, subject

ANA = subject("ana", "eng", "data", roles=["reader"])
SALES = Purpose("sales", "Sales", update_time=1)
HR = Purpose("hr", "HR")


BEFORE = (SALES, HR)


def test_it_does_not_depend_on_the_order_of_names() -> None:
    same = subject("ana", "data", "eng", roles=["reader"])
    assert revision_of(ANA, BEFORE) == revision_of(same, BEFORE)


@pytest.mark.parametrize(
    "who",
    [
        subject("bo", "eng", "data", roles=["reader"]),
        subject("ana", "eng", roles=["reader"]),
        subject("ana", "eng", "data"),
        subject("ana", "eng", "data", "reader"),
        subject("ana", "engdata", roles=["reader"]),
    ],
    ids=[
        "somebody else",
        "left a group",
        "lost a role",
        "a group called like the role",
        "names run together",
    ],
)
def test_it_changes_with_the_person(who: Subject) -> None:
    assert revision_of(who, BEFORE) != revision_of(ANA, BEFORE)


@pytest.mark.parametrize(
    "after",
    [
        (),
        BEFORE[:1],
        BEFORE[::-1],
        (replace(SALES, update_time=2), HR),
        (replace(SALES, enabled=False), HR),
        (replace(SALES, display_name="Selling"), HR),
    ],
    ids=["none", "fewer", "order", "updated", "disabled", "renamed"],
)
def test_it_changes_with_what_is_granted(after: tuple[Purpose, ...]) -> None:
    assert revision_of(ANA, after) != revision_of(ANA, BEFORE)


def test_it_changes_with_a_persona() -> None:
    one, other = (atlas.persona_from(persona(name)) for name in ("Analysts", "Engineers"))
    assert revision_of(ANA, [one]) != revision_of(ANA, [other])


def test_it_is_safe_in_a_header_whatever_the_names() -> None:
    assert revision_of(subject("\ud800\r\n"), ()).isalnum()
