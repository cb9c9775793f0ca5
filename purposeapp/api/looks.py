"""Recording looks at somebody else's access. No record, no look."""

from collections.abc import Sequence
from typing import Any

from purposeapp import logs
from purposeapp.api.authentication import ApiRequest
from purposeapp.discovery.asking import RecordLook
from purposeapp.discovery.decisions import RecordLooks
from purposeapp.models.looks import write_looks


def recorder(request: ApiRequest, action: str, **detail: Any) -> RecordLook:
    """A function that writes one audit record for this request; `action` names the question, `detail` what else it was
    about."""
    record = recorder_of_many(request, action, **detail)
    return lambda _caller, subject_username: record([subject_username])


def recorder_of_many(request: ApiRequest, action: str, **detail: Any) -> RecordLooks:
    """As `recorder`, one record for each of several users at once."""
    person = request.user.person

    def record(subject_usernames: Sequence[str]) -> None:
        write_looks(
            tenant=request.auth.slug,
            actor=(person.id, person.username),
            subject_usernames=subject_usernames,
            action=action,
            request_id=logs.request_id.get(),
            address=request.META.get("REMOTE_ADDR", ""),
            detail=detail,
        )

    return record
