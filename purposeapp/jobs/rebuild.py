"""Having the read model of a tenant built anew by every process that keeps one, at an operator's word."""

from django.conf import settings
from django.db import transaction

from purposeapp.domain.errors import InvalidRequest
from purposeapp.jobs.services import services_of
from purposeapp.models.looks import write_looks
from purposeapp.models.rebuild import wish_for_rebuild


def rebuild_read_model(slug: str, *, actor: tuple[str, str], request_id: str = "", address: str = "") -> None:
    """Every process begins within some seconds, and answers from what it has meanwhile; to ask twice does no harm.

    `actor` is who wants it, for the audit trail: an id, a name. Raises InvalidRequest where nothing is kept, and
    AuditUnavailable.
    """
    services_of(slug)
    if not settings.READ_MODEL:
        raise InvalidRequest("READ_MODEL is off: the source is asked each time, and nothing is kept of it.")
    with transaction.atomic():
        write_looks(
            tenant=slug,
            actor=actor,
            subject_usernames=[""],
            action="rebuild read model",
            request_id=request_id,
            address=address,
        )
        wish_for_rebuild(slug)
