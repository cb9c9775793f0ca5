"""Reading requests strictly: UTF-8 JSON of bounded size, whatever the client says it accepts."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from purposeapp.domain.errors import InvalidRequest

DEEPEST = 100
"""Objects and arrays within each other: whatever goes through a body by recursion must come to its end."""


class PayloadTooLarge(APIException):
    status_code = 413
    default_detail = "The request body is too large; send at most 1 MiB"
    default_code = "payload_too_large"


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it: no NaN, no lone surrogates, no other encodings, at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise PayloadTooLarge
        return parsed(raw)


def parsed(raw: bytes) -> Any:
    """The value of a body. Raises InvalidRequest."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise InvalidRequest("The request body is not valid JSON") from None
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _is_too_deep(value):
        raise InvalidRequest(f"The request body is nested too deeply; at most {DEEPEST} levels")
    return value


def _is_too_deep(value: Any) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        inner = (child for each in level for child in (each.values() if isinstance(each, dict) else each))
        level = [child for child in inner if isinstance(child, dict | list)]
    return bool(level)


class AlwaysJSON(BaseContentNegotiation):
    """This API speaks JSON only, so an Accept header that names something else gets JSON rather than a 406."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def body_of(request: Request) -> Any:
    """The parsed body; None when there is none or it is the JSON `null`."""
    return None if request.stream is None else request.data
