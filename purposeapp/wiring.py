"""The one place where settings choose a backend for each port, tenant by tenant.

The default tenant comes from the environment, all others are rows of the Tenant model. Tenants share servers
(connection pools are per process) but each gets ports bound to its own index and realm.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from purposeapp.directory.base import Directory
from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.directory.keycloak import KeycloakDirectory, KeycloakPool
from purposeapp.directory.keycloak import connect as connect_keycloak
from purposeapp.env import kept
from purposeapp.models import DEFAULT_TENANT, Tenant
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.database import DatabasePolicyIndex
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, ElasticsearchReader
from purposeapp.policyindex.elasticsearch import connect as connect_elasticsearch
from purposeapp.tokens.issuer import LocalIssuer, new_key
from purposeapp.tokens.jwks import KeySource, RemoteKeys, StaticKeys
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer

TENANT_ROWS_AGE = 2.0
"""Seconds after which another process's change to a Tenant row is seen here."""


@dataclass(frozen=True, slots=True)
class TenantServices:
    """A tenant and the ports that answer for it."""

    slug: str
    policies: PolicyIndex
    directory: Directory
    issuers: tuple[TrustedIssuer, ...]
    local_issuer: LocalIssuer | None
    auditor_role: str


class Tenants:
    """All active tenants, found by slug or by the issuer of a token."""

    def __init__(self, services: Iterable[TenantServices]) -> None:
        self._by_slug = {each.slug: each for each in services}
        self._by_issuer = {
            issuer.issuer: (issuer, each) for each in self._by_slug.values() for issuer in each.issuers
        }

    def default(self) -> TenantServices:
        return self._by_slug[DEFAULT_TENANT]

    def by_slug(self, slug: str) -> TenantServices | None:
        return self._by_slug.get(slug)

    def by_issuer(self, issuer: str) -> TenantServices | None:
        found = self._by_issuer.get(issuer)
        return found and found[1]

    def trusted_issuer(self, issuer: str) -> TrustedIssuer | None:
        found = self._by_issuer.get(issuer)
        return found and found[0]

    def all(self) -> tuple[TenantServices, ...]:
        return tuple(self._by_slug.values())


class _Cached:
    """The tenants as last read, read again when older than TENANT_ROWS_AGE."""

    def __init__(self, load: Callable[[], Tenants]) -> None:
        self._load = load
        self._lock = Lock()
        self._value: Tenants | None = None
        self._read_at = 0.0

    def get(self) -> Tenants:
        with self._lock:
            if self._value is None or time.monotonic() - self._read_at > TENANT_ROWS_AGE:
                self._value, self._read_at = self._load(), time.monotonic()
            return self._value

    def forget(self) -> None:
        with self._lock:
            self._value = None


def _load() -> Tenants:
    rows = Tenant.objects.filter(is_active=True).order_by("slug")
    return Tenants([_default_tenant(), *(_tenant_of(row) for row in rows)])


_cached = _Cached(_load)


def tenants() -> Tenants:
    """The tenants of this deployment; a change in the admin is seen within TENANT_ROWS_AGE seconds everywhere."""
    return _cached.get()


@receiver([post_save, post_delete], sender=Tenant)
def forget_tenants(**_signal: object) -> None:
    """Read the Tenant rows again at the next question: one of them was changed in this process."""
    _cached.forget()


@lru_cache(maxsize=1)
def token_verifier() -> TokenVerifier:
    """The verifier of bearer tokens; a token's issuer selects the tenant and its keys."""
    return TokenVerifier(lambda issuer: tenants().trusted_issuer(issuer))


def _default_tenant() -> TenantServices:
    local = local_issuer(settings.LOCAL_ISSUER, settings.LOCAL_AUDIENCE) if settings.LOCAL_TOKENS else None
    issuers = [_own_issuer(local)] if local else []
    if settings.OIDC_ISSUER:
        audience, parties = tuple(settings.OIDC_AUDIENCE), tuple(settings.OIDC_AUTHORIZED_PARTIES)
        issuers.append(_remote_issuer(settings.OIDC_ISSUER, audience, settings.OIDC_JWKS_URL, parties))
    return TenantServices(
        slug=DEFAULT_TENANT,
        policies=_policies(DEFAULT_TENANT, settings.ELASTICSEARCH_INDEX),
        directory=_directory(
            DEFAULT_TENANT, settings.KEYCLOAK_REALM if settings.KEYCLOAK_DATABASE_URL else ""
        ),
        issuers=tuple(issuers),
        local_issuer=local,
        auditor_role=settings.AUDITOR_ROLE,
    )


def _tenant_of(row: Tenant) -> TenantServices:
    audience = tuple(row.audiences)
    local = local_issuer(row.issuer, audience[0]) if row.local_issuer else None
    trusted = _own_issuer(local) if local else _remote_issuer(row.issuer, audience, row.jwks_url)
    return TenantServices(
        slug=row.slug,
        policies=_policies(row.slug, row.elasticsearch_index),
        directory=_directory(row.slug, row.keycloak_realm),
        issuers=(trusted,),
        local_issuer=local,
        auditor_role=row.auditor_role,
    )


@lru_cache(maxsize=1024)
def _policies(slug: str, index: str) -> PolicyIndex:
    return ElasticsearchPolicyIndex(elasticsearch(), index) if index else DatabasePolicyIndex(slug)


@lru_cache(maxsize=1024)
def _directory(slug: str, realm: str) -> Directory:
    return KeycloakDirectory(keycloak_pool(), realm) if realm else DjangoDirectory(slug)


@lru_cache(maxsize=1024)
def _remote_issuer(
    issuer: str, audience: tuple[str, ...], jwks_url: str, authorized_parties: tuple[str, ...] = ()
) -> TrustedIssuer:
    # Cached, because the fetched keys live in it: reading the tenants again must not fetch them again.
    keys: KeySource = RemoteKeys(issuer=issuer, url=jwks_url or None)
    return TrustedIssuer(issuer, frozenset(audience), keys, authorized_parties=frozenset(authorized_parties))


@lru_cache(maxsize=1024)
def local_issuer(issuer: str, audience: str) -> LocalIssuer:
    """The issuer that signs with this service's own key, under one tenant's issuer name."""
    return LocalIssuer(issuer, audience, settings.SIGNING_KEY or kept(settings.SIGNING_KEY_PATH, new_key))


@lru_cache(maxsize=1024)
def _own_issuer(local: LocalIssuer) -> TrustedIssuer:
    return TrustedIssuer(local.issuer, frozenset({local.audience}), StaticKeys(local.jwks()))


@lru_cache(maxsize=1)
def elasticsearch() -> ElasticsearchReader:
    """This process's Elasticsearch connections."""
    return connect_elasticsearch(
        settings.ELASTICSEARCH_URL,
        deadline=settings.ELASTICSEARCH_DEADLINE,
        pool_size=settings.ELASTICSEARCH_POOL_SIZE,
        api_key=settings.ELASTICSEARCH_API_KEY or None,
        username=settings.ELASTICSEARCH_USERNAME or None,
        password=settings.ELASTICSEARCH_PASSWORD or None,
        ca_certs=settings.ELASTICSEARCH_CA_CERTS or None,
    )


@lru_cache(maxsize=1)
def keycloak_pool() -> KeycloakPool:
    """This process's connections to Keycloak's database."""
    return connect_keycloak(
        settings.KEYCLOAK_DATABASE_URL,
        deadline=settings.KEYCLOAK_DEADLINE,
        pool_size=settings.KEYCLOAK_POOL_SIZE,
    )
