"""A command of several questions."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.management.base import BaseCommand

from purposeapp.management.access import options
from purposeapp.management.access.answer import Question, write
from purposeapp.management.access.failures import told


class QuestionsCommand(BaseCommand):
    """Each question is a subcommand. `on_exports`: an exported tenant can be asked as well."""

    requires_system_checks = ()  # of the web pages, mostly: a question need not wait for them
    questions: ClassVar[Mapping[str, Question]]
    on_exports: ClassVar[bool] = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="question", required=True, metavar="QUESTION")
        for name, question in self.questions.items():
            command = commands.add_parser(name, help=question.help, description=question.help)
            question.add_arguments(command)
            options.add_source(command, exports=self.on_exports)
            options.add_form(command)

    def handle(self, *_arguments: Any, question: str, **given: Any) -> None:
        with told():
            answer = self.questions[question].answer(options.source_of(given), given)
            write(answer, given["form"], self.stdout)
        if answer.code:
            sys.exit(answer.code)
