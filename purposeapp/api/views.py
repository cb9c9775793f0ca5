"""The discovery endpoints. Each method reads the question, calls one discovery function and writes the answer."""

import hashlib
import json
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from rest_framework.viewsets import ViewSet

from purposeapp.api import schema, shapes
from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.errors import ATLAS_ERRORS
from purposeapp.api.legacy import UserPurposesRequest, read_user_purposes
from purposeapp.api.looks import recorder
from purposeapp.api.parsing import body_of
from purposeapp.api.queries import AboutQuery, PersonasQuery, PurposesQuery, WhoAmIQuery, read_query
from purposeapp.discovery.asking import Asked, whom
from purposeapp.discovery.personas import accessible_personas, persona_grants
from purposeapp.discovery.purposes import Filter, accessible_purposes, listed_purposes
from purposeapp.discovery.revision import revision_of
from purposeapp.discovery.whoami import effective_roles, whoami
from purposeapp.domain.errors import UnknownUser
from purposeapp.domain.model import Mode, Purpose
from purposeapp.domain.page import CursorSigner, Page, Place
from purposeapp.policyindex.base import PolicyIndex

PurposeShape = Callable[[Purpose, Collection[str], Mapping[str, Any]], shapes.Json]


class AccessibleViewSet(ViewSet):
    """The new endpoints: purposes and personas by cursor, in either mode."""

    @schema.accessible_purposes
    def purposes(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, PurposesQuery)
        asked = _asked(request, query, "purposes")
        signer = _signer(request, asked, query)
        answer = accessible_purposes(
            asked,
            mode=Mode(query["mode"]),
            policies=request.auth.policies,
            now=time.time(),
            sort=query["sort"],
            after=_place(signer, query),
            limit=query["limit"],
            keep=Filter(query["q"], query["classification"]),
            with_reasons=bool(query["include"]),
        )
        items = [
            shapes.granted_purpose(each, query["fields"], query["include"]) for each in answer.page.items
        ]
        body = {
            "purposes": items,
            **_page(answer.page, signer, answer.revision, asked),
            "validUntil": shapes.moment(answer.valid_until),
        }
        return personal(request, body, revision=answer.revision)

    @schema.accessible_personas
    def personas(self, request: ApiRequest) -> HttpResponse:
        query = read_query(request, PersonasQuery)
        asked = _asked(request, query, "personas")
        signer = _signer(request, asked, query)
        answer = accessible_personas(
            asked,
            mode=Mode(query["mode"]),
            policies=request.auth.policies,
            sort=query["sort"],
            after=_place(signer, query),
            limit=query["limit"],
            words=query["q"],
            with_reasons=bool(query["include"]),
        )
        items = [
            shapes.granted_persona(each, query["fields"], query["include"]) for each in answer.page.items
        ]
        body = {"personas": items, **_page(answer.page, signer, answer.revision, asked)}
        return personal(request, body, revision=answer.revision)


class UserPurposesViewSet(ViewSet):
    """The frozen front-end contract: the *listed* purposes by offset, each in the flat shape."""

    error_format = ATLAS_ERRORS
    shape: PurposeShape = staticmethod(shapes.flat_purpose)

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
        policies = request.auth.policies
        answer = listed_purposes(asked, offset=question.offset, limit=question.limit, policies=policies)
        return personal(request, self._body(answer.page, question, asked, policies), revision=answer.revision)

    def _body(
        self, page: Page[Purpose], question: UserPurposesRequest, asked: Asked, policies: PolicyIndex
    ) -> shapes.Json:
        names = question.attributes
        found = policies.attributes([purpose.guid for purpose in page.items], names) if names else {}
        body = {
            "purposes": [self.shape(each, names, found.get(each.guid, {})) for each in page.items],
            "count": len(page.items),
            "totalCount": page.total,
            "hasMore": question.offset + len(page.items) < page.total,
            "approximateCount": False,
        }
        return body | _disabled(asked)


class AtlasUserPurposesViewSet(UserPurposesViewSet):
    """The same at Atlas's own path, each purpose as an entity header."""

    shape: PurposeShape = staticmethod(shapes.header_purpose)

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
            body["purposes"] = [shapes.old_purpose(purpose) for purpose in listed.page.items]
        return personal(request, body, revision=revision_of(asked.subject))

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
        body = {"username": asked.subject.username, "roles": roles} | _disabled(asked)
        return personal(request, body, revision=revision_of(asked.subject))


def _asked(request: ApiRequest, query: Mapping[str, Any], action: str) -> Asked:
    return whom(
        request.user,
        query.get("username"),
        query.get("groups"),
        directory=request.auth.directory,
        record=recorder(request, action),
        refusal=f"{request.user.person.username} is not authorized to ask about other users",
    )


def _signer(request: ApiRequest, asked: Asked, query: Mapping[str, Any]) -> CursorSigner:
    """Binds cursors to tenant, caller, subject and every parameter that shapes the list (not its page size or fields)."""
    shaping = {name: str(query.get(name)) for name in ("groups", "q", "classification", "sort", "mode")}
    scope = [request.path, request.auth.slug, request.user.person.id, asked.subject.username, shaping]
    return CursorSigner(_cursor_key(), json.dumps(scope, sort_keys=True))


def _cursor_key() -> bytes:
    return hashlib.sha256(b"page cursor" + settings.SECRET_KEY.encode()).digest()


def _place(signer: CursorSigner, query: Mapping[str, Any]) -> Place | None:
    return signer.read(query["cursor"]) if "cursor" in query else None


def _page(page: Page[Any], signer: CursorSigner, revision: str, asked: Asked) -> shapes.Json:
    following = signer.sign(page.last) if page.last else None
    return {"total": page.total, "next": following, "revision": revision} | _disabled(asked)


def _disabled(asked: Asked) -> shapes.Json:
    """Said only when true: an ordinary answer has no such key."""
    return {"disabled": True} if asked.disabled else {}
