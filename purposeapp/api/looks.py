"""Recording looks at somebody else's access. No record, no look."""

from typing import Any

from purposeapp import logs
from purposeapp.api.authentication import ApiRequest
from purposeapp.discovery.asking import Caller, RecordLook
from purposeapp.models.looks import write_look


def recorder(request: ApiRequest, action: str, **detail: Any) -> RecordLook:
    """A function that writes one audit record for this request; `action` names the question, `detail` what else it was
    about."""

    def record(caller: Caller, subject_username: str) -> None:
        write_look(
            tenant=request.auth.slug,
            actor=(caller.person.id, caller.person.username),
            subject_username=subject_username,
            action=action,
            request_id=logs.request_id.get(),
            address=request.META.get("REMOTE_ADDR", ""),
            detail=detail,
        )

    return record
