"""Two users beside each other: what both see, what only one of them sees, and why."""

import time
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accessviz import present
from accessviz.doors import page
from accessviz.links import address
from accessviz.staff import LOOK, Viewer
from accessviz.tables import PAGE_SIZE, refuse
from accessviz.views.asked import text_of
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.comparison import Comparison, Judged, compare
from purposeapp.discovery.phrases import said_of
from purposeapp.discovery.words import mentions
from purposeapp.domain.errors import UnknownUser
from purposeapp.domain.model import Mode, Person

BOTH, LEFT, RIGHT = "both", "left", "right"

SHOW = {
    "differs": (gettext_lazy("Where they differ"), (LEFT, RIGHT)),
    LEFT: (gettext_lazy("Only the first"), (LEFT,)),
    RIGHT: (gettext_lazy("Only the second"), (RIGHT,)),
    BOTH: (gettext_lazy("Both"), (BOTH,)),
    "all": (gettext_lazy("All"), (LEFT, RIGHT, BOTH)),
}
"""What can be shown, by whose it is."""


@page(LOOK)
def comparison(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A form; with two users in the address, also what they see."""
    left, right = text_of(request, "left"), text_of(request, "right")
    question = {"left": left, "right": right, "mode": request.GET.get("mode") or "effective"}
    question |= {"show": request.GET.get("show") or "differs", "words": text_of(request, "q")}
    refuse(mode=question["mode"] not in list(Mode), show=question["show"] not in SHOW)
    context = {
        "viewer": viewer,
        "question": question,
        "offers": {"show": SHOW, "mode": {"effective": _("Effective"), "listed": _("Listed")}},
        "swapped": address("compare", **(question | {"left": right, "right": left})),
    }
    sides, wrong = _sides(viewer, left, right)
    if LEFT in sides and RIGHT in sides:
        people = [sides[LEFT], sides[RIGHT]]
        asked = [Asked(person.subject, person) for person in people]
        found = compare(*asked, mode=Mode(question["mode"]), policies=viewer.ports.policies, now=time.time())
        context |= {"people": people, **_shown(found, question, request.GET.get("page", "1"))}
    return render(
        request, "accessviz/compare.html", {**context, "wrong": wrong}, status=404 if wrong else 200
    )


def _sides(viewer: Viewer, left: str, right: str) -> tuple[dict[str, Person], dict[str, str]]:
    """The two users by side, and by side what is wrong with a name. Nobody is looked at before both are named."""
    people: dict[str, Person] = {}
    wrong: dict[str, str] = {}
    for side, name in {LEFT: left, RIGHT: right}.items() if left and right else ():
        try:
            people[side] = viewer.look_at(name, "page:compare")
        except UnknownUser as error:
            wrong[side] = said_of(error)
    return people, wrong


def _shown(found: Comparison, question: dict[str, str], number: str) -> dict[str, Any]:
    every = {BOTH: found.purposes.both, LEFT: found.purposes.only_left, RIGHT: found.purposes.only_right}
    kept = [
        (whose, each)
        for whose in SHOW[question["show"]][1]
        for each in every[whose]
        if mentions(each.purpose, question["words"])
    ]
    rows = Paginator(kept, PAGE_SIZE).get_page(number)
    others = {"personas": found.personas, "groups": found.groups, "roles": found.roles}
    return {
        "counts": {whose: len(purposes) for whose, purposes in every.items()},
        "rows": rows,
        "purposes": [_row(whose, each) for whose, each in rows.object_list],
        "others": [
            (title, others[name], name == "personas")
            for name, title in {"personas": _("Personas"), "groups": _("Groups"), "roles": _("Roles")}.items()
        ],
    }


def _row(whose: str, judged: Judged) -> dict[str, Any]:
    return {
        "whose": whose,
        "purpose": judged.purpose,
        "reasons": [list(_reasons(each)) for each in (judged.left, judged.right)],
    }


def _reasons(given: Any) -> Iterator[present.SpokenReason]:
    return map(present.reason, given)
