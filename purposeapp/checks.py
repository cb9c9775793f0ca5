"""System checks: what only the running sources can tell. `manage.py check --deploy --tag sources`, and every `make serve`.

They are deployment checks, so that other commands (`migrate`, `demo`) neither ask the sources nor fail with them.

An error stops the start; a source that does not answer just now is only a warning, because the service is built
to start without it, say 503, and recover by itself.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import DatabaseError

from purposeapp import wiring
from purposeapp.directory.keycloak import inspect_role, inspect_schema
from purposeapp.domain.errors import PoliciesMisconfigured, Unavailable
from purposeapp.policyindex.elasticsearch import inspect_mapping
from purposeapp.policyindex.elasticsearch.reader import ElasticsearchReader

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
    indices = _indices()
    if not indices:
        return []
    try:
        reader = wiring.elasticsearch()
    except ValueError as error:
        return [
            Error(str(error), hint="Mend ELASTICSEARCH_URL or ELASTICSEARCH_API_KEY.", id="purposeapp.E005")
        ]
    return [message for index in indices for message in _check_index(reader, index)]


@register(SOURCES, deploy=True)
def check_keycloak(**_options: Any) -> list[CheckMessage]:
    """Keycloak's tables are readable as expected, and by a role that can do nothing else."""
    if not settings.KEYCLOAK_DATABASE_URL:
        return []
    try:
        pool = wiring.keycloak_pool()
        if missing := inspect_schema(pool):
            return [Error(problem, id="purposeapp.E003") for problem in missing]
        return [Warning(finding, id="purposeapp.W003") for finding in inspect_role(pool)]
    except psycopg.ProgrammingError:  # its text may quote a part of the password
        return [
            Error(
                "KEYCLOAK_DATABASE_URL cannot be read",
                hint="postgresql://user:password@host:5432/name; percent-encode special characters of a password.",
                id="purposeapp.E006",
            )
        ]
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


def _check_index(reader: ElasticsearchReader, index: str) -> Iterator[CheckMessage]:
    try:
        inspect_mapping(reader, index)
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
