"""Where a person lands who opens the service in a browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accessviz import present
from accessviz.errors import as_page
from accessviz.recent import recently_opened
from accessviz.staff import LOOK, may, viewer_of
from purposeapp.domain.errors import AccessError


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For everybody: where to go from here. Staff who may look at others also find the search box."""
    user = request.user
    if not (user.is_authenticated and may(user, LOOK)):
        return render(request, "accessviz/home.html")
    try:
        viewer = viewer_of(request, LOOK)
        recent = [(found, *present.place(found)) for found in recently_opened(request, viewer)]
        response = render(request, "accessviz/home.html", {"viewer": viewer, "recent": recent})
    except AccessError as error:
        return as_page(request, error)
    response["Cache-Control"] = "private, no-store"
    return response
