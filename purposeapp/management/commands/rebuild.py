"""`manage.py rebuild`: have every process build the read model of a tenant anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from purposeapp.jobs.rebuild import rebuild_read_model
from purposeapp.management.access.actor import at_the_terminal
from purposeapp.management.database import told_in_a_sentence
from purposeapp.models import DEFAULT_TENANT
from purposeapp.wiring import tenants


class Command(BaseCommand):
    help = (
        "Have every process that serves a tenant read all of its policies anew, within some seconds. Answers go on meanwhile,"
        " from what is known. Changes need no such thing; it is for what went past all that notices them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("tenant", nargs="?", default=DEFAULT_TENANT, help="slug (default: default)")
        which.add_argument("--all", action="store_true", dest="everyone", help="all tenants")

    @told_in_a_sentence()
    def handle(self, *_arguments: Any, tenant: str, everyone: bool, **_options: Any) -> None:
        person = at_the_terminal().person
        for slug in [each.slug for each in tenants().all()] if everyone else [tenant]:
            rebuild_read_model(slug, actor=(person.id, person.username))
            self.stdout.write(f"{slug}: asked for")
