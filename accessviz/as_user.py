"""The API's own answer to somebody: the very view that would serve her, called as her."""

from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import resolve
from django.utils import translation

from purposeapp.discovery.asking import Caller, Identity, identify
from purposeapp.discovery.freshness import Ports
from purposeapp.domain.model import Person


@dataclass(frozen=True, slots=True)
class _Proved:
    """Stands for a token that has been verified."""

    subject: str
    username: str


@dataclass(frozen=True, slots=True)
class _ApiCaller(Caller):
    is_authenticated: bool = True


def answer_to(person: Person, path: str, query: str, *, ports: Ports, auditor_role: str) -> HttpResponse:
    """What `GET path?query` gives that person. Raises InvalidToken where her token would be refused (401)."""
    proved: Identity = _Proved(person.id, person.username)
    caller = identify(proved, directory=ports.directory, auditor_role=auditor_role)
    request = _request(path, query)
    # REST framework's own way of calling a view as somebody, meant for tests of views.
    request._force_auth_user = _ApiCaller(caller.person, caller.trusted)  # type: ignore[attr-defined]
    request._force_auth_token = ports  # type: ignore[attr-defined]
    found = resolve(path)
    with translation.override(settings.LANGUAGE_CODE):  # that of the viewer is for pages
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response


def _request(path: str, query: str) -> HttpRequest:
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.input": BytesIO(),
        }
    )
