"""System checks: what only the running sources can tell. `manage.py check --deploy --tag sources`, and every `make serve`.

They are deployment checks, so that other commands (`migrate`, `demo`) neither ask the sources nor fail with them.

An error stops the start; a source that does not answer just now is only a warning, because the service is built
to start without it, say 503, and recover by itself.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import DatabaseError

from purposeapp import wiring
from purposeapp.directory.keycloak import inspect_role, inspect_schema
from purposeapp.domain.errors import PoliciesMisconfigured, Unavailable
from purposeapp.policyindex.elasticsearch import inspect_mapping

SOURCES = "sources"


@register(SOURCES, deploy=True)
def check_issuers(**_options: Any) -> list[CheckMessage]:
    """Somebody must be able to sign in."""
    if settings.LOCAL_TOKENS:
        return list(_check_signing_key())
    if settings.OIDC_ISSUER:
        return []
    return [
        Error(
            "No issuer of tokens is trusted", hint="Set OIDC_ISSUER and OIDC_AUDIENCE.", id="purposeapp.E001"
        )
    ]


@register(SOURCES, deploy=True)
def check_elasticsearch(**_options: Any) -> list[CheckMessage]:
    """The index of every tenant exists and is mapped as the queries expect."""
    return [message for index in _indices() for message in _check_index(index)]


@register(SOURCES, deploy=True)
def check_keycloak(**_options: Any) -> list[CheckMessage]:
    """Keycloak's tables are readable as expected, and by a role that can do nothing else."""
    if not settings.KEYCLOAK_DATABASE_URL:
        return []
    pool = wiring.keycloak_pool()
    try:
        if missing := inspect_schema(pool):
            return [Error(problem, id="purposeapp.E003") for problem in missing]
        return [Warning(finding, id="purposeapp.W003") for finding in inspect_role(pool)]
    except Unavailable as error:
        return [
            Warning(
                str(error), hint="Is KEYCLOAK_DATABASE_URL right, and the server up?", id="purposeapp.W004"
            )
        ]


def _check_signing_key() -> Iterator[CheckMessage]:
    try:
        wiring.local_issuer(settings.LOCAL_ISSUER, settings.LOCAL_AUDIENCE)
    except ValueError as error:
        yield Error(
            f"SIGNING_KEY: {error}", hint="Make one with `openssl genrsa 2048`.", id="purposeapp.E004"
        )


def _check_index(index: str) -> Iterator[CheckMessage]:
    try:
        inspect_mapping(wiring.elasticsearch(), index)
    except PoliciesMisconfigured as error:
        yield from (Error(problem, id="purposeapp.E002") for problem in error.problems)
    except Unavailable as error:
        yield Warning(
            str(error), hint="Is ELASTICSEARCH_URL right, and the cluster up?", id="purposeapp.W002"
        )


def _indices() -> set[str]:
    from purposeapp.models import Tenant  # models load after checks are registered

    indices = {settings.ELASTICSEARCH_INDEX} if settings.ELASTICSEARCH_INDEX else set()
    try:
        rows = Tenant.objects.filter(is_active=True).exclude(elasticsearch_index="")
        return indices | set(rows.values_list("elasticsearch_index", flat=True))
    except DatabaseError:  # before the first migration
        return indices
