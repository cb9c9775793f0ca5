"""Where the modes disagree about anybody of the tenant, by cause."""

import hashlib
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz import present
from accessviz.doors import page
from accessviz.staff import LOOK, Viewer
from accessviz.tables import refuse
from purposeapp.discovery.disagreements import differences as all_differences
from purposeapp.discovery.entities import entries_of, snapshot_of
from purposeapp.domain.disagreement import Cause
from purposeapp.domain.page import CursorSigner

SHOWN = 50


@page(LOOK)
def differences(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Pairs of a user and a purpose with the cause and the policies that are it; a cause can be chosen."""
    chosen, cursor = request.GET.get("cause", ""), request.GET.get("cursor", "")
    refuse(cause=chosen not in ("", *Cause))
    viewer.record("", "page:differences", cause=chosen)
    now, counted = time.time(), viewer.ports.everybody.counted()
    entries = entries_of(snapshot_of(viewer.ports.policies, now=now))
    found = all_differences(entries, counted.population, now=now)
    cursors = _cursors(viewer, chosen)
    after = cursors.read(cursor) if cursor else None
    shown = found.page(causes=[Cause(chosen)] if chosen else [], after=after, limit=SHOWN)
    context = {
        "viewer": viewer,
        "chosen": chosen,
        "counts": [(cause, present.CAUSES[cause], count) for cause, count in found.counts.items()],
        "rows": [(each, present.CAUSES[each.cause]) for each in shown.items],
        "total": shown.total,
        "following": cursors.sign(shown.last) if shown.last else "",
        "as_of": present.moment(counted.as_of * 1000),
    }
    return render(request, "accessviz/differences.html", context)


def _cursors(viewer: Viewer, cause: str) -> CursorSigner:
    key = hashlib.sha256(b"page of differences" + settings.SECRET_KEY.encode()).digest()
    return CursorSigner(key, f"{viewer.tenant.slug} {viewer.actor_id} {cause}")
