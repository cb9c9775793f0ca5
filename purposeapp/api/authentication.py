"""From bearer token to caller: verify the token, let its issuer select the tenant, find the person."""

import time
from dataclasses import dataclass

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from purposeapp.discovery.asking import Caller, identify
from purposeapp.discovery.freshness import Consistency, Ports
from purposeapp.domain.errors import InvalidToken
from purposeapp.wiring import tenants, token_verifier


@dataclass(frozen=True, slots=True)
class ApiCaller(Caller):
    """The `request.user` of API views."""

    is_authenticated: bool = True


class ApiRequest(Request):
    """A request that BearerAuthentication has let in, for type annotations."""

    user: ApiCaller  # type: ignore[assignment]
    auth: Ports


class BearerAuthentication(BaseAuthentication):
    """Sets `request.user` to the Caller and `request.auth` to the tenant's ports, as fresh as the question wants them.

    Anything but one well-formed, valid bearer token of a known, enabled user raises InvalidToken, which is a 401.
    """

    def authenticate(self, request: Request) -> tuple[ApiCaller, Ports]:
        claims = token_verifier().verify(_bearer_token(request), now=time.time())
        tenant = tenants().by_issuer(claims.issuer)
        if tenant is None:  # removed between the two look-ups
            raise InvalidToken("unknown_issuer")
        # Before the caller is looked up: their own groups may be what an earlier answer showed changed.
        ports = tenant.at(Consistency.parse(request.query_params.get("consistency", "fast")))
        caller = identify(claims, directory=ports.directory, auditor_role=tenant.auditor_role)
        return ApiCaller(caller.person, caller.trusted), ports

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _bearer_token(request: Request) -> str:
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, token = header.partition(" ")
    if not header:
        raise InvalidToken("missing")
    if scheme.lower() != "bearer" or not token or " " in token or "," in token:
        raise InvalidToken("not_a_bearer_token")
    return token
