"""The application that the server runs: Django behind a WSGI bridge.

The views are synchronous. Under Django's own ASGI handler a synchronous view costs several times the CPU that it costs
behind a2wsgi (docs/architecture.md, "Server"), so the bridge serves them from a bounded pool of threads.
"""

import gc
import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from purposeapp.bodies import with_whole_body

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "purposeapp.settings")

_bridge = WSGIMiddleware(get_wsgi_application(), workers=settings.WEB_THREADS)  # type: ignore[arg-type]  # an HttpResponse is iterable

# An answer is made of tens of thousands of objects without a cycle among them. With Python's own threshold of 700 the
# collector looks through them again and again: a fifth of the work for an answer (docs/performance.md).
gc.freeze()
gc.set_threshold(50_000, 20, 50)


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        scope, receive = await with_whole_body(scope, receive, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    await _bridge(scope, receive, send)
