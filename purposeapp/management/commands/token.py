"""`manage.py token <user>`: a short-lived bearer token of the local issuer, for trying the API and for scripts."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from purposeapp.domain.model import Person
from purposeapp.management.database import told_in_a_sentence
from purposeapp.tokens.issuer import LIFETIME, LocalIssuer
from purposeapp.tokens.verify import MAX_LIFETIME
from purposeapp.wiring import TenantServices, tenants


class Command(BaseCommand):
    help = "Print a signed access token for a user of a tenant whose tokens this service signs itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the username, as the tenant's directory knows it")
        parser.add_argument("--tenant", metavar="SLUG", help="the tenant (default: the default one)")
        parser.add_argument(
            "--lifetime",
            type=int,
            default=LIFETIME,
            metavar="SECONDS",
            help="seconds it is valid (default: 900)",
        )

    @told_in_a_sentence()
    def handle(self, *_arguments: Any, user: str, tenant: str | None, lifetime: int, **_options: Any) -> str:
        if not 0 < lifetime <= MAX_LIFETIME:
            raise CommandError(f"--lifetime must be between 1 and {MAX_LIFETIME:.0f} seconds.")
        services = _tenant(tenant)
        issuer = _issuer(services)
        person = _person(services, user)
        return issuer.issue(person.id, person.username, time.time(), lifetime)


def _tenant(slug: str | None) -> TenantServices:
    if slug is None:
        return tenants().default()
    services = tenants().by_slug(slug)
    if services is None:
        known = ", ".join(each.slug for each in tenants().all())
        raise CommandError(
            f"There is no active tenant {slug!r}. Known: {known}. Add it in the admin, under Tenants."
        )
    return services


def _issuer(services: TenantServices) -> LocalIssuer:
    if services.local_issuer is None:
        raise CommandError(
            f"The tokens of tenant {services.slug!r} come from its identity provider: get one there,"
            " or switch on LOCAL_TOKENS (default tenant) or the tenant's local issuer (in the admin)."
        )
    return services.local_issuer


def _person(services: TenantServices, username: str) -> Person:
    person = services.directory.by_username(username)
    if person is None:
        raise CommandError(
            f"The directory of tenant {services.slug!r} knows no user {username!r}. Add the person there,"
            " or name another tenant with --tenant."
        )
    if not person.enabled:
        raise CommandError(
            f"{person.username!r} is disabled; a token would be refused. Enable the person first."
        )
    return person
