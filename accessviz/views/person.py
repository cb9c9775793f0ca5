"""The pages about one person: what she sees and why, how she comes to it, and what the API tells her."""

import json
import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accessviz import present
from accessviz.as_user import answer_to
from accessviz.doors import page
from accessviz.looks import looks_at
from accessviz.membership import group_tree
from accessviz.staff import LOOK, READ_TRAIL, Viewer
from accessviz.tables import COLUMNS, PAGE_SIZE, SHOW, SORTS, Table
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.side_by_side import PurposeSides, side_by_side
from purposeapp.discovery.whoami import effective_roles, whoami
from purposeapp.domain.errors import InvalidRequest, InvalidToken
from purposeapp.domain.model import Person
from purposeapp.models.validators import is_storable

ANSWERS = {
    "purposes": ("purposes", {"include": "reasons"}),
    "listed": ("purposes", {"mode": "listed"}),
    "personas": ("personas", {"include": "reasons"}),
    "whoami": ("whoami", {}),
    "roles": ("roles", {}),
}
"""Questions to the API that the answer page shows: the name of the address, its parameters."""

CHOSEN_COLUMNS = "columns"
"""The session's key for the columns that were chosen last, for the next user's page; `none` stands for no others."""


@page(LOOK)
def access(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Purposes and personas, both modes side by side, with reasons."""
    table = Table.parse(request.GET, request.session.get(CHOSEN_COLUMNS, ()))
    if "columns" in request.GET:
        request.session[CHOSEN_COLUMNS] = ["none", *table.columns]
    person = viewer.look_at(username_of(request), "page:access")
    asked = Asked(person.subject, person)
    sides = side_by_side(asked, policies=viewer.ports.policies, now=time.time())
    rows = table.rows(sides.purposes)
    personas = Paginator(sides.personas, PAGE_SIZE).get_page(request.GET.get("personas", "1"))
    context = {
        "table": table,
        "rows": rows,
        "purposes": [_row(row, asked) for row in rows],
        "persona_rows": personas,
        "personas": [(each, [present.matched(match) for match in each.matches]) for each in personas],
        "counts": {name: sum(map(keeps, sides.purposes)) for name, (_title, keeps) in SHOW.items()},
        "orphans": sides.orphans,
        "until": present.until(sides.valid_until),
        "revision": viewer.ports.revision,
        "offers": {"show": SHOW, "sort": SORTS, "columns": COLUMNS, "via": present.VIAS},
    }
    return person_page(request, viewer, person, "access", context)


@page(LOOK)
def membership(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Groups as a tree, effective roles with every way in which they are held, attributes."""
    person = viewer.look_at(username_of(request), "page:membership")
    roles = [
        (each.role, [present.chain([step.name for step in path]) for path in each.paths])
        for each in effective_roles(person)
    ]
    context = {"tree": group_tree(person), "roles": roles, "facts": whoami(person)}
    return person_page(request, viewer, person, "membership", context)


@page(LOOK)
def answer(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """View as this user: the API's answer, indented or (`raw`) byte for byte, and how to ask for it."""
    question = request.GET.get("question", "purposes")
    if question not in ANSWERS:
        raise InvalidRequest(_("There is no such question."))
    person = viewer.look_at(username_of(request), f"page:as-user:{question}")
    name, parameters = ANSWERS[question]
    path, query = reverse(name), urlencode(parameters)
    status, content = _answer(person, path, query, viewer)
    if "raw" in request.GET:
        return HttpResponse(content, content_type="application/json", status=status)
    context = {
        "question": question,
        "questions": list(ANSWERS),
        "status": status,
        "body": json.dumps(json.loads(content), indent=2, ensure_ascii=False),
        "curl": _curl(path, query),
        "auditor_curl": ""
        if name == "whoami"
        else _curl(path, urlencode({**parameters, "username": person.username})),
    }
    return person_page(request, viewer, person, "answer", context)


def username_of(request: HttpRequest) -> str:
    """Whom a page is about. Raises InvalidRequest when the address does not say."""
    username = request.GET.get("username", "")
    if not username.strip() or not is_storable(username):
        raise InvalidRequest(_("The address of this page must name a user."))
    return username


def _row(row: PurposeSides, asked: Asked) -> dict[str, Any]:
    return {
        "purpose": row.purpose,
        "sides": row,
        "difference": present.difference(row, asked),
        "vias": present.vias(row),
        "updated": present.moment(row.purpose.update_time),
        "reasons": [present.reason(each) for each in row.reasons],
        "policies": len({each.policy.guid for each in row.reasons}),
    }


def person_page(
    request: HttpRequest, viewer: Viewer, person: Person, tab: str, context: dict[str, Any]
) -> HttpResponse:
    looks = looks_at(viewer, person.username)
    shared = {
        "viewer": viewer,
        "person": person,
        "tab": tab,
        "looks": looks,
        "looked": present.looked(looks.people),
        "reads_trail": viewer.may(READ_TRAIL),
    }
    return render(request, f"accessviz/person/{tab}.html", {**shared, **context})


def _answer(person: Person, path: str, query: str, viewer: Viewer) -> tuple[int, bytes]:
    try:
        response = answer_to(person, path, query, ports=viewer.ports, auditor_role=viewer.tenant.auditor_role)
    except InvalidToken as error:
        return 401, json.dumps({"status": 401, "code": error.code, "detail": str(error)}).encode()
    return response.status_code, response.content


def _curl(path: str, query: str) -> str:
    url = f"{settings.PUBLIC_URL}{path}" + (f"?{query}" if query else "")
    # Percent-encoding leaves no quote that could end the shell's.
    return f"curl -s '{url}' -H \"Authorization: Bearer $TOKEN\""
