"""Reading the frozen request body of `POST …/purposes/user`: its own order of checks and its own messages."""

from dataclasses import dataclass
from typing import Any

from purposeapp.api.names import require_storable
from purposeapp.api.queries import DEFAULT_LIMIT, MAX_LIMIT
from purposeapp.domain.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class UserPurposesRequest:
    username: str
    groups: tuple[str, ...]
    attributes: tuple[str, ...]
    limit: int
    offset: int


def read_user_purposes(body: Any) -> UserPurposesRequest:
    """The request, or InvalidRequest with the message of the first check that fails. Unknown keys are ignored."""
    if body is None:
        raise InvalidRequest("Request body is required")
    if not isinstance(body, dict):
        raise InvalidRequest("Request body must be a JSON object")
    return UserPurposesRequest(
        username=_username(body.get("username")),
        groups=_names("groups", body.get("groups"), "groups is required (can be empty list)"),
        attributes=_names("attributes", body.get("attributes") or []),
        limit=_limit(body.get("limit")),
        offset=_offset(body.get("offset")),
    )


def _username(value: Any) -> str:
    if value is None:
        raise InvalidRequest("username is required")
    if not isinstance(value, str):
        raise InvalidRequest("username must be a string")
    if not value.strip():
        raise InvalidRequest("username is required")
    return require_storable("username", value)


def _names(field: str, value: Any, when_missing: str = "") -> tuple[str, ...]:
    if value is None:
        raise InvalidRequest(when_missing)
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InvalidRequest(f"{field} must be a list of strings")
    return tuple(require_storable(field, name) for name in value)


def _limit(value: Any) -> int:
    limit = _integer("limit", value, DEFAULT_LIMIT)
    if limit < 1:
        raise InvalidRequest("limit must be at least 1")
    if limit > MAX_LIMIT:
        raise InvalidRequest(f"limit cannot exceed {MAX_LIMIT}")
    return limit


def _offset(value: Any) -> int:
    offset = _integer("offset", value, 0)
    if offset < 0:
        raise InvalidRequest("offset must be non-negative")
    return offset


def _integer(field: str, value: Any, default: int) -> int:
    if value is None:
        return default
    # JSON has one kind of number: 10.0 is 10, and integers beyond 64 bits are read as floats.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    # JSON true is not a number, although Python says so.
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidRequest(f"{field} must be an integer")
    return value
