"""Changes to try out: what a form shows of them, and what it sends back."""

from typing import Any

import pytest
from django.http import QueryDict

from accessviz.changes import Question, switching, to_try
from accessviz.changes.inputs import INPUTS, JSON, change_of, values_of
from accessviz.links import to_simulation
from accessviz.told import CHANGES
from purposeapp.discovery.simulation import OPERATIONS
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.explain import Change, Kind, Node, Op
from purposeapp.domain.model import Purpose

CASES: list[Any] = [
    {"op": "add_group", "username": "ana", "name": "/eng"},
    {"op": "remove_role", "username": "ana", "name": "analyst"},
    {"op": "name_user", "username": "ana", "guid": "g"},
    {"op": "disable_purpose", "guid": "g"},
    {"op": "put_policy", "policy": {"guid": "g", "groups": ["eng", "a, b"], "priority": 1, "enabled": False}},
    {"op": "put_policies", "documents": [{"__guid": "g"}]},
]
ODD: list[Any] = [
    {"op": "put_policy", "policy": {"__guid": "g", "policyType": "allow"}},
    {"op": "put_policy", "policy": "x"},
    {"op": "add_group", "username": "ana", "name": "eng", "why": "?"},
    {"op": "add_group", "username": " ana"},
    {"op": "put_policy", "policy": {"groups": ["a\nb"]}},
    {"op": "put_policy", "policy": {"groups": []}},
    {"op": "nonsense"},
    {"op": JSON},
    ["no", "object"],
    None,
]


def test_every_kind_of_change_has_a_row_and_a_name() -> None:
    assert set(INPUTS) == {*OPERATIONS, JSON}
    assert set(CHANGES) == set(OPERATIONS)


@pytest.mark.parametrize("change", CASES)
def test_a_change_is_shown_in_fields_that_say_the_same(change: Any) -> None:
    op, values = values_of(change)
    assert (op, change_of(op, values)) == (change["op"], change)


@pytest.mark.parametrize("change", ODD)
def test_what_the_fields_cannot_say_is_shown_as_json_and_loses_nothing(change: Any) -> None:
    op, values = values_of(change)
    assert (op, change_of(op, values)) == (JSON, change)


def test_an_address_holds_the_whole_question() -> None:
    address = to_simulation(*CASES, *ODD, mode="listed")
    question = Question.asked(QueryDict(address.partition("?")[2]))
    assert (question.changes(), question.mode) == ([*CASES, *ODD], "listed")
    assert question.address() == address


def test_rows_come_in_the_order_of_their_numbers() -> None:
    form = QueryDict("10.op=disable_policy&10.guid=b&9.op=enable_policy&9.guid=a&mode=effective")
    assert Question.sent(form).changes() == [
        {"op": "enable_policy", "guid": "a"},
        {"op": "disable_policy", "guid": "b"},
    ]


@pytest.mark.parametrize(
    "query", ["change={", "change=[&mode=effective", "change={}&mode=x", "change={}&" * 51]
)
def test_an_address_that_is_none_is_refused(query: str) -> None:
    with pytest.raises(InvalidRequest):
        Question.asked(QueryDict(query))


@pytest.mark.parametrize("form", ["0.op=x", "0.guid=a", "0.op=add_group&mode=x"])
def test_a_form_of_nobody_s_is_refused(form: str) -> None:
    with pytest.raises(InvalidRequest):
        Question.sent(QueryDict(form))


def test_what_is_no_json_is_said_beside_its_row() -> None:
    question = Question.sent(QueryDict("0.op=add_role&1.op=put_policies&1.documents={"))
    with pytest.raises(InvalidRequest) as raised:
        question.changes()
    first, second = question.marked(raised.value).rows
    assert (first.wrong, second.other_wrong) == ({}, ["This is not JSON."])


def test_what_is_wrong_is_said_beside_the_field_it_is_wrong_with() -> None:
    question = Question.sent(QueryDict("0.op=add_role&1.op=put_policies"))
    error = InvalidRequest("", fields={"changes[1].documents[0]": "unreadable", "changes[0].name": "missing"})
    first, second = question.marked(error).rows
    assert {field.input.name: field.wrong for field in first.fields({})} == {
        "username": "",
        "name": "missing",
    }
    assert second.other_wrong == ["documents[0]: unreadable"]


def test_rows_are_added_and_taken_away() -> None:
    question = Question().with_row("add_role").with_row("put_policy").without_row("0")
    assert [row.op for row in question.rows] == ["put_policy"]
    with pytest.raises(InvalidRequest):
        question.with_row("drop_table")


def test_suggestions_that_the_simulation_knows_can_be_tried_others_cannot() -> None:
    join = Change(Op.ADD_GROUP, Node(Kind.GROUP, "id", "/eng"))
    named = Change(Op.NAME_USER, Node(Kind.POLICY, "g", "read"))
    tried = to_try([join, named], "ana")
    assert Question.asked(QueryDict(tried.partition("?")[2])).changes() == [
        {"op": "add_group", "username": "ana", "name": "/eng"},
        {"op": "name_user", "username": "ana", "guid": "g"},
    ]
    assert to_try([join, Change(Op.ENABLE_USER, Node(Kind.USER, "", "ana"))], "ana") == ""
    assert to_try([Change(Op.NAME_USER, Node(Kind.PERSONA, "g", "P"))], "ana") == ""
    assert to_try([], "ana") == ""


def test_a_switch_turns_over_what_is() -> None:
    assert switching(Purpose("g", "Sales"))["op"] == "disable_purpose"
    assert switching(Purpose("g", "Sales", enabled=False))["op"] == "enable_purpose"
