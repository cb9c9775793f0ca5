"""What the addresses of pages ask for."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from purposeapp.domain.errors import InvalidRequest
from purposeapp.models.validators import is_storable


def text_of(request: HttpRequest, name: str) -> str:
    """A parameter, blank when it is not given. Raises InvalidRequest for what no source could hold."""
    value = request.GET.get(name, "").strip()
    if not is_storable(value):
        raise InvalidRequest(_("The address of this page is not right: check “%(name)s”.") % {"name": name})
    return value


def moment_of(request: HttpRequest, name: str) -> float | None:
    """A parameter such as `2026-06-15T12:00` in epoch seconds; UTC where it names no offset, None when it is not given.

    Raises InvalidRequest for what is no date and time, or is before 1970.
    """
    text = text_of(request, name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        seconds = (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        seconds = -1.0
    if seconds < 0:
        wrong = _(
            "“%(text)s” is not a date and time from 1970 on: give one such as 2026-06-15T12:00, in UTC."
        )
        raise InvalidRequest(wrong % {"text": text})
    return seconds


def guid_of(request: HttpRequest) -> str:
    """What a page is about. Raises InvalidRequest when the address does not say."""
    guid = text_of(request, "guid")
    if not guid:
        raise InvalidRequest(_("The address of this page must name a guid."))
    return guid
