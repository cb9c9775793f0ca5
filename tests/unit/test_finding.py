"""The catalogue: what a search box finds beside users, and in which order."""

import pytest

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.discovery.finding import catalogue_of, find
from purposeapp.domain.finding import Catalogue, Found, Kind, user_found
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests import world


def named(*names: str, kind: Kind = Kind.PURPOSE) -> list[Found]:
    return [Found(kind, f"id of {name}", name) for name in names]


def found(catalogue: Catalogue, words: str, limit: int = 10) -> list[str]:
    return [each.name for each in catalogue.search(words, limit=limit)]


def test_names_that_begin_so_come_first_then_words_then_the_rest() -> None:
    catalogue = Catalogue(named("Wholesale", "Big Sale", "Sales", "sale"))
    assert found(catalogue, "SALE") == ["sale", "Sales", "Big Sale", "Wholesale"]


def test_all_words_must_be_there_in_any_order() -> None:
    catalogue = Catalogue(named("Price Optimisation", "Price List"))
    assert found(catalogue, "opt  price") == ["Price Optimisation"]


@pytest.mark.parametrize("nothing", ["", "  ", "zebra"])
def test_blank_words_and_strange_ones_find_nothing(nothing: str) -> None:
    assert found(Catalogue(named("Sales")), nothing) == []


def test_the_limit_is_for_each_kind_and_kinds_keep_their_order() -> None:
    entries = [*named("a1", "a2", "a3", kind=Kind.POLICY), *named("a4", "a5", kind=Kind.GROUP)]
    assert found(Catalogue(entries), "a", limit=2) == ["a4", "a5", "a1", "a2"]


def test_a_user_is_told_apart_by_what_is_known() -> None:
    assert user_found("bo", "Bo", None, "bo@example.com", enabled=True).detail == "Bo · bo@example.com"
    assert user_found("bo", None, None, None, enabled=True).detail == ""


def test_everything_with_a_name_is_found_once() -> None:
    sales = world.purpose("Sales")
    index = MemoryPolicyIndex.from_documents(
        [sales, world.policy("Sales readers", on=sales), world.persona("Sales people")]
    )
    directory = MemoryDirectory([world.person("sally", "sales")])
    catalogue = catalogue_of(policies=index, directory=directory)
    hits = find("sal", catalogue=catalogue, directory=directory, limit=5)
    assert [(each.kind, each.name) for each in hits] == [
        ("user", "sally"),
        ("group", "sales"),
        ("purpose", "Sales"),
        ("persona", "Sales people"),
        ("policy", "Sales readers"),
    ]
    assert (hits[-1].detail, hits[-1].parent) == ("allow · Sales", sales["__guid"])
    assert find(" ", catalogue=catalogue, directory=directory, limit=5) == []
