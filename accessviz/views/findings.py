"""What an auditor should look at in the tenant, the gravest first."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz import present
from accessviz.cursors import cursors
from accessviz.doors import page
from accessviz.links import address, to_person
from accessviz.staff import LOOK, Viewer
from accessviz.tables import refuse
from purposeapp.discovery.phrases import said
from purposeapp.domain.findings import FindingKind
from purposeapp.domain.findings.model import Entity

SHOWN = 50


@page(LOOK)
def findings(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Each with the thing it is about and the questions to the API that prove it; a kind can be chosen."""
    chosen, cursor = request.GET.get("kind", ""), request.GET.get("cursor", "")
    refuse(kind=chosen not in ("", *FindingKind))
    viewer.record("", "page:findings", kind=chosen)
    counted = viewer.ports.everybody.counted()
    audit = counted.audit(viewer.ports.policies, now=time.time())
    found = audit.findings([FindingKind(chosen)] if chosen else [])
    signer = cursors(viewer, "findings", chosen)
    shown = found.page(after=signer.read(cursor) if cursor else None, limit=SHOWN)
    context = {
        "viewer": viewer,
        "chosen": chosen,
        "counts": [(kind, present.FINDINGS[kind], count) for kind, count in found.counts.items()],
        "rows": [
            (
                each,
                present.FINDINGS[each.kind],
                said(each.sentence),
                *present.SEVERITIES[each.severity],
                _page_of(each.entity),
            )
            for each in shown.items
        ],
        "total": shown.total,
        "following": signer.sign(shown.last) if shown.last else "",
        "as_of": present.moment(counted.as_of * 1000),
    }
    return render(request, "accessviz/findings.html", context)


def _page_of(entity: Entity) -> str:
    return to_person(entity.id) if entity.type == "user" else address(entity.type, guid=entity.id)
