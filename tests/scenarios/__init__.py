"""The truth table of access: small worlds in YAML, and what each person in them sees.

Every `*.yaml` beside this module holds named scenarios (the format: `reading.py`). They know no backend: the same
Atlas documents, people and expectations are asked of the domain, of every policy index and of the HTTP API.

    for scenario in load_scenarios():
        index = make_index(scenario.documents)
        directory = MemoryDirectory(scenario.people)
        for expectation in scenario.expectations: ...
"""

from functools import cache
from pathlib import Path

from tests.scenarios.expectation import Expectation, ExpectedPage, ExpectedReason
from tests.scenarios.reading import read_scenarios
from tests.scenarios.scenario import Scenario

__all__ = ["Expectation", "ExpectedPage", "ExpectedReason", "Scenario", "load_scenarios"]


@cache
def load_scenarios() -> list[Scenario]:
    """All scenarios, file by file. Raises ValueError on a key or a name that nobody knows."""
    files = sorted(Path(__file__).parent.glob("*.yaml"))
    return [scenario for file in files for scenario in read_scenarios(file)]
