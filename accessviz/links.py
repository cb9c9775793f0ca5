"""Addresses of the pages about something.

A username goes into the query, not the path: browsers rewrite paths such as `/person/..`, and names may be anything.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from purposeapp.domain.finding import Found, Kind


def to_person(username: str, page: str = "person") -> str:
    """`page` is the name of one of the pages about a person."""
    return address(page, username=username)


def to_purpose(guid: str) -> str:
    return address("purpose", guid=guid)


def address(page: str, **parameters: str) -> str:
    """Of the page of that name, asked these things."""
    return f"{reverse(page)}?{urlencode(parameters)}"


def to_simulation(*changes: Mapping[str, Any], mode: str = "effective") -> str:
    """What these changes would do."""
    texts = [json.dumps(change, ensure_ascii=False, separators=(",", ":")) for change in changes]
    return f"{reverse('simulate')}?{urlencode({'mode': mode, 'change': texts}, doseq=True)}"


def to_found(found: Found) -> str:
    match found.kind:
        case Kind.USER:
            return to_person(found.id)
        case Kind.GROUP:
            return address("group", id=found.id)
    return address(found.kind.value, guid=found.id)
