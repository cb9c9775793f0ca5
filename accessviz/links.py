"""Addresses of the pages about something.

A username goes into the query, not the path: browsers rewrite paths such as `/person/..`, and names may be anything.
"""

from urllib.parse import urlencode

from django.urls import reverse

from purposeapp.domain.finding import Found, Kind


def to_person(username: str, page: str = "person") -> str:
    """`page` is the name of one of the pages about a person."""
    return f"{reverse(page)}?{urlencode({'username': username})}"


def to_purpose(guid: str) -> str:
    return f"{reverse('purpose')}?{urlencode({'guid': guid})}"


def to_found(found: Found) -> str:
    """A policy's page is its purpose's. What has no page of its own is shown among the results of a search."""
    match found.kind:
        case Kind.USER:
            return to_person(found.id)
        case Kind.PURPOSE:
            return to_purpose(found.id)
        case Kind.POLICY if found.parent:
            return to_purpose(found.parent)
    return f"{reverse('find')}?{urlencode({'q': found.name[:200]})}"
