"""The page of one policy: whom it names, and what it does for each purpose it belongs to."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz import present, told
from accessviz.changes import switching
from accessviz.doors import page
from accessviz.links import to_simulation
from accessviz.named import named_by_policy, named_page
from accessviz.recent import remember
from accessviz.staff import LOOK, SIMULATE, Viewer
from accessviz.views.asked import guid_of
from purposeapp.discovery.policies import policy_entry
from purposeapp.domain.finding import Kind
from purposeapp.domain.population import Population
from purposeapp.domain.snapshot import Entry
from purposeapp.domain.standing import Standing, Standings


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
    context = {
        "viewer": viewer,
        "policy": found.policy,
        "type": present.policy_type(found.policy.type),
        "when": told.schedule(found.policy),
        "standings": standings,
        "priority": told.priority(found.policy),
        "may_simulate": viewer.may(SIMULATE),
        "to_switch": to_simulation(switching(found.policy)),
        "to_delete": to_simulation({"op": "delete_policy", "guid": found.policy.guid}),
        **named_page(request, named_by_policy(found.policy, population), population),
    }
    return render(request, "accessviz/policy.html", context)


def _standing(guid: str, entry: Entry, population: Population, now: float) -> Standing:
    own = next(each for each in entry.policies if each.guid == guid)
    return Standings(entry.purpose, entry.policies, population, now).of(own)
