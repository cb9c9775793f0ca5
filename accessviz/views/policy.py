"""The page of one policy: whom it names, and what it does for each purpose it belongs to."""

import time
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz import present, told
from accessviz.changes import switching
from accessviz.doors import page
from accessviz.links import to_simulation
from accessviz.recent import remember
from accessviz.staff import LOOK, SIMULATE, Viewer
from accessviz.views.asked import guid_of
from purposeapp.discovery.policies import policy_entry
from purposeapp.domain.audience import EVERY_VIA, lists_of
from purposeapp.domain.finding import Kind
from purposeapp.domain.model import EVERY_USER, Match, Policy, Via
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot import Entry
from purposeapp.domain.standing import Standing, Standings

MOST_NAMES = 200
"""Names of each list that are shown; the rest is counted."""


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name on a list of a policy. `known`: there is such a user, group or role; `members` are enabled users."""

    match: Match
    known: bool
    members: int


@page(LOOK)
def policy(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What it says, and counts of what it does. No look at anybody."""
    now = time.time()
    found = policy_entry(guid_of(request), policies=viewer.ports.policies, now=now)
    remember(request, viewer, Kind.POLICY, found.policy.guid, found.policy.name or found.policy.guid)
    population = viewer.ports.everybody.counted().population
    standings = [
        (entry.purpose, told.standing(_standing(found.policy.guid, entry, population, now)))
        for entry in found.purposes
    ]
    names = _names(found.policy, population)
    context = {
        "viewer": viewer,
        "policy": found.policy,
        "type": present.policy_type(found.policy.type),
        "when": told.schedule(found.policy),
        "standings": standings,
        "names": [(each, present.matched(each.match)) for each in names[:MOST_NAMES]],
        "more": max(0, len(names) - MOST_NAMES),
        "may_simulate": viewer.may(SIMULATE),
        "to_switch": to_simulation(switching(found.policy)),
        "to_delete": to_simulation({"op": "delete_policy", "guid": found.policy.guid}),
    }
    return render(request, "accessviz/policy.html", context)


def _standing(guid: str, entry: Entry, population: Population, now: float) -> Standing:
    own = next(each for each in entry.policies if each.guid == guid)
    return Standings(entry.purpose, entry.policies, population, now).of(own)


def _names(policy: Policy, population: Population) -> list[NameRow]:
    """By list, then by name; users whom the directory does not know are there as well."""
    realm, disabled = population.realm, population.disabled
    known = {
        Via.GROUP: {group.name for group in realm.groups.values()},
        Via.ROLE: {role.name for role in realm.roles.values() if not role.client},
    }
    others = [
        NameRow(Match(via, name), name in known.get(via, {name}), len(meant - disabled))
        for via, name, meant in lists_of(policy, population, EVERY_VIA)
        if via is not Via.USER
    ]
    others.sort(key=lambda row: (EVERY_VIA.index(row.match.via), row.match.name))
    return [*others, *(_user_row(name, population) for name in sorted(policy.users - {EVERY_USER}))]


def _user_row(name: str, population: Population) -> NameRow:
    ordinal = population.usernames.find(name)
    enabled = ordinal is not None and ordinal not in population.disabled
    return NameRow(Match(Via.USER, name), ordinal is not None, int(enabled))
