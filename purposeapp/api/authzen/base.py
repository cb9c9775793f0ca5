"""What AuthZEN's endpoints have in common."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from purposeapp.api.authentication import ApiRequest
from purposeapp.api.authzen.reading import Given, read_body
from purposeapp.api.errors import MESSAGES
from purposeapp.api.looks import recorder_of_many
from purposeapp.api.queries import FreshQuery, read_query
from purposeapp.discovery.decisions import RecordLooks

_LONGEST_NAME = 255
"""Characters of a username that are written down: longer ones are nobody's."""


class AuthZenViewSet(ViewSet):
    """Errors are plain messages, and the request's own id comes back exactly as it was sent."""

    error_format = MESSAGES

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        if sent := request.headers.get("X-Request-Id"):
            final.headers["X-Request-Id"] = sent
        return final


def body_asked(request: ApiRequest) -> Given:
    """The JSON object of a question that has no query but `consistency`. Raises InvalidRequest."""
    read_query(request, FreshQuery)
    return read_body(request)


def recorder_of_all(request: ApiRequest, action: str, **detail: Any) -> RecordLooks:
    """One audit record for a request, whether it is about one other user or many: of many, the detail has the names."""

    def record(usernames: Sequence[str]) -> None:
        named = {"usernames": [name[:_LONGEST_NAME] for name in usernames]} if len(usernames) > 1 else {}
        about = "" if named else usernames[0]
        recorder_of_many(request, action, subjects=len(usernames), **named, **detail)([about])

    return record
