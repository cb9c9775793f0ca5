"""The page of one purpose and its policies."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accessviz import present
from accessviz.doors import page
from accessviz.staff import LOOK, Viewer
from purposeapp.domain.model import Policy
from purposeapp.models.validators import is_storable


@page(LOOK)
def purpose(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What it is, and whom each of its policies names. No look at anybody: that is another question."""
    guid = request.GET.get("guid", "")
    found = viewer.ports.policies.purpose(guid) if is_storable(guid) else None
    if found is None:
        raise Http404
    policies = sorted(viewer.ports.policies.policies_of(guid), key=_order)
    rows = [(policy, present.policy_type(policy.type), present.names(policy)) for policy in policies]
    return render(request, "accessviz/purpose.html", {"viewer": viewer, "purpose": found, "policies": rows})


def _order(policy: Policy) -> tuple[str, str]:
    return policy.name.casefold(), policy.guid
