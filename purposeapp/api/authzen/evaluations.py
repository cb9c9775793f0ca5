"""The requests for decisions: one, or many with defaults, and how far to go with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from purposeapp.api.authzen.reading import Given, Question, optional, read_question
from purposeapp.discovery.written import Json
from purposeapp.domain.errors import InvalidRequest

MOST = 1_000
"""Evaluations in one request."""

SEMANTICS = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}
"""The decision at which each stops."""

_DEFAULTED = ("subject", "action", "resource", "context")

Item = Question | InvalidRequest


@dataclass(frozen=True, slots=True)
class Evaluations:
    """What to decide, in order; what cannot be read stands as the reason. A `single` one is answered by itself."""

    items: tuple[Item, ...]
    single: bool
    with_reasons: bool
    stops_at: bool | None = None

    @classmethod
    def of_one(cls, body: Given) -> "Evaluations":
        """The request of the evaluation endpoint. Raises InvalidRequest."""
        return cls((read_question(body),), True, _reasons(body))

    @classmethod
    def read(cls, body: Given) -> "Evaluations":
        """The request of the evaluations endpoint, which without `evaluations` is that of the other. Raises InvalidRequest."""
        stops_at, given = _semantic(body), optional(body, "evaluations", list) or []
        if not given:
            return cls.of_one(body)
        if len(given) > MOST:
            raise InvalidRequest(f"evaluations must have at most {MOST} items")
        defaults = {name: body[name] for name in _DEFAULTED if optional(body, name, dict) is not None}
        return cls(tuple(_item(each, defaults) for each in given), False, _reasons(body), stops_at)

    def until_it_stops(self, answers: Iterable[Json]) -> Iterator[Json]:
        """The answers up to the first that settles it."""
        for answer in answers:
            yield answer
            if answer["decision"] is self.stops_at:
                return


def _item(given: Any, defaults: Given) -> Item:
    if not isinstance(given, dict):
        return InvalidRequest("Each of the evaluations must be an object")
    own = {name: value for name, value in given.items() if value is not None}
    try:
        return read_question({**defaults, **own})
    except InvalidRequest as error:
        return error


def _semantic(body: Given) -> bool | None:
    options = optional(body, "options", dict) or {}
    semantic = optional(options, "options.evaluations_semantic", str)
    if semantic is None:
        return None
    if semantic not in SEMANTICS:
        raise InvalidRequest(f"options.evaluations_semantic must be one of {', '.join(SEMANTICS)}")
    return SEMANTICS[semantic]


def _reasons(body: Given) -> bool:
    return bool(optional(optional(body, "options", dict) or {}, "options.reasons", bool))
