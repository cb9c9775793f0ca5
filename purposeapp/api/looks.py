"""Recording looks at somebody else's access. No record, no look."""

from django.db import DatabaseError

from purposeapp import logs
from purposeapp.api.authentication import ApiRequest
from purposeapp.discovery.asking import Caller, RecordLook
from purposeapp.domain.errors import AuditUnavailable
from purposeapp.models import AccessAudit

_LONGEST = AccessAudit._meta.get_field("subject_username").max_length
"""A longer name is nobody's: its beginning is enough to tell what was tried, and PostgreSQL stores no more."""


def recorder(request: ApiRequest, action: str) -> RecordLook:
    """A function that writes one audit record for this request; `action` names the question."""

    def record(caller: Caller, subject_username: str) -> None:
        try:
            AccessAudit.objects.create(
                tenant=request.auth.slug,
                actor_id=caller.person.id,
                actor_username=caller.person.username,
                subject_username=subject_username[:_LONGEST],
                action=action,
                request_id=logs.request_id.get(),
                address=request.META.get("REMOTE_ADDR", ""),
            )
        except DatabaseError as error:
            raise AuditUnavailable from error

    return record
