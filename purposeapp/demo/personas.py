"""Personas: 25 ways of working, each with the people, groups and role that carry it."""

# ruff: noqa: E501  rows of tables stay on one line

from dataclasses import dataclass, field
from functools import cache

from purposeapp.demo.identity import segment
from purposeapp.demo.table import rows, words

# name | description | users | groups | holders of its role (u: a user, g: a group) | state
PERSONAS = """
Executive View        | The company on one page                 | marcus.webb            | executives       |                  |
Data Owner            | Approve requests and answer for domains | rosa.delgado julia.santos |               | u:maria.gonzalez |
Data Steward          | Descriptions, owners, terms             |                        | governance       |                  |
Data Engineer         | Pipelines, lineage and incidents        |                        | engineering      | g:platform       |
Data Scientist        | Features, experiments and models        | hannah.berg            | science          |                  |
Platform Operations   | Warehouses, costs and jobs              |                        |                  | g:platform       |
Pricing Analyst       | Prices, margins and elasticity          |                        | pricing          |                  |
Category Manager      | Ranges and suppliers                    | jonas.weber            | assortment       | u:rosa.delgado   |
Online Analyst        | Sessions, funnels and tests             |                        | online checkout  |                  |
Store Manager         | My store today                          | karin.huber zoë.keller |                  | u:helen.mcdonagh |
Store Associate       | Stock and orders                        |                        | münchen zürich   |                  |
Logistics Planner     | Loads, lanes and carriers               |                        | logistics        |                  |
Warehouse Lead        | Picking, packing and shifts             | diego.vargas           |                  | g:warehouse      |
Buyer                 | Orders, terms and supplier risk         |                        | procurement      |                  |
Demand Planner        | Forecast and replenishment              |                        | planning         |                  |
Controller            | Plan against actual                     |                        |                  | g:controlling    |
Accountant            | Ledgers and closing                     | robert.klein           | accounting       | g:payables       |
Treasury              | Cash and currencies                     | treasury               | treasury         |                  |
Campaign Manager      | Audiences and campaigns                 |                        | crm              | u:julia.santos   |
Loyalty Manager       | Points, tiers and offers                |                        | loyalty          |                  |
People Partner        | Teams and positions                     |                        | people talent    |                  |
Privacy Officer       | Requests, consent and retention         |                        |                  | g:privacy        |
Security Analyst      | Access and incidents                    |                        | security         | u:ravi.kapoor    |
Partner Analyst       | What contractors may use                | jo+data@partner.example | contractors     |                  |
Holiday Season Crew   | Last winter's task force                | ethan.brooks mei.chen  | online           |                  | disabled
"""


@dataclass(frozen=True, slots=True)
class DemoPersona:
    name: str
    description: str
    users: tuple[str, ...]
    groups: tuple[str, ...]
    holders: tuple[str, ...]
    enabled: bool

    @property
    def segment(self) -> str:
        return segment("persona", self.name)

    @property
    def role_name(self) -> str:
        return f"persona_{self.segment}"


@dataclass(frozen=True, slots=True)
class PersonaRoles:
    """The personas' roles: their titles, and who holds them directly or as a group's member."""

    titles: dict[str, str] = field(default_factory=dict)
    by_user: dict[str, tuple[str, ...]] = field(default_factory=dict)
    by_group: dict[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def personas() -> tuple[DemoPersona, ...]:
    return tuple(
        DemoPersona(name, description, words(users), words(groups), words(holders), state != "disabled")
        for name, description, users, groups, holders, state in rows(PERSONAS, 6)
    )


@cache
def persona_roles() -> PersonaRoles:
    found = PersonaRoles({persona.role_name: persona.name for persona in personas()})
    for persona in personas():
        for holder in persona.holders:
            kind, _, name = holder.partition(":")
            held = found.by_user if kind == "u" else found.by_group
            held[name] = (*held.get(name, ()), persona.role_name)
    return found
