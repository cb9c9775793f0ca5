"""Try out changes: a form that builds them, and what they would do. Nothing is written but the look."""

import json
import time
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from accessviz import present
from accessviz.changes import Question
from accessviz.changes.form import Row
from accessviz.changes.inputs import INPUTS
from accessviz.doors import form
from accessviz.staff import LOOK, SIMULATE, Viewer
from purposeapp.discovery.phrases import said_of
from purposeapp.discovery.simulation import listing, simulate
from purposeapp.discovery.simulation.summary import summary
from purposeapp.domain.difference import Side
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Mode
from purposeapp.domain.page import Place

PAGE_SIZE = 50

LONGEST_ADDRESS = 2_000
"""Characters. What fits is sent as an address that can be shared; what doesn't is answered where it was sent."""

ADD, REMOVE = "add", "remove-"


@form(LOOK, SIMULATE)
def simulation(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The form; with changes in the address, or sent, also what they would do."""
    if request.method != "POST":
        question = Question.asked(request.GET)
        return _tried(request, viewer, question) if question.rows else _shown(request, viewer, question)
    question, do = Question.sent(request.POST), request.POST.get("do", "")
    if do == ADD:
        return _shown(request, viewer, question.with_row(request.POST.get("new", "")))
    if do.startswith(REMOVE):
        return _shown(request, viewer, question.without_row(do.removeprefix(REMOVE)))
    return _sent(request, viewer, question)


def _sent(request: HttpRequest, viewer: Viewer, question: Question) -> HttpResponse:
    try:
        address = question.address()
    except InvalidRequest as error:
        return _refused(request, viewer, question, error)
    if len(address) <= LONGEST_ADDRESS:
        return HttpResponseRedirect(address)
    return _tried(request, viewer, question)


def _tried(request: HttpRequest, viewer: Viewer, question: Question) -> HttpResponse:
    after = _place(request.GET.get("after") or request.POST.get("after"))
    try:
        result = _result(viewer, question, after)
    except InvalidRequest as error:
        return _refused(request, viewer, question, error)
    return _shown(request, viewer, question, result=result)


def _result(viewer: Viewer, question: Question, after: Place | None) -> dict[str, Any]:
    changes = question.changes()
    viewer.record("", "page:simulate", **summary(changes))
    counted = viewer.ports.everybody.counted()
    simulated = simulate(
        changes,
        mode=question.mode,
        policies=viewer.ports.policies,
        population=counted.population,
        now=time.time(),
    )
    page = listing.page_of(simulated, after=after, limit=PAGE_SIZE)
    difference, personas = simulated.difference, simulated.personas
    return {
        "gained": difference.total(Side.GAINED),
        "lost": difference.total(Side.LOST),
        "users": len(difference.users | personas.users),
        "purposes": len(difference.guids),
        "personas": {side.value: personas.total(side) for side in Side} if personas.guids else None,
        "top_purposes": listing.top_purposes(simulated),
        "top_users": listing.top_users(simulated),
        "page": page,
        "begun": after is not None,
        "next": json.dumps(page.last) if page.last else "",
        "notes": [(place + 1, note) for place, notes in simulated.notes.items() for note in notes],
        "as_of": present.moment(counted.as_of * 1000),
    }


def _refused(request: HttpRequest, viewer: Viewer, question: Question, error: InvalidRequest) -> HttpResponse:
    return _shown(request, viewer, question.marked(error), refusal=said_of(error), status=400)


def _shown(
    request: HttpRequest, viewer: Viewer, question: Question, *, status: int = 200, **more: Any
) -> HttpResponse:
    names = _names(viewer, question)
    blank = [Row(op, {}) for op in INPUTS]
    context = {
        "viewer": viewer,
        "question": question,
        "modes": {Mode.EFFECTIVE: _("Effective"), Mode.LISTED: _("Listed")},
        "rows": [(row, list(row.fields(names))) for row in question.rows],
        "blank": [(row, list(row.fields({}))) for row in blank],
        **more,
    }
    return render(request, "accessviz/simulate.html", context, status=status)


def _names(viewer: Viewer, question: Question) -> dict[str, str]:
    """What the guids in the form stand for."""
    guids = question.guids()
    if not guids:
        return {}
    return {each.guid: each.name for each in viewer.ports.policies.entities(guids)}


def _place(text: str | None) -> Place | None:
    """Where the page before ended. Raises InvalidRequest."""
    if not text:
        return None
    try:
        side, username = orjson.loads(text)
    except (ValueError, TypeError):
        side = username = None
    if not isinstance(side, str) or not isinstance(username, str):
        raise InvalidRequest(
            _("The address of this page is not right: check “%(name)s”.") % {"name": "after"}
        )
    return side, username
