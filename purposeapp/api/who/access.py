"""Who may ask these questions, and what is written down of it."""

from typing import Any

from purposeapp.api.authentication import ApiRequest
from purposeapp.api.looks import recorder
from purposeapp.domain.errors import Forbidden


def let_in(request: ApiRequest, action: str, **detail: Any) -> None:
    """Go on only for a caller who may look at anybody's access; the look is recorded before there is an answer.

    Raises Forbidden or AuditUnavailable.
    """
    if not request.user.trusted:
        raise Forbidden(f"{request.user.person.username} is not authorized to ask about other users")
    recorder(request, action, **detail)(request.user, "")
