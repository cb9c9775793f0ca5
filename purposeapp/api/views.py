"""The discovery endpoints. Each method reads the question, calls one discovery function and writes the answer."""

import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api import lists, schema, shapes
from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.errors import ATLAS_ERRORS
from purposeapp.api.legacy import read_user_purposes
from purposeapp.api.lists import Cursors
from purposeapp.api.looks import recorder
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import AboutQuery, PersonasQuery, PurposesQuery, WhoAmIQuery, read_query
from purposeapp.discovery.asking import Asked, whom
from purposeapp.discovery.personas import persona_grants
from purposeapp.discovery.purposes import listed_purposes
from purposeapp.discovery.whoami import effective_roles, whoami
from purposeapp.domain.errors import UnknownUser
from purposeapp.domain.model import Mode


class AccessibleViewSet(ViewSet):
    """The new endpoints: purposes and personas by cursor, in either mode."""

    @schema.accessible_purposes
    def purposes(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, PurposesQuery)
        asked = _asked(request, query, "purposes")
        cursors = _cursors(request, asked, query)
        body = lists.accessible(asked, query, ports=request.auth, cursors=cursors, now=time.time())
        return personal(request, body, revision=request.auth.revision)

    @schema.accessible_personas
    def personas(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, PersonasQuery)
        asked = _asked(request, query, "personas")
        cursors = _cursors(request, asked, query)
        body = lists.personas(asked, query, ports=request.auth, cursors=cursors)
        return personal(request, body, revision=request.auth.revision)


class UserPurposesViewSet(ViewSet):
    """The frozen front-end contract: the *listed* purposes by offset, each in the flat shape."""

    error_format = ATLAS_ERRORS
    shape = lists.FLAT

    @schema.user_purposes
    def user(self, request: ApiRequest) -> HttpResponse:
        question = read_user_purposes(body_of(request))
        asked = whom(
            request.user,
            question.username,
            question.groups,
            directory=request.auth.directory,
            record=recorder(request, "purposes"),
            refusal=f"{request.user.person.username} is not authorized to perform"
            " Purpose discovery for other users",
        )
        body = lists.user_purposes(asked, question, ports=request.auth, shape=self.shape)
        return personal(request, body, revision=request.auth.revision)


class AtlasUserPurposesViewSet(UserPurposesViewSet):
    """The same at Atlas's own path, each purpose as an entity header."""

    shape = lists.HEADER

    @schema.atlas_user_purposes
    def user(self, request: ApiRequest) -> HttpResponse:
        return super().user(request)


class ServiceViewSet(ViewSet):
    """Who the caller is, and how roles are held."""

    @schema.whoami
    def whoami(self, request: ApiRequest) -> HttpResponse:
        include = read_query(request, WhoAmIQuery)["include"]
        body = shapes.whoami(whoami(request.user.person))
        asked = Asked(request.user.person.subject, request.user.person)
        if "personas" in include:
            grants = persona_grants(asked, mode=Mode.EFFECTIVE, policies=request.auth.policies)
            body["personas"] = [shapes.old_persona(grant.persona) for grant in grants]
        if "purposes" in include:
            listed = listed_purposes(asked, policies=request.auth.policies)
            body["purposes"] = [shapes.old_purpose(grant.purpose) for grant in listed.shown.grants()]
        return personal(request, body, revision=request.auth.revision)

    @schema.whoami_short
    def whoami_short(self, request: ApiRequest) -> HttpResponse:
        return self.whoami(request)

    @schema.effective_roles
    def effective_roles(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, AboutQuery)
        asked = _asked(request, query, "roles")
        if asked.person is None:
            raise UnknownUser(asked.subject.username)
        roles = [shapes.explained_role(role) for role in effective_roles(asked.person)]
        body = {"username": asked.subject.username, "roles": roles} | lists.disabled(asked)
        return personal(request, body, revision=request.auth.revision)


def _asked(request: ApiRequest, query: Mapping[str, Any], action: str) -> Asked:
    return whom(
        request.user,
        query.get("username"),
        query.get("groups"),
        directory=request.auth.directory,
        record=recorder(request, action),
        refusal=f"{request.user.person.username} is not authorized to ask about other users",
    )


def _cursors(request: ApiRequest, asked: Asked, query: Mapping[str, Any]) -> Cursors:
    return Cursors(request.path, request.auth.slug, request.user, asked, query)
