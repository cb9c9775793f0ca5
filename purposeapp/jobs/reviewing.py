"""Starting an access review."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from purposeapp.discovery.entities import purpose_entry
from purposeapp.discovery.freshness import Ports
from purposeapp.discovery.reviews.rows import Reviewer
from purposeapp.domain.errors import Conflict, InvalidRequest
from purposeapp.domain.model import Mode
from purposeapp.domain.review import Scope, ScopeKind
from purposeapp.jobs.queue import hand_over
from purposeapp.jobs.starting import start
from purposeapp.models import JobKind, Review


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """What is to be reviewed, and how."""

    scope: Scope
    mode: Mode
    two_person: bool

    def as_json(self) -> dict[str, Any]:
        """What two starts of the same review have in common."""
        return {
            "scope": {"kind": self.scope.kind.value, "name": self.scope.name},
            "mode": self.mode.value,
            "twoPerson": self.two_person,
        }


def start_review(slug: str, question: ReviewQuestion, asked_by: Reviewer) -> Review:
    """The review, with its job on its way; the same one while it is under way. Raises Conflict while the tenant takes
    another one."""
    asked = question.as_json()
    with transaction.atomic():
        job, _is_new = start(slug, JobKind.REVIEW, question=asked, asked_by=asked_by.username)
        if job.question != asked:
            raise Conflict(
                _("Another access review of this tenant is being taken; wait for it, or cancel it")
            )
        review, _is_new = Review.objects.get_or_create(
            job=job,
            defaults={
                "tenant": slug,
                "scope_kind": question.scope.kind,
                "scope_name": question.scope.name,
                "mode": question.mode,
                "two_person": question.two_person,
                "asked_by_id": asked_by.id,
                "asked_by": asked_by.username,
            },
        )
        hand_over(job)
    return review


def require_existing(scope: Scope, ports: Ports) -> None:
    """A review of nothing is a mistake. Raises UnknownEntity or InvalidRequest."""
    if scope.kind is ScopeKind.PURPOSE:
        purpose_entry(scope.name, policies=ports.policies)
    if scope.kind is ScopeKind.GROUP:
        groups = ports.directory.realm().groups.values()
        if not any(group.name == scope.name for group in groups):
            wrong = _("there is no group of the name %(name)s") % {"name": repr(scope.name)}
            raise InvalidRequest(f"scope: {wrong}", fields={"scope": wrong})
