"""Request bodies of unknown length. HTTP/1.1 clients may stream them in chunks; Django reads none without a length."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

Environ = dict[str, Any]
WsgiApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def with_length(application: WsgiApplication, *, limit: int) -> WsgiApplication:
    """Read a chunked body, at most one byte beyond `limit`, and pass it on with its length.

    The byte too many lets the application refuse a body that is too large, without ever holding all of it.
    """

    def measured(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked" and not environ.get(
            "CONTENT_LENGTH"
        ):
            body = environ["wsgi.input"].read(limit + 1)
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        return application(environ, start_response)

    return measured
