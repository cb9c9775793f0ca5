"""Checks of field values. Each raises Django's ValidationError with a sentence that says what is expected."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from purposeapp.domain.schedule import BadWindow, Window

NAME_LENGTH = 255
"""The longest user, group or role name. Keycloak's columns are as wide, and PostgreSQL can index it."""

WINDOW_START = "policyValidityScheduleStartTime"
WINDOW_END = "policyValidityScheduleEndTime"
WINDOW_ZONE = "policyValidityScheduleTimezone"
"""The Atlas names of the three parts of a validity window."""

# json.dumps writes a NUL as backslash u0000; an even number of backslashes before it would make it ordinary text.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def is_storable(value: Any) -> bool:
    """Whether both databases can keep a JSON value: no NUL, no lone surrogate, no NaN or infinity."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError):  # UnicodeEncodeError is a ValueError
        return False
    return not _NUL.search(text)


def validate_texts(value: Any) -> None:
    """A JSON list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValidationError("Give a list of texts.")
    if not is_storable(value):
        raise ValidationError(
            "A text holds a character that cannot be stored (NUL or half of a surrogate pair)."
        )


def validate_names(value: Any) -> None:
    """A JSON list of user, group or role names."""
    validate_texts(value)
    too_long = [name for name in value if len(name) > NAME_LENGTH]
    if too_long:
        raise ValidationError(f"“{too_long[0][:40]}…” is longer than the {NAME_LENGTH} characters of a name.")


def validate_attributes(value: Any) -> None:
    """A JSON object."""
    if not isinstance(value, dict):
        raise ValidationError("Give an object of attribute names and values.")
    if not is_storable(value):
        raise ValidationError("A value cannot be stored (NUL, half of a surrogate pair, NaN or infinity).")


def validate_json_list(value: Any) -> None:
    """A JSON list of anything."""
    if not isinstance(value, list) or not is_storable(value):
        raise ValidationError("Give a list of values that can be stored as JSON.")


def validate_windows(value: Any) -> None:
    """A readable schedule: a list of objects with the three Atlas names."""
    for entry in value:
        if not isinstance(entry, dict):
            raise ValidationError(
                f"Each window must be an object with {WINDOW_START}, {WINDOW_END}, {WINDOW_ZONE}."
            )
        try:
            Window.parse(entry.get(WINDOW_START), entry.get(WINDOW_END), entry.get(WINDOW_ZONE))
        except (BadWindow, AttributeError) as error:
            raise ValidationError(f"A window cannot be read: {error}.") from error


def validate_http_url(value: str) -> None:
    """An http(s) URL with a host. Unlike Django's own check it accepts one-word hosts, as inside clusters."""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or any(map(str.isspace, value)):
        raise ValidationError("Give a URL that begins with https:// (or http://) and has no spaces.")
