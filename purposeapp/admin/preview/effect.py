"""What changes would do to the people of a tenant."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from purposeapp import logs
from purposeapp.admin.preview.changes import Change
from purposeapp.directory.djangoauth_realm import VIEW_ANY_ACCESS
from purposeapp.discovery.freshness import Consistency, Ports
from purposeapp.discovery.phrases import said_of
from purposeapp.discovery.simulation import Simulated, simulate
from purposeapp.discovery.simulation.listing import Sums, top_purposes
from purposeapp.domain.difference import Side
from purposeapp.domain.errors import InvalidRequest, Unavailable
from purposeapp.domain.model import Mode
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot.seen import union
from purposeapp.models.looks import write_looks
from purposeapp.models.people import tenant_of
from purposeapp.wiring import TenantServices, tenants

MODES = (Mode.EFFECTIVE, Mode.LISTED)

NAMED = 10
"""Users who are named of those who gain or lose; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Affected:
    """Those who gain or lose something: how many, the first names, how many pairs of a user and a purpose.

    Nobody is named to staff who may not look at anybody's access.
    """

    users: int
    named: Sequence[str]
    pairs: int

    @property
    def more(self) -> int:
        return self.users - len(self.named)


@dataclass(frozen=True, slots=True)
class InMode:
    """The effect on what is seen in one mode, with the purposes it happens to most."""

    mode: Mode
    gained: Affected
    lost: Affected
    purposes: Sequence[Sums]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes in one tenant would do: in numbers, and if `is_named`, with names. With `untold`, a sentence, nothing
    else is known.
    """

    tenant: str
    modes: Sequence[InMode] = ()
    untold: str = ""
    is_named: bool = True

    @property
    def is_none(self) -> bool:
        """Nobody gains or loses anything."""
        return not any(each.gained.users or each.lost.users for each in self.modes)


def effect_of(changes: Sequence[Change], slug: str, request: HttpRequest) -> Effect:
    """The effect in the tenant of that slug; the look is on the record before it is computed.

    Whatever keeps it from being told is part of the answer: a preview must not be in the way of saving.
    """
    tenant = tenants().by_slug(slug)
    untold, is_named = _untold(tenant, slug, request), request.user.has_perm(VIEW_ANY_ACCESS)
    if untold or tenant is None:
        return Effect(slug, untold=untold)
    try:
        _record(changes, slug, request, is_named=is_named)
        tenant.freshness.catch_up()  # what was saved a moment ago is part of the question
        ports = tenant.at(Consistency())
        population = ports.everybody.counted().population
        named = NAMED if is_named else 0
        modes = [_in_mode(mode, changes, ports, population, named) for mode in MODES]
        return Effect(slug, modes, is_named=is_named)
    except (InvalidRequest, Unavailable) as error:
        return Effect(slug, untold=said_of(error))


def _untold(tenant: TenantServices | None, slug: str, request: HttpRequest) -> str:
    """Why there is nothing to tell; blank when there is."""
    if tenant is None:
        return _("This tenant is not active.")
    if not request.user.is_superuser and tenant_of(request.user) != slug:
        return _("You can see who is affected in your own tenant only.")
    return ""


def _record(changes: Sequence[Change], slug: str, request: HttpRequest, *, is_named: bool) -> None:
    """Raises AuditUnavailable: then nothing is told."""
    write_looks(
        tenant=slug,
        actor=(f"staff:{request.user.pk}", request.user.get_username()),
        subject_usernames=[""],
        action="admin:preview",
        request_id=logs.request_id.get(),
        address=request.META.get("REMOTE_ADDR", ""),
        detail={"path": request.path, "changes": len(changes), "named": is_named},
    )


def _in_mode(
    mode: Mode, changes: Sequence[Change], ports: Ports, population: Population, named: int
) -> InMode:
    simulated = simulate(changes, mode=mode, policies=ports.policies, population=population, now=time.time())
    gained, lost = (_affected(simulated, side, named) for side in Side)
    return InMode(mode, gained, lost, top_purposes(simulated))


def _affected(simulated: Simulated, side: Side, named: int) -> Affected:
    users = union(list(simulated.difference.side(side).values()))
    names = simulated.before.population.usernames
    return Affected(
        len(users), [names[ordinal] for ordinal in users[:named]], simulated.difference.total(side)
    )
