"""Writing down a look at somebody else's access. No record, no look."""

from collections.abc import Iterable, Mapping
from typing import Any

from purposeapp.domain.errors import AuditUnavailable
from purposeapp.models.audit import AccessAudit
from purposeapp.models.failures import database_failures_as

_LONGEST = AccessAudit._meta.get_field("subject_username").max_length
"""A longer name is nobody's: its beginning is enough to tell what was tried, and PostgreSQL stores no more."""


@database_failures_as(AuditUnavailable)
def write_looks(
    *,
    tenant: str,
    actor: tuple[str, str],
    subject_usernames: Iterable[str],
    action: str,
    request_id: str,
    address: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Entries of the audit trail, all or none. `actor` is who looks: the directory's id, the username. `detail` is JSON."""
    AccessAudit.objects.bulk_create(
        AccessAudit(
            tenant=tenant,
            actor_id=actor[0],
            actor_username=actor[1],
            subject_username=username[:_LONGEST],
            action=action,
            request_id=request_id,
            address=address,
            detail=detail or {},
        )
        for username in subject_usernames
    )
