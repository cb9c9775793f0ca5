"""`manage.py access`: who sees what, and why, at a terminal (docs/cli.md)."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from purposeapp.management.access import options
from purposeapp.management.access.answer import write
from purposeapp.management.access.failures import told
from purposeapp.management.access.questions import QUESTIONS


class Command(BaseCommand):
    help = (
        "Ask who sees what, and why. Looks at people are recorded, except in an export."
        " Exit codes: 0 answered (explain: access; test: all passed), 1 no access (test: some failed),"
        " 2 cannot be asked so, 3 a source could not tell."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="question", required=True, metavar="QUESTION")
        for name, question in QUESTIONS.items():
            command = commands.add_parser(name, help=question.help, description=question.help)
            question.add_arguments(command)
            options.add_source(command)
            options.add_form(command)

    def handle(self, *_arguments: Any, question: str, **given: Any) -> None:
        with told():
            answer = QUESTIONS[question].answer(options.source_of(given), given)
            write(answer, given["form"], self.stdout)
        if answer.code:
            sys.exit(answer.code)
