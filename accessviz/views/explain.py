"""Why somebody sees a purpose or has a persona, or why not: a page with an address that can be shared."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accessviz import present, told
from accessviz.changes import to_try
from accessviz.doors import data, page
from accessviz.drawing import KINDS as NODE_KINDS
from accessviz.drawing import drawable
from accessviz.links import address
from accessviz.path_graph import graph_of_paths
from accessviz.staff import LOOK, SIMULATE, Viewer
from accessviz.views.asked import moment_of, text_of
from purposeapp.discovery import sentences
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.explain import explain_persona, explain_purpose
from purposeapp.discovery.phrases import said_of
from purposeapp.domain.errors import InvalidRequest, UnknownEntity, UnknownUser
from purposeapp.domain.explain import Explanation, Path, Verdict

KINDS = ("purpose", "persona")

AT = "at"
"""The parameter with the moment that is asked about, as it was typed."""

SHOWN_PATHS = 50
"""Ways that are spelled out; the rest is counted."""


@page(LOOK)
def explain(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The whole explanation of a pair; the form, with what is wrong at its field, where the address names none."""
    username, asked, at = text_of(request, "username"), _asked(request), text_of(request, AT)
    form = {"viewer": viewer, "username": username, **{kind: asked.get(kind, "") for kind in KINDS}, AT: at}
    try:
        moment = moment_of(request, AT)
    except InvalidRequest as error:
        return _form(request, form, {AT: str(error)}, status=400)
    if not (username and asked):
        missing = _missing(username, asked)
        return _form(request, form, missing, status=400 if missing else 200)
    try:
        explained = _explained(viewer, username, asked, "page:explain", moment)
    except UnknownUser as error:
        return _form(request, form, {"username": said_of(error)}, status=404)
    except UnknownEntity as error:
        return _form(request, form, dict.fromkeys(asked, said_of(error)), status=404)
    as_at = "" if moment is None else sentences.moment(moment)
    context = {**form, **_told(explained, asked, at, viewer), "as_at": as_at}
    return render(request, "accessviz/explain/page.html", context)


@data(LOOK)
def explain_data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The ways as a graph, as `/person/graph/data/` has it."""
    username, asked = text_of(request, "username"), _asked(request)
    if not (username and asked):
        raise InvalidRequest(_("Name a user, and a purpose or a persona."))
    explained = _explained(viewer, username, asked, "data:explain", moment_of(request, AT))
    return JsonResponse(drawable(graph_of_paths(_all_paths(explained), explained.paths.items)))


def _form(request: HttpRequest, form: dict[str, Any], wrong: dict[str, str], *, status: int) -> HttpResponse:
    """The form as it was filled in; `wrong` says by field what is."""
    return render(request, "accessviz/explain/form.html", {**form, "wrong": wrong}, status=status)


def _missing(username: str, asked: dict[str, str]) -> dict[str, str]:
    """What is still to be named, by field; nothing while nothing was."""
    if username:
        return {"purpose": _("Name a purpose here, or a persona beside it.")}
    return {"username": _("Name a user.")} if asked else {}


def _asked(request: HttpRequest) -> dict[str, str]:
    """The guid of a purpose or of a persona, under its kind; nothing when the address names none."""
    given = {kind: guid for kind in KINDS if (guid := text_of(request, kind))}
    if len(given) > 1:
        raise InvalidRequest(_("Name either a purpose or a persona."))
    return given


def _explained(
    viewer: Viewer, username: str, asked: dict[str, str], action: str, moment: float | None
) -> Explanation:
    """As if it were the moment (epoch seconds), which is now where it is None."""
    person = viewer.look_at(username, action, **asked)
    ((kind, guid),) = asked.items()
    find = explain_purpose if kind == "purpose" else explain_persona
    return find(
        Asked(person.subject, person),
        guid,
        policies=viewer.ports.policies,
        directory=viewer.ports.directory,
        now=time.time() if moment is None else moment,
        in_full=True,
    )


def _told(explained: Explanation, asked: dict[str, str], at: str, viewer: Viewer) -> dict[str, Any]:
    person, resource = explained.person, explained.resource
    paths = _all_paths(explained)
    ((kind, guid),) = asked.items()
    again = {AT: at} if at else {}
    tried = to_try if viewer.may(SIMULATE) else lambda _changes, _username: ""
    return {
        "explained": explained,
        "person": person,
        "name": resource.display_name or resource.name or resource.guid,
        "hints": {kind: resource.display_name or resource.name},
        "to_resource": address(kind, guid=guid),
        "decision": sentences.decision(explained),
        "sentences": sentences.sentences(explained)[1:],
        "verdicts": [_verdict(each) for each in explained.verdicts],
        "paths": [_way(path, explained) for path in paths[:SHOWN_PATHS]],
        "more_paths": max(0, len(paths) - SHOWN_PATHS),
        "facts_url": address("explain-data", username=person.username, **asked, **again) if paths else "",
        "kinds": NODE_KINDS,
        "cut": [sentences.changes([each], person.username) for each in explained.cut.changes],
        "try_cut": tried(explained.cut.changes, person.username),
        "nearest": [
            (sentences.changes(option, person.username), tried(option, person.username))
            for option in explained.nearest.options
        ],
        "until": present.until(explained.valid_until),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "policy": verdict.policy,
        "type": present.policy_type(verdict.policy.type),
        "when": told.schedule(verdict.policy),
        "by": [sentences.matched(match) for match in verdict.matches],
        "counts": verdict.counts,
        "listed": verdict.listed,
        "sentence": sentences.verdict(verdict),
    }


def _all_paths(explained: Explanation) -> tuple[Path, ...]:
    """Those of both modes, each once, those first that give effective access."""
    return tuple(dict.fromkeys((*explained.paths.items, *explained.listed_paths.items)))


def _way(path: Path, explained: Explanation) -> tuple[str, bool, bool]:
    """In words, and whether it gives effective and listed access."""
    return (
        present.chain([node.name or node.id for node in path]),
        path in explained.paths.items,
        path in explained.listed_paths.items,
    )
