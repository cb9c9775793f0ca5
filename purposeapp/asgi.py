"""The application that the server runs: the edge, and behind it Django, as WSGI behind a bridge.

The views are synchronous. Under Django's own ASGI handler a synchronous view costs several times the CPU that it costs
behind a2wsgi (docs/architecture.md, "Server"), so the bridge serves them from a bounded pool of threads.
"""

import gc
import os
import string
import sys
from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "purposeapp.settings")

_django = get_wsgi_application()

# What knows the models can be imported only now.
from purposeapp.bodies import whole_body, with_body  # noqa: E402
from purposeapp.compression import Compression  # noqa: E402
from purposeapp.edge.application import Edge  # noqa: E402
from purposeapp.wiring import follow_changes  # noqa: E402

_bridge = WSGIMiddleware(_django, workers=settings.WEB_THREADS)  # type: ignore[arg-type]  # an HttpResponse is iterable
_edge = Edge(_django)

# An answer is made of tens of thousands of objects without a cycle among them. With Python's own threshold of 700 the
# collector looks through them again and again: a fifth of the work for an answer (docs/performance.md).
gc.freeze()
gc.set_threshold(50_000, 20, 50)

# A thread that computes keeps the event loop, and with it every answer of the edge, waiting for this long (seconds;
# Python's own choice is five times as much).
sys.setswitchinterval(0.001)


async def _lived(receive: Any, send: Any) -> None:
    """The start and the end of a server process. What runs beside the answers begins here: an import starts nothing."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            follow_changes()
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _answered(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _lived(receive, send)
        return
    if scope["type"] == "http":
        scope = _sayable(scope)
        body = await whole_body(receive, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        response = _edge.respond(scope, body)
        if response is not None:
            await response(send)
            return
        scope, receive = with_body(scope, receive, body)
    await _bridge(scope, receive, send)


def _sayable(scope: Any) -> Any:
    """The request as WSGI can say it, which has no way to tell `X_Forwarded_Proto` from `X-Forwarded-Proto`.

    Such lookalikes go: no proxy sets or clears them. Of a query that somebody typed as it is (`q=Zoë`), the bytes beyond
    ASCII are percent-encoded; the bridge would fail on them.
    """
    query: bytes = scope["query_string"]
    if query.isascii() and not any(b"_" in name for name, _ in scope["headers"]):
        return scope
    return {
        **scope,
        "query_string": quote(query, safe=string.printable).encode(),
        "headers": [header for header in scope["headers"] if b"_" not in header[0]],
    }


application = Compression(_answered)
