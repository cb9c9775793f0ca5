"""The page of one policy: whom it names, and what it does for each purpose it belongs to."""

import time
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz import present, told
from accessviz.changes import switching
from accessviz.doors import page
from accessviz.links import to_simulation
from accessviz.staff import LOOK, SIMULATE, Viewer
from accessviz.views.asked import guid_of
from purposeapp.discovery.policies import policy_entry
from purposeapp.domain.model import EVERY_USER, Match, Policy, Via
from purposeapp.domain.population import Population
from purposeapp.domain.standing import named_by, standing_of

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
    population = viewer.ports.everybody.counted().population
    standings = [
        (
            entry.purpose,
            told.standing(standing_of(found.policy, entry.purpose, entry.policies, population, now=now)),
        )
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


def _names(policy: Policy, population: Population) -> list[NameRow]:
    """By list, then by name; users whom the directory does not know are there as well."""
    audience, realm = named_by(policy, population), population.realm
    known = (
        {group.name for group in realm.groups.values()},
        {role.name for role in realm.roles.values() if not role.client},
    )
    users = [_user_row(name, population) for name in sorted(policy.users - {EVERY_USER})]
    others = [
        NameRow(Match(each.via, each.name), _is_known(each.via, each.name, *known), len(each.users))
        for each in audience.means
        if each.via is not Via.USER
    ]
    return [*others, *users]


def _is_known(via: Via, name: str, groups: set[str], roles: set[str]) -> bool:
    return {Via.GROUP: name in groups, Via.ROLE: name in roles}.get(via, True)


def _user_row(name: str, population: Population) -> NameRow:
    ordinal = population.usernames.find(name)
    enabled = ordinal is not None and ordinal not in population.disabled
    return NameRow(Match(Via.USER, name), ordinal is not None, int(enabled))
