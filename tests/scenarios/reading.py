"""From a YAML file to Scenarios.

- name: a deny beats an allow           what the table shows
  now: 2026-06-15T12:00:00Z             (the default)
  group_roles: {/eng: [engineer]}       roles that a group carries
  composites: {engineer: [reader]}      roles that a role contains
  people: {ana: {groups: [/eng/data], roles: [analyst]}}
  purposes: {Sales: {}}                 key: PurposeSpec
  policies: [{name: read, purpose: Sales, groups: [data]}]
  personas: {Analyst: {users: [ana]}}
  crowd: {purposes: 1200, policies: 2, users: [ana]}
  expect:
    - ask: ana                          the user name as typed
      groups: [data]                    those of the body, if any
      listed: [Sales]                   keys in display order
      effective: []
      total: {listed: 1}
      personas: {listed: [Analyst], effective: [Analyst]}
      why: {effective: {Sales: [{policy: read, via: group, name: data, counts: true, because: allows}]}}
      orphans: []   pages: [{offset: 0, limit: 1, purposes: [Sales], has_more: false}]
      roles: [engineer, reader]         all effective ones, sorted
      valid_until: never                or a time
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from purposeapp.domain.model import Mode
from tests.scenarios.documents import (
    Document,
    PersonaSpec,
    PolicySpec,
    PurposeSpec,
    guid_of,
    persona_document,
    policy_document,
    purpose_document,
)
from tests.scenarios.expectation import Expectation, ExpectedPage, ExpectedReason
from tests.scenarios.people import Realm, people_of
from tests.scenarios.scenario import Scenario
from tests.scenarios.strict import read_yaml, spec

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Crowd:
    """Many purposes `Crowd 0001`, …, each with so many allow policies for the same users and groups."""

    purposes: int
    policies: int
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class _World:
    name: str
    people: Mapping[str, Any]
    expect: tuple[Any, ...]
    now: datetime = NOON
    group_roles: Mapping[str, list[str]] = field(default_factory=dict)
    composites: Mapping[str, list[str]] = field(default_factory=dict)
    purposes: Mapping[str, Any] = field(default_factory=dict)
    policies: tuple[Any, ...] = ()
    personas: Mapping[str, Any] = field(default_factory=dict)
    crowd: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class _Question:
    ask: str
    groups: tuple[str, ...] | None = None
    listed: tuple[str, ...] | None = None
    effective: tuple[str, ...] | None = None
    total: Mapping[str, int] = field(default_factory=dict)
    personas: Mapping[str, list[str]] = field(default_factory=dict)
    why: Mapping[str, Mapping[str, list[Any]]] = field(default_factory=dict)
    orphans: tuple[str, ...] | None = None
    pages: tuple[Any, ...] = ()
    roles: tuple[str, ...] | None = None
    valid_until: datetime | str | None = None


def read_scenarios(file: Path) -> Iterator[Scenario]:
    for number, entry in enumerate(read_yaml(file), 1):
        yield _scenario(spec(_World, entry, f"{file.name}, entry {number}"), file.name)


def _scenario(world: _World, file: str) -> Scenario:
    where = f"{file}, {world.name}"
    purposes, policies = _with_crowd(world, where)
    purpose_guids = {key: each.guid or guid_of(world.name, "purpose", key) for key, each in purposes.items()}
    policy_guids = {each.name: guid_of(world.name, "policy", each.name) for each in policies}
    if len(policy_guids) != len(policies):
        raise ValueError(f"{where}: two policies have one name")
    personas = {key: spec(PersonaSpec, each or {}, f"{where}, {key}") for key, each in world.personas.items()}
    persona_guids = {key: guid_of(world.name, "persona", key) for key in personas}
    parents = {key: purpose_document(key, each, purpose_guids[key]) for key, each in purposes.items()}
    documents: list[Document] = [
        *parents.values(),
        *(policy_document(each, policy_guids[each.name], parents[each.purpose]) for each in policies),
        *(persona_document(key, each, persona_guids[key]) for key, each in personas.items()),
    ]
    scenario = Scenario(
        name=world.name,
        file=file,
        now=world.now.timestamp(),
        documents=tuple(documents),
        people=people_of(world.people, Realm(world.group_roles, world.composites), where),
        expectations=tuple(_expectation(spec(_Question, each, where)) for each in world.expect),
        purpose_guids=purpose_guids,
        persona_guids=persona_guids,
        policy_guids=policy_guids,
    )
    _check_names(scenario, where)
    return scenario


def _with_crowd(world: _World, where: str) -> tuple[dict[str, PurposeSpec], list[PolicySpec]]:
    purposes = {key: spec(PurposeSpec, each or {}, f"{where}, {key}") for key, each in world.purposes.items()}
    policies = [spec(PolicySpec, each, f"{where}, policies") for each in world.policies]
    if world.crowd is not None:
        crowd = spec(Crowd, world.crowd, f"{where}, crowd")
        for number in range(1, crowd.purposes + 1):
            key = f"Crowd {number:04}"
            purposes[key] = PurposeSpec()
            policies += [
                PolicySpec(f"{key}, {copy}", key, users=crowd.users, groups=crowd.groups)
                for copy in range(crowd.policies)
            ]
    return purposes, policies


def _expectation(question: _Question) -> Expectation:
    lists = {Mode.LISTED: question.listed, Mode.EFFECTIVE: question.effective}
    until = question.valid_until
    return Expectation(
        asked=question.ask,
        groups=question.groups,
        purposes={mode: keys for mode, keys in lists.items() if keys is not None},
        totals={Mode(mode): total for mode, total in question.total.items()},
        personas={Mode(mode): tuple(keys) for mode, keys in question.personas.items()},
        reasons={
            Mode(mode): {key: tuple(_reason(each) for each in reasons) for key, reasons in found.items()}
            for mode, found in question.why.items()
        },
        orphans=question.orphans,
        pages=tuple(_page(each) for each in question.pages),
        roles=question.roles,
        expires=until is not None,
        valid_until=until.timestamp() if isinstance(until, datetime) else None,
    )


def _reason(entry: Mapping[str, Any]) -> ExpectedReason:
    chains = entry.get("chains")
    read = {**entry, "chains": [tuple(chain) for chain in chains]} if chains is not None else entry
    return spec(ExpectedReason, read, "why")


def _page(entry: Mapping[str, Any]) -> ExpectedPage:
    return spec(ExpectedPage, entry, "pages")


def _check_names(scenario: Scenario, where: str) -> None:
    """A misspelt name in `expect` would make some expectations true for the wrong reason."""
    for each in scenario.expectations:
        purposes = {key for keys in each.purposes.values() for key in keys}
        purposes |= {key for found in each.reasons.values() for key in found}
        personas = {key for keys in each.personas.values() for key in keys}
        policies = {
            reason.policy for found in each.reasons.values() for all_ in found.values() for reason in all_
        }
        unknown = (
            purposes - set(scenario.purpose_guids)
            | personas - set(scenario.persona_guids)
            | (policies | set(each.orphans or ())) - set(scenario.policy_guids)
        )
        if unknown:
            raise ValueError(f"{where}: {', '.join(sorted(map(str, unknown)))} is not in this world")
