"""Who is signed in to the pages, of which tenant, and what they may do there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext as _

from purposeapp import logs
from purposeapp.discovery.freshness import Consistency, Ports
from purposeapp.domain.errors import Forbidden, UnknownUser
from purposeapp.domain.model import Person
from purposeapp.models.looks import write_looks
from purposeapp.models.people import tenant_of
from purposeapp.wiring import TenantServices, tenants

LOOK = "purposeapp.view_any_access"
READ_TRAIL = "purposeapp.view_accessaudit"
WATCH, RUN = "purposeapp.view_job", "purposeapp.run_jobs"
SIMULATE = "purposeapp.simulate"
EXPORT = "purposeapp.export"

CHOSEN_TENANT = "tenant"
"""The session's key for the tenant that a superuser looks at."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in member of staff and the one tenant that they look at."""

    user: User
    tenant: TenantServices
    ports: Ports
    address: str

    @property
    def username(self) -> str:
        return self.user.get_username()

    @property
    def actor_id(self) -> str:
        """Names the viewer in the audit trail: staff are accounts of this service, whoever the directory's people are."""
        return f"staff:{self.user.pk}"

    def may(self, permission: str) -> bool:
        return may(self.user, permission)

    def look_at(self, username: str, action: str, **detail: Any) -> Person:
        """The person of that name in this tenant; the look is written down first, whether there is such a person or not.

        `detail` is what else the look is about. Raises UnknownUser.
        """
        person = self.ports.directory.by_username(username)
        if person is None:
            self.record(username, action, **detail, unknown=True)
            raise UnknownUser(username)
        self.record(person.username, action, **detail)
        return person

    def record(self, username: str, action: str, **detail: Any) -> None:
        """Write a look down; `username` is blank where it is at many. Raises AuditUnavailable: then nothing may be shown."""
        write_looks(
            tenant=self.tenant.slug,
            actor=(self.actor_id, self.username),
            subject_usernames=[username],
            action=action,
            request_id=logs.request_id.get(),
            address=self.address,
            detail=detail,
        )


def may(user: User, permission: str) -> bool:
    """Permissions count for active staff only: the demo's people are Django users, too."""
    return user.is_active and user.is_staff and user.has_perm(permission)


def viewer_of(request: HttpRequest, *permissions: str) -> Viewer:
    """The viewer of a request that is signed in. Raises Forbidden without one of the permissions or without a tenant."""
    user = request.user
    if not isinstance(user, User) or not all(may(user, each) for each in permissions):
        raise Forbidden(_("Your account has not been given this right. An administrator can give it to you."))
    tenant = tenants().by_slug(tenant_slug(request, user))
    if tenant is None:
        raise Forbidden(_("Your tenant is not active. An administrator can tell you more."))
    return Viewer(user, tenant, tenant.at(Consistency()), request.META.get("REMOTE_ADDR", ""))


def tenant_slug(request: HttpRequest, user: User) -> str:
    """A superuser's choice while it is there to choose; everybody else's own tenant."""
    chosen = request.session.get(CHOSEN_TENANT, "") if user.is_superuser else ""
    if chosen in choices():
        return str(chosen)
    return tenant_of(user)


def choices() -> Iterable[str]:
    """The slugs of all active tenants."""
    return [each.slug for each in tenants().all()]
