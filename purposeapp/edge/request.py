"""A request as the edge sees it."""

from dataclasses import dataclass
from typing import Any

from purposeapp.middleware import REQUEST_ID_HEADERS, request_id


class PassOn(Exception):
    """This request is Django's."""


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` by their lower-cased names; `query` is what stands behind the question mark."""

    method: str
    path: str
    query: str
    scheme: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, scope: Any, body: bytes) -> "Request":
        """Raises PassOn for a header that comes twice: which one counts is not for us to say."""
        headers = {name.decode("latin1"): value.decode("latin1") for name, value in scope["headers"]}
        if len(headers) != len(scope["headers"]) or scope.get("root_path"):
            raise PassOn
        query = scope["query_string"].decode("latin1")
        return cls(scope["method"], scope["path"], query, scope["scheme"], headers, body)

    def header(self, name: str) -> str:
        """Blank when it was not sent."""
        return self.headers.get(name, "")

    @property
    def token(self) -> str:
        """The bearer token. Raises PassOn for any other way to sign in."""
        scheme, _, token = self.header("authorization").partition(" ")
        if scheme != "Bearer" or not token:
            raise PassOn
        return token

    @property
    def id(self) -> str:
        """As RequestIdMiddleware names it; another one each time when the request brings none."""
        return request_id(*(self.header(name.lower()) for name in REQUEST_ID_HEADERS))
