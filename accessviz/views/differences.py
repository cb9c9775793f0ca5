"""Where the modes disagree about anybody of the tenant, by cause."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz import present
from accessviz.cursors import cursors
from accessviz.doors import page
from accessviz.staff import LOOK, Viewer
from accessviz.tables import refuse
from purposeapp.domain.disagreement import Cause

SHOWN = 50


@page(LOOK)
def differences(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Pairs of a user and a purpose with the cause and the policies that are it; a cause can be chosen."""
    chosen, cursor = request.GET.get("cause", ""), request.GET.get("cursor", "")
    refuse(cause=chosen not in ("", *Cause))
    viewer.record("", "page:differences", cause=chosen)
    counted = viewer.ports.everybody.counted()
    found = counted.audit(viewer.ports.policies, now=time.time()).differences()
    signer = cursors(viewer, "differences", chosen)
    after = signer.read(cursor) if cursor else None
    shown = found.page(causes=[Cause(chosen)] if chosen else [], after=after, limit=SHOWN)
    context = {
        "viewer": viewer,
        "chosen": chosen,
        "counts": [(cause, present.CAUSES[cause], count) for cause, count in found.counts.items()],
        "rows": [(each, present.CAUSES[each.cause]) for each in shown.items],
        "total": shown.total,
        "following": signer.sign(shown.last) if shown.last else "",
        "as_of": present.moment(counted.as_of * 1000),
    }
    return render(request, "accessviz/differences.html", context)
