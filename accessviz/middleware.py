"""What the pages pass through: the language, and the clock."""

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from purposeapp import logs
from purposeapp.discovery.freshness import Ports
from purposeapp.middleware import PagesOnly
from purposeapp.timings import timings


class PageLanguageMiddleware(PagesOnly, LocaleMiddleware):
    """The language that was chosen, or that the browser asks for. What programs read stays as it is documented."""

    def __call__(self, request: HttpRequest) -> Any:
        # Django leaves a language with the thread, which serves a program next.
        with translation.override(translation.get_language()):
            return super().__call__(request)


class TimingMiddleware:
    """Notes how long each question took whose tenant is known, by its route."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self._get_response(request)
        ports, found = getattr(request, "auth", None), request.resolver_match
        if isinstance(ports, Ports) and found is not None:
            timings.add(
                ports.slug,
                f"{request.method} /{found.route}",
                (time.perf_counter() - started) * 1000,
                status=response.status_code,
                request_id=logs.request_id.get(),
            )
        return response
