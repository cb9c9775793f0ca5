"""The one place where settings choose a backend for each port, tenant by tenant.

The default tenant comes from the environment, all others are rows of the Tenant model. Tenants share servers
(connection pools are per process) but each gets ports bound to its own index and realm.
"""

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from threading import Event, Lock, Thread
from typing import cast

from django.conf import settings
from django.db import connections
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from purposeapp.directory.base import Directory
from purposeapp.directory.cached import CachedDirectory
from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.directory.djangoauth_tail import DjangoTail
from purposeapp.directory.keycloak import KeycloakDirectory, KeycloakPool, KeycloakTail
from purposeapp.directory.keycloak import connect as connect_keycloak
from purposeapp.discovery.everybody import Everybody, Work
from purposeapp.discovery.freshness import Consistency, Freshness, Ports, Still
from purposeapp.discovery.written import WRITERS
from purposeapp.env import kept
from purposeapp.events import MAX_AGE, FollowedPeople, FollowedPolicies, Follower, Relay, Together, follower
from purposeapp.models import DEFAULT_TENANT, Tenant
from purposeapp.models.rebuild import RebuildWishes
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.database import DatabasePolicyIndex, DatabaseTail
from purposeapp.policyindex.elasticsearch import (
    ElasticsearchPolicyIndex,
    ElasticsearchReader,
    ElasticsearchTail,
)
from purposeapp.policyindex.elasticsearch import connect as connect_elasticsearch
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex, at_one_moment
from purposeapp.redis import RedisClient
from purposeapp.redis import connect as connect_redis
from purposeapp.tokens.issuer import LocalIssuer, new_key
from purposeapp.tokens.jwks import KeySource, RemoteKeys, StaticKeys
from purposeapp.tokens.remembered import RememberingVerifier
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer

TENANT_ROWS_AGE = 2.0
"""Seconds after which another process's change to a Tenant row is seen here."""
TENANT_ROWS_DUE = 1.0
"""Seconds after which one question reads the Tenant rows anew while the others go on with what is known."""

KEYCLOAK_BULK_DEADLINE = 20.0
"""Seconds for a statement that reads a whole realm, or thousands of its users."""

REDIS_DEADLINE = 0.1
"""Seconds for a look into the shared cache: the source answers as well, and sooner than a Redis that is late."""

_rebuild_wishes = RebuildWishes()

_follows = Event()
"""Whether changes of the sources are followed here (`follow_changes`)."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The ports that ask a tenant's own servers each time."""

    policies: PolicyIndex
    directory: Directory


@dataclass(frozen=True, slots=True)
class TenantServices:
    """A tenant and the ports that answer for it.

    `policies` and `directory` are quick and kept up to date by `freshness`; `sources` are what they are made from
    (None: they are that themselves).
    """

    slug: str
    policies: PolicyIndex
    directory: Directory
    issuers: tuple[TrustedIssuer, ...]
    local_issuer: LocalIssuer | None
    auditor_role: str
    sources: Sources | None = None
    freshness: Freshness = field(default_factory=Still)

    def at(self, consistency: Consistency) -> Ports:
        """The ports for one question. Raises Unavailable when they cannot be as fresh as asked."""
        revision = consistency.reached(self.freshness)
        asked = self.sources if consistency.full and self.sources else self
        return Ports(self.slug, at_one_moment(asked.policies), asked.directory, revision, self.everybody)

    @property
    def everybody(self) -> Everybody:
        """The people of the directory, kept for questions that are about all of them."""
        return _everybody(cast(Hashable, (self.sources or self).directory))


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
    """The tenants as last read, never older than TENANT_ROWS_AGE."""

    def __init__(self, load: Callable[[], Tenants]) -> None:
        self._load = load
        self._reading = Lock()
        self._known: tuple[Tenants, float] | None = None

    def get(self) -> Tenants:
        known = self._younger_than(TENANT_ROWS_DUE)
        if known is not None:
            return known
        usable = self._younger_than(TENANT_ROWS_AGE)
        if usable is not None and self._reading.locked():
            return usable
        with self._reading:
            known = self._younger_than(TENANT_ROWS_DUE)
            if known is None:
                read_at = time.monotonic()
                known = self._load()
                self._known = known, read_at
            return known

    def peek(self) -> Tenants | None:
        """The tenants, at no cost; None when it is this question's turn to read them anew."""
        age = TENANT_ROWS_AGE if self._reading.locked() else TENANT_ROWS_DUE
        return self._younger_than(age)

    def forget(self) -> None:
        with self._reading:
            self._known = None

    def _younger_than(self, age: float) -> Tenants | None:
        known = self._known
        return known[0] if known is not None and time.monotonic() - known[1] <= age else None


def _load() -> Tenants:
    rows = Tenant.objects.filter(is_active=True).order_by("slug")
    return Tenants([_default_tenant(), *(_tenant_of(row) for row in rows)])


_cached = _Cached(_load)


def tenants() -> Tenants:
    """The tenants of this deployment; a change in the admin is seen within TENANT_ROWS_AGE seconds everywhere."""
    return _cached.get()


def known_tenants() -> Tenants | None:
    """As `tenants`, for those who must not wait: None when the rows have to be read first."""
    return _cached.peek()


@receiver([post_save, post_delete], sender=Tenant)
def forget_tenants(**_signal: object) -> None:
    """Read the Tenant rows again at the next question: one of them was changed in this process."""
    _cached.forget()


@lru_cache(maxsize=1)
def token_verifier() -> RememberingVerifier:
    """The verifier of bearer tokens; a token's issuer selects the tenant and its keys."""
    return RememberingVerifier(TokenVerifier(lambda issuer: tenants().trusted_issuer(issuer)))


def _default_tenant() -> TenantServices:
    local = local_issuer(settings.LOCAL_ISSUER, settings.LOCAL_AUDIENCE) if settings.LOCAL_TOKENS else None
    issuers = [_own_issuer(local)] if local else []
    if settings.OIDC_ISSUER:
        audience, parties = tuple(settings.OIDC_AUDIENCE), tuple(settings.OIDC_AUTHORIZED_PARTIES)
        issuers.append(_remote_issuer(settings.OIDC_ISSUER, audience, settings.OIDC_JWKS_URL, parties))
    return _services(
        DEFAULT_TENANT,
        index=settings.ELASTICSEARCH_INDEX,
        realm=settings.KEYCLOAK_REALM if settings.KEYCLOAK_DATABASE_URL else "",
        issuers=tuple(issuers),
        local=local,
        auditor_role=settings.AUDITOR_ROLE,
    )


def _tenant_of(row: Tenant) -> TenantServices:
    audience = tuple(row.audiences)
    local = local_issuer(row.issuer, audience[0]) if row.local_issuer else None
    trusted = _own_issuer(local) if local else _remote_issuer(row.issuer, audience, row.jwks_url)
    return _services(
        row.slug,
        index=row.elasticsearch_index,
        realm=row.keycloak_realm,
        issuers=(trusted,),
        local=local,
        auditor_role=row.auditor_role,
    )


def _services(
    slug: str,
    *,
    index: str,
    realm: str,
    issuers: tuple[TrustedIssuer, ...],
    local: LocalIssuer | None,
    auditor_role: str,
) -> TenantServices:
    sources = Sources(_policies(slug, index), _directory(slug, realm))
    is_kept = settings.READ_MODEL
    return TenantServices(
        slug=slug,
        policies=_snapshot(slug, index) if is_kept else sources.policies,
        directory=_kept_directory(slug, realm) if is_kept else sources.directory,
        issuers=issuers,
        local_issuer=local,
        auditor_role=auditor_role,
        sources=sources,
        freshness=_follower(slug, index, realm) if is_kept and _follows.is_set() else Still(),
    )


@lru_cache(maxsize=1024)
def _policies(slug: str, index: str) -> PolicyIndex:
    return ElasticsearchPolicyIndex(elasticsearch(), index) if index else DatabasePolicyIndex(slug)


@lru_cache(maxsize=1024)
def _snapshot(slug: str, index: str) -> SnapshotPolicyIndex:
    # Cached, because the snapshot lives in it: reading the tenants again must not build it again.
    return SnapshotPolicyIndex(_policies(slug, index), max_age=MAX_AGE, writers=WRITERS)


@lru_cache(maxsize=1024)
def _directory(slug: str, realm: str) -> Directory:
    if not realm:
        return DjangoDirectory(slug)
    return KeycloakDirectory(keycloak_pool(), realm, bulk=_keycloak_bulk_pool())


@lru_cache(maxsize=1024)
def _kept_directory(slug: str, realm: str) -> CachedDirectory:
    return CachedDirectory(
        _directory(slug, realm),
        place=(slug, realm),
        secret=settings.SECRET_KEY,
        redis=shared_redis(),
        background=_in_background,
        # Where nobody follows its changes, nothing is held: there are no questions by the hundred either.
        max_age=MAX_AGE if _follows.is_set() else 0.0,
    )


@lru_cache(maxsize=1024)
def _follower(slug: str, index: str, realm: str) -> Follower:
    return follower(
        slug,
        FollowedPolicies(
            f"{slug}/policies/{index}",
            _snapshot(slug, index),
            ElasticsearchTail(elasticsearch(), index) if index else DatabaseTail(slug),
        ),
        FollowedPeople(
            f"{slug}/people/{realm}",
            Together(_kept_directory(slug, realm), _everybody(cast(Hashable, _directory(slug, realm)))),
            KeycloakTail(keycloak_pool(), realm) if realm else DjangoTail(slug),
        ),
        relay=_relay(),
        wishes=partial(_rebuild_wishes.last, slug),
    )


@lru_cache(maxsize=1)
def shared_redis() -> RedisClient | None:
    """The cache of all processes, with the short deadline of a cache; None where there is none."""
    return connect_redis(settings.REDIS_URL, deadline=REDIS_DEADLINE) if settings.REDIS_URL else None


@lru_cache(maxsize=1)
def _relay() -> Relay | None:
    if not settings.REDIS_URL:
        return None
    return Relay(settings.REDIS_URL, prefix="purposeapp", secret=settings.SECRET_KEY)


def follow_changes() -> None:
    """From now on this process keeps what it knows in step with the sources: the default tenant at once, others from
    their first question on. For servers, in the process that answers."""
    _follows.set()
    _cached.forget()
    freshness = _default_tenant().freshness
    if isinstance(freshness, Follower):
        freshness.start()


@lru_cache(maxsize=1024)
def _everybody(directory: Directory) -> Everybody:
    return Everybody(directory, background=_in_background)


def _in_background(work: Work) -> None:
    """Runs it in a thread that leaves no database connection behind."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    Thread(target=run, name="background", daemon=True).start()


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


@lru_cache(maxsize=1)
def _keycloak_bulk_pool() -> KeycloakPool:
    """Connections of their own for what reads a whole realm: it may take longer, and keeps no look-up waiting."""
    return connect_keycloak(settings.KEYCLOAK_DATABASE_URL, deadline=KEYCLOAK_BULK_DEADLINE, pool_size=2)
