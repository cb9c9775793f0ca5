"""One scenario: a world and what is true in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from purposeapp.domain.model import Person
from tests.scenarios.expectation import Expectation


@dataclass(frozen=True)
class Scenario:
    """A small world at one moment.

    `documents` are Atlas entities as an index holds them; `now` is in epoch seconds. The YAML calls entities by short
    keys: `purpose_guids`, `persona_guids` and `policy_guids` tell which guid each key has become.
    """

    name: str
    file: str
    now: float
    documents: tuple[Mapping[str, Any], ...]
    people: tuple[Person, ...]
    expectations: tuple[Expectation, ...]
    purpose_guids: Mapping[str, str]
    persona_guids: Mapping[str, str]
    policy_guids: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    def purpose_keys(self, guids: list[str]) -> list[str]:
        """The keys of these purposes, in the order given; a guid of no purpose comes back as it is."""
        return _keys(self.purpose_guids, guids)

    def persona_keys(self, guids: list[str]) -> list[str]:
        return _keys(self.persona_guids, guids)

    def policy_keys(self, guids: list[str]) -> list[str]:
        return _keys(self.policy_guids, guids)


def _keys(guids_by_key: Mapping[str, str], guids: list[str]) -> list[str]:
    keys = {guid: key for key, guid in guids_by_key.items()}
    return [keys.get(guid, guid) for guid in guids]
