"""Who may ask these questions, and what is written down of it."""

from typing import Any

from django.contrib.auth.models import User

from purposeapp.api.authentication import ApiRequest
from purposeapp.api.looks import recorder_of_many
from purposeapp.domain.errors import DirectoryUnavailable, Forbidden
from purposeapp.models.failures import database_failures_as

SIMULATE, EXPORT = "purposeapp.simulate", "purposeapp.export"


def let_in(request: ApiRequest, action: str, **detail: Any) -> None:
    """Go on only for a caller who may look at anybody's access; the look is recorded before there is an answer.

    Raises Forbidden or AuditUnavailable.
    """
    if not request.user.trusted:
        raise Forbidden(f"{request.user.person.username} is not authorized to ask about other users")
    recorder_of_many(request, action, **detail)([""])


def let_in_to_simulate(request: ApiRequest, **detail: Any) -> None:
    """As `let_in`, for auditors and for staff who may try out changes. Raises Forbidden or AuditUnavailable."""
    _require_of_staff(request, SIMULATE, "try out changes of access")
    let_in(request, "simulate", **detail)


def let_in_to_export(request: ApiRequest, action: str, **detail: Any) -> None:
    """As `let_in`, for auditors and for staff who may export reports. Raises Forbidden or AuditUnavailable."""
    _require_of_staff(request, EXPORT, "export access reports")
    let_in(request, action, **detail)


def _require_of_staff(request: ApiRequest, permission: str, what: str) -> None:
    person = request.user.person
    if person.may_view_any_access and not _is_staff_with(permission, person.id):
        raise Forbidden(f"{person.username} is not authorized to {what}")


@database_failures_as(DirectoryUnavailable)
def _is_staff_with(permission: str, user_id: str) -> bool:
    """Whoever `may_view_any_access` is staff of this service, whose ids are primary keys."""
    user = User.objects.filter(pk=user_id).first()
    return user is not None and user.has_perm(permission)
