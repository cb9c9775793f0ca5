"""One request put to Django and to the edge, as the server would put it, and what each of them makes of it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from a2wsgi.wsgi import build_environ
from django.core.wsgi import get_wsgi_application

from purposeapp.bodies import with_body
from purposeapp.edge.application import Edge

NAMED = {"X-Request-Id": "the-same"}
"""Without it, every answer has a name of its own."""


@dataclass(frozen=True)
class Answered:
    status: int
    headers: list[tuple[str, str]]
    content: bytes

    def __getitem__(self, name: str) -> str:
        return dict(self.headers)[name.lower()]


@dataclass
class Both:
    """Django, and the edge before it."""

    django: Any = field(default_factory=get_wsgi_application)

    def __post_init__(self) -> None:
        self._edge = Edge(self.django)

    def ask_django(self, *request: Any, **parts: Any) -> Answered:
        scope, body = made(*request, **parts)
        scope, _ = with_body(scope, None, body)  # type: ignore[arg-type]
        environ = build_environ(scope, io.BytesIO(body))
        started: list[Any] = []
        response = self.django(environ, lambda *start: started.append(start))
        content = b"".join(response)
        response.close()
        ((status, headers),) = started
        return Answered(int(status.split()[0]), sorted((n.lower(), v) for n, v in headers), content)

    def ask_edge(self, *request: Any, **parts: Any) -> Answered | None:
        response = self._edge.respond(*made(*request, **parts))
        if response is None:
            return None
        headers = sorted((name.decode("latin1"), value.decode("latin1")) for name, value in response.headers)
        return Answered(response.status, headers, response.content)


def made(
    method: str,
    target: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    scheme: str = "http",
    root_path: str = "",
) -> tuple[dict[str, Any], bytes]:
    """The ASGI scope and body of a request; a body is JSON unless `headers` say otherwise."""
    path, _, query = target.partition("?")
    sent = {"Host": "testserver", **NAMED, **({"Content-Type": "application/json"} if body else {})}
    if body:
        sent["Content-Length"] = str(len(body))
    sent |= headers or {}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "root_path": root_path,
        "scheme": scheme,
        "query_string": query.encode(),
        "headers": [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in sent.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8_000),
    }
    return scope, body
