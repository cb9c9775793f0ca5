"""POST /access/v1/search/subject, /resource and /action: who may, what may somebody, and how?

The name of what is searched for is ignored, as the specification says. What is unknown to the tenant finds nothing.
"""

import time

from django.http import HttpResponse

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.authzen import schema
from purposeapp.api.authzen.base import AuthZenViewSet, body_asked
from purposeapp.api.authzen.paging import Find, Paging, Shape, nothing
from purposeapp.api.authzen.reading import Question, read_question
from purposeapp.api.looks import recorder
from purposeapp.api.queries import FreshQuery, read_query
from purposeapp.api.who.access import let_in
from purposeapp.discovery.allowed import Search, allowed_actions, allowed_resources, allowed_users
from purposeapp.discovery.asking import Asked, whom
from purposeapp.domain.errors import UnknownEntity, UnknownUser
from purposeapp.domain.page import Page, Place


class SearchViewSet(AuthZenViewSet):
    """Subjects are for auditors, the rest about oneself for everybody; each look at others is recorded."""

    @schema.search_subject
    def subjects(self, request: ApiRequest) -> HttpResponse:
        question, paging = _read(request, "subject")
        let_in(request, "search subjects", **_detail(question))

        def find(after: Place | None, limit: int) -> Page[str]:
            anew = read_query(request, FreshQuery)["consistency"] != "fast"
            return allowed_users(
                question.kind,
                question.resource.id,
                question.action,
                _search(request, question, after, limit),
                population=request.auth.everybody.counted(anew=anew).population,
            )

        return _answer(request, paging, find, lambda name: {"type": question.subject.type, "id": name})

    @schema.search_resource
    def resources(self, request: ApiRequest) -> HttpResponse:
        question, paging = _read(request, "resource")

        def find(after: Place | None, limit: int) -> Page[str]:
            kind, asked = question.kind, _asked(request, question, "search resources")
            return allowed_resources(asked, kind, question.action, _search(request, question, after, limit))

        return _answer(request, paging, find, lambda guid: {"type": question.resource.type, "id": guid})

    @schema.search_action
    def actions(self, request: ApiRequest) -> HttpResponse:
        question, paging = _read(request, "action")

        def find(after: Place | None, limit: int) -> Page[str]:
            kind, asked = question.kind, _asked(request, question, "search actions")
            return allowed_actions(
                asked, kind, question.resource.id, _search(request, question, after, limit)
            )

        return _answer(request, paging, find, lambda name: {"name": name})


def _read(request: ApiRequest, sought: str) -> tuple[Question, Paging]:
    body = body_asked(request)
    return read_question(body, sought=sought), Paging.read(request, body)


def _answer(request: ApiRequest, paging: Paging, find: Find, shape: Shape) -> HttpResponse:
    try:
        body = paging.answer(find, shape)
    except (UnknownUser, UnknownEntity):
        body = paging.answer(nothing, shape)
    return personal(request, body, revision=request.auth.revision)


def _asked(request: ApiRequest, question: Question, action: str) -> Asked:
    return whom(
        request.user,
        question.subject.id,
        None,
        directory=request.auth.directory,
        record=recorder(request, action, **_detail(question)),
        refusal=f"{request.user.person.username} is not authorized to ask about other users",
    )


def _detail(question: Question) -> dict[str, str]:
    """What the audit trail keeps of it."""
    resource = question.resource
    return {"resource": resource.type, "id": resource.id, "to": question.action}


def _search(request: ApiRequest, question: Question, after: Place | None, limit: int) -> Search:
    now = time.time() if question.at is None else question.at
    return Search(request.auth.policies, now, after, limit)
