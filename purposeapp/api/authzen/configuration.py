"""GET /.well-known/authzen-configuration: where this policy decision point is.

All addresses are made of PUBLIC_URL: what a Host header says would let anybody send others elsewhere. A tenant's decision
point is PUBLIC_URL/<tenant>; it shares the endpoints, where the token's issuer selects the tenant.
"""

from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from purposeapp.api.authzen import schema
from purposeapp.api.authzen.base import AuthZenViewSet
from purposeapp.discovery.written import Json
from purposeapp.wiring import tenants

_ENDPOINTS = {
    "access_evaluation_endpoint": "evaluation",
    "access_evaluations_endpoint": "evaluations",
    "search_subject_endpoint": "search-subject",
    "search_resource_endpoint": "search-resource",
    "search_action_endpoint": "search-action",
}


class ConfigurationViewSet(AuthZenViewSet):
    """For everybody: it says nothing that is not public."""

    authentication_classes = ()
    permission_classes = ()

    @schema.configuration
    def retrieve(self, request: Request) -> HttpResponse:
        return _written(settings.PUBLIC_URL)

    @schema.tenant_configuration
    def of_tenant(self, request: Request, place: str) -> HttpResponse:
        return _written(_decision_point(place))


def _decision_point(place: str) -> str:
    """The identifier whose path is `place`: the well-known part stands between host and path. Raises Http404."""
    own = urlsplit(settings.PUBLIC_URL).path
    if f"/{place}" == own:
        return str(settings.PUBLIC_URL)
    before, _, slug = f"/{place}".rpartition("/")
    if before != own or tenants().by_slug(slug) is None:
        raise Http404
    return f"{settings.PUBLIC_URL}/{slug}"


def _written(decision_point: str) -> HttpResponse:
    endpoints: Json = {key: settings.PUBLIC_URL + reverse(name) for key, name in _ENDPOINTS.items()}
    body = {"policy_decision_point": decision_point, **endpoints}
    response = HttpResponse(orjson.dumps(body), content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    return response
