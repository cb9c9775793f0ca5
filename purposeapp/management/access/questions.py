"""Every subcommand of `access` and of `policies`, by its name."""

from collections.abc import Mapping

from purposeapp.management.access import (
    compare,
    explain,
    exporting,
    findings,
    listing,
    policies,
    simulate,
    testing,
    who,
)
from purposeapp.management.access.answer import Question

QUESTIONS: Mapping[str, Question] = {
    "list": listing.QUESTION,
    "explain": explain.QUESTION,
    "who": who.QUESTION,
    "compare": compare.QUESTION,
    "simulate": simulate.QUESTION,
    "findings": findings.QUESTION,
    "test": testing.QUESTION,
    "export-snapshot": exporting.QUESTION,
}

POLICIES: Mapping[str, Question] = {"import": policies.IMPORT, "export": policies.EXPORT}
