"""`manage.py access`: who sees what, and why, at a terminal (docs/cli.md)."""

from purposeapp.management.access.command import QuestionsCommand
from purposeapp.management.access.questions import QUESTIONS


class Command(QuestionsCommand):
    help = (
        "Ask who sees what, and why. Looks at people are recorded, except in an export."
        " Exit codes: 0 answered (explain: access; test: all passed), 1 no access (test: some failed),"
        " 2 cannot be asked so, 3 a source could not tell."
    )
    questions = QUESTIONS
