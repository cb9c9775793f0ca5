"""Reading AuthZEN's requests: JSON values of the types that the specification gives them, and nothing taken for another.

Unknown keys are ignored, as the specification says. An optional value that is null is an absent one.
Everything here raises InvalidRequest, whose message names the place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from rest_framework.exceptions import UnsupportedMediaType

from purposeapp.api import moments
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.names import require_storable
from purposeapp.api.parsing import body_of
from purposeapp.discovery.decisions import Resource as Kind
from purposeapp.domain.errors import InvalidRequest, UnknownEntity

Given = Mapping[str, Any]
Value = TypeVar("Value")

USER = "user"
"""The one type of subjects."""

LONGEST = 1_024
"""Characters of a type, id or action name: no source has longer ones."""

_SPOKEN = {str: "a string", dict: "an object", list: "an array", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Entity:
    """A subject or resource. `id` is blank where the request is to find it."""

    type: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """May the subject do this to the resource? `at` is `context.time` in epoch seconds; None is now."""

    subject: Entity
    action: str
    resource: Entity
    at: float | None = None

    @property
    def kind(self) -> Kind:
        """What the resource is. Raises UnknownEntity for types of resources or subjects that nobody here has."""
        for entity, known in ((self.subject, (USER,)), (self.resource, tuple(Kind))):
            if entity.type not in known:
                raise UnknownEntity(entity.type, entity.id)
        return Kind(self.resource.type)


def read_body(request: ApiRequest) -> Given:
    """The JSON object that was sent."""
    try:
        body = body_of(request)
    except UnsupportedMediaType:
        raise InvalidRequest("The Content-Type must be application/json") from None
    if not isinstance(body, dict):
        raise InvalidRequest("The request body must be a JSON object")
    return body


def read_question(given: Given, *, sought: str = "") -> Question:
    """The question of an evaluation, or of the search for `subject`, `resource` or `action`: what is sought has no name."""
    return Question(
        subject=_entity(given, "subject", sought),
        action="" if sought == "action" else _action(given),
        resource=_entity(given, "resource", sought),
        at=_time(given),
    )


def _entity(given: Given, name: str, sought: str) -> Entity:
    """Its `properties` must be an object, and count for nothing."""
    entity = required(given, name, dict)
    optional(entity, f"{name}.properties", dict)
    type_ = _text(entity, f"{name}.type")
    return Entity(type_) if name == sought else Entity(type_, _text(entity, f"{name}.id"))


def _action(given: Given) -> str:
    action = required(given, "action", dict)
    optional(action, "action.properties", dict)
    return _text(action, "action.name")


def _time(given: Given) -> float | None:
    """The moment that a question is about. One that cannot be read must not pass for now."""
    text = optional(optional(given, "context", dict) or {}, "context.time", str)
    if text is None:
        return None
    moment = moments.of_date(text)
    if moment is None:
        raise InvalidRequest("context.time must be an RFC 3339 time with its offset")
    return moment


def required(given: Given, path: str, kind: type[Value]) -> Value:
    """The value at the end of a path such as `subject.id`; `given` is what holds it."""
    value = optional(given, path, kind)
    if value is None:
        raise InvalidRequest(f"{path} is missing")
    return value


def optional(given: Given, path: str, kind: type[Value]) -> Value | None:
    value = given.get(path.rpartition(".")[2])
    if value is not None and not isinstance(value, kind):
        raise InvalidRequest(f"{path} must be {_SPOKEN[kind]}")
    return value


def _text(given: Given, path: str) -> str:
    text = required(given, path, str)
    if len(text) > LONGEST:
        raise InvalidRequest(f"{path} is too long; at most {LONGEST} characters")
    return require_storable(path, text)
