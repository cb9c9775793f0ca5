"""`manage.py policies`: local policies in and out (docs/cli.md)."""

from purposeapp.management.access.command import QuestionsCommand
from purposeapp.management.access.questions import POLICIES


class Command(QuestionsCommand):
    help = (
        "Import and export the policies of a tenant that keeps them in this service's own database."
        " Exit codes: 0 done, 2 cannot be done so, 3 a source could not tell."
    )
    questions = POLICIES
    on_exports = False
