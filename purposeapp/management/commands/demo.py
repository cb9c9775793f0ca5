"""`manage.py demo`: Acme Retail, loaded and ready to try."""

import os
import secrets
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from elastic_transport import TransportError
from elasticsearch import ApiError
from elasticsearch.helpers import BulkIndexError

from purposeapp.demo import PASSWORD
from purposeapp.demo.errors import LoadFailed
from purposeapp.demo.local import load_local, make_administrator, make_auditor
from purposeapp.demo.services import Keycloak, load_services
from purposeapp.management.database import told_in_a_sentence
from purposeapp.management.typed import typed
from purposeapp.models import DEFAULT_TENANT
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.wiring import tenants

ADMINISTRATOR, AUDITOR, PERSON = "admin", "nadia.rahman", "priya.nair"
TOKEN_LIFETIME = 8 * 3600
LOAD_SECONDS = 60


class Command(BaseCommand):
    help = "Load the demo company, Acme Retail: 62 people in nested groups, 50 purposes, some 400 policies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--into",
            choices=("local", "services"),
            default="local",
            help="the local database (default), or Elasticsearch and Keycloak: these from ELASTICSEARCH_URL,"
            " ELASTICSEARCH_INDEX, KEYCLOAK_URL, KEYCLOAK_ADMIN, KEYCLOAK_ADMIN_PASSWORD and KEYCLOAK_REALM",
        )

    @told_in_a_sentence()
    def handle(self, *_arguments: Any, into: str, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                f"Everybody's password in the demo is {PASSWORD!r}: it is not loaded in production."
                " Unset DEBUG and ALLOWED_HOSTS, or set DEBUG=true, on a machine of your own."
            )
        try:
            self._load_local() if into == "local" else self._load_services()
        except LoadFailed as error:
            raise CommandError(str(error)) from error

    def _load_local(self) -> None:
        load_local(DEFAULT_TENANT, self._progress)
        make_auditor(AUDITOR)
        chosen = make_administrator(
            ADMINISTRATOR, os.environ.get("DEMO_ADMIN_PASSWORD"), lambda: secrets.token_urlsafe(9)
        )
        self._say_where()
        self._say_logins(chosen)
        self._say_curl()

    def _load_services(self) -> None:
        keycloak = Keycloak(
            _given("KEYCLOAK_URL"), _given("KEYCLOAK_ADMIN"), _given("KEYCLOAK_ADMIN_PASSWORD")
        )
        realm = settings.KEYCLOAK_REALM or "acme"
        if not settings.ELASTICSEARCH_URL:
            raise CommandError("ELASTICSEARCH_URL is not set.")
        client = open_client(
            settings.ELASTICSEARCH_URL,
            request_timeout=LOAD_SECONDS,
            api_key=settings.ELASTICSEARCH_API_KEY or None,
            username=settings.ELASTICSEARCH_USERNAME or None,
            password=settings.ELASTICSEARCH_PASSWORD or None,
            ca_certs=settings.ELASTICSEARCH_CA_CERTS or None,
        )
        try:
            load_services(client, settings.ELASTICSEARCH_INDEX, keycloak, realm, self._progress)
        except (ApiError, TransportError, BulkIndexError) as error:
            raise CommandError(f"Elasticsearch refused the documents: {error}") from error
        finally:
            client.close()
        self._write(
            f"\nA token of {PERSON} (valid for minutes):\n\n"
            f"  curl -s {keycloak.url.rstrip('/')}/realms/{realm}/protocol/openid-connect/token"
            f" -d grant_type=password -d client_id=purposeapp -d username={PERSON} -d password={PASSWORD}\n"
        )

    def _say_where(self) -> None:
        self._write(
            f"\nAcme Retail is loaded. Once the service runs:\n\n"
            f"  {settings.PUBLIC_URL}/            where to go from here\n"
            f"  {settings.PUBLIC_URL}/admin/      purposes, policies, people\n"
            f"  {settings.PUBLIC_URL}/api/docs/   the API"
        )

    def _say_logins(self, chosen: str | None) -> None:
        password = chosen or f"unchanged; to change it: {typed('changepassword', ADMINISTRATOR)}"
        self._write(
            f"\n  Administrator  {ADMINISTRATOR}  password: {password}"
            f"\n  Auditor        {AUDITOR}  password: {PASSWORD}"
        )

    def _say_curl(self) -> None:
        services = tenants().default()
        person = services.directory.by_username(PERSON)
        if services.local_issuer is None or person is None:
            self._write("\n  People and tokens of this deployment come from its identity provider.\n")
            return
        token = services.local_issuer.issue(
            subject=person.id, username=person.username, now=time.time(), lifetime=TOKEN_LIFETIME
        )
        self._write(
            f"\nWhat {PERSON} may see (the token is good for eight hours):\n\n"
            f"  curl -s '{settings.PUBLIC_URL}/api/meta/purposes/accessible?include=reasons&limit=5' \\\n"
            f"    -H 'Authorization: Bearer {token}'\n"
        )

    def _progress(self, done: str) -> None:
        self._write(f"  {done}")

    def _write(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _given(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise CommandError(f"{name} is not set.")
    return value
