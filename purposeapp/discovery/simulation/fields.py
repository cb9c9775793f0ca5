"""Reading the fields of a change strictly: what is wrong is said by the name of the field."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from purposeapp.domain.errors import InvalidRequest
from purposeapp.models.validators import is_storable

Given = Mapping[str, Any]


class Wrong(InvalidRequest):
    """A change that cannot be made. `field` is blank when it is wrong as a whole."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, fields={field: message})
        self.field = field


def text(given: Given, field: str) -> str:
    """A text that is not blank and that some source could hold."""
    value = given.get(field)
    if not isinstance(value, str) or not value.strip():
        raise Wrong(field, _("must be a text that is not blank"))
    return storable(value, field)


def storable(value: str, field: str) -> str:
    if not is_storable(value):
        raise Wrong(field, _("has a character that no name can have (NUL or a lone surrogate)"))
    return value


def texts(value: Any, field: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Wrong(field, _("must be a list of texts"))
    return [storable(each, field) for each in value]


def number(value: Any, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Wrong(field, _("must be a whole number"))
    return value


def flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise Wrong(field, _("must be true or false"))
    return value


def objects(value: Any, field: str) -> list[Given]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Wrong(field, _("must be a list of objects"))
    return value


def an_object(value: Any, field: str) -> Given:
    if not isinstance(value, dict):
        raise Wrong(field, _("must be an object"))
    return value
