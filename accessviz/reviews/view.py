"""The pages of reviews: all of them, one with its rows, and what is sent back from there."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accessviz.doors import form, page
from accessviz.reviews import words
from accessviz.reviews.forms import DECISIONS, DecisionForm, NewReviewForm
from accessviz.staff import EXPORT, LOOK, Viewer
from purposeapp import jobs
from purposeapp.discovery.phrases import said_of
from purposeapp.discovery.reviews.download import FileFormat
from purposeapp.discovery.reviews.rows import (
    Reviewer,
    Row,
    decide,
    require_reviewer_of,
    reviews_of,
    row_of,
    rows_of,
)
from purposeapp.domain.errors import Conflict, Forbidden, InvalidRequest, UnknownEntity
from purposeapp.domain.review import RowId
from purposeapp.jobs.reviewing import require_existing, start_review
from purposeapp.jobs.telling import told
from purposeapp.models import Review
from purposeapp.models.frozen import FrozenReview
from purposeapp.models.validators import is_storable

REVIEWS_SHOWN, ROWS_SHOWN = 50, 50


@form(LOOK)
def reviews(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The latest reviews of the tenant, and a form to start another."""
    new = NewReviewForm(request.POST or None)
    if request.method == "POST" and not viewer.may(EXPORT):
        raise Forbidden(_("Your account has not been given this right. An administrator can give it to you."))
    if request.method == "POST" and new.is_valid():
        try:
            return redirect("review-page", _started(new, viewer).pk)
        except (InvalidRequest, UnknownEntity, Conflict) as error:
            new.add_error(None, said_of(error))
    found = reviews_of(viewer.tenant.slug)[:REVIEWS_SHOWN]
    context = {
        "viewer": viewer,
        "form": new,
        "may_start": viewer.may(EXPORT),
        "reviews": [(words.review(each), told(each.job) if each.job else "") for each in found],
    }
    return render(request, "accessviz/reviews/list.html", context, status=400 if new.is_bound else 200)


@page(LOOK)
def review(request: HttpRequest, viewer: Viewer, review_id: UUID) -> HttpResponse:
    """How far it is; once it has been taken, its rows."""
    found = find(viewer, review_id)
    context = {
        "viewer": viewer,
        "spoken": words.review(found),
        "progress": told(found.job) if found.job else "",
        "may_export": viewer.may(EXPORT),
        "formats": [each.value for each in FileFormat],
        "decisions": DECISIONS,
    }
    frozen = FrozenReview.of(found)
    if frozen is not None:
        context |= _rows(request, viewer, frozen)
    return render(request, "accessviz/reviews/page.html", context)


@require_POST
@form(LOOK)
def cancel(request: HttpRequest, viewer: Viewer, review_id: UUID) -> HttpResponse:
    found = find(viewer, review_id)
    if found.job is not None:
        jobs.cancel(found.job)
    return redirect("review-page", found.pk)


@require_POST
@form(LOOK)
def decision(request: HttpRequest, viewer: Viewer, review_id: UUID) -> HttpResponse:
    """Keep or revoke one row, and go back to it."""
    given = DecisionForm(request.POST)
    frozen = answer_of(find(viewer, review_id))
    if not given.is_valid():
        raise InvalidRequest(" ".join(str(each[0]) for each in given.errors.values()))
    row, said = _existing(frozen, given.cleaned_data["row"]), given.cleaned_data
    reviewer = reviewer_of(viewer)
    try:
        require_reviewer_of(row, reviewer)
        viewer.record(
            row.username,
            "page:review-decision",
            review=str(review_id),
            row=str(row.id),
            decision=said["decision"],
        )
        decide(frozen, row, said["decision"], said["comment"], reviewer)
    except (Forbidden, InvalidRequest) as error:
        messages.error(request, said_of(error))
    back = request.POST.get("query", "")
    query = f"?{back}" if back else ""
    return redirect(f"{reverse('review-page', args=[review_id])}{query}#{row.id}")


def find(viewer: Viewer, review_id: UUID) -> Review:
    """A review of the viewer's tenant. Raises Http404."""
    return get_object_or_404(reviews_of(viewer.tenant.slug), pk=review_id)


def answer_of(found: Review) -> FrozenReview:
    """Raises Conflict while there is none."""
    frozen = FrozenReview.of(found)
    if frozen is None:
        raise Conflict(_("The review has not been taken yet."))
    return frozen


def reviewer_of(viewer: Viewer) -> Reviewer:
    """Somebody whom the directory has under the same name counts as that person: nobody is their own second person."""
    person = viewer.ports.directory.by_username(viewer.username)
    return Reviewer(viewer.actor_id if person is None else person.id, viewer.username)


def _started(new: NewReviewForm, viewer: Viewer) -> Review:
    """Raises AccessError where there is nothing to review, or another one is under way."""
    question = new.question
    require_existing(question.scope, viewer.ports)
    viewer.record("", "page:review", **question.as_json())
    return start_review(viewer.tenant.slug, question, reviewer_of(viewer))


def _rows(request: HttpRequest, viewer: Viewer, frozen: FrozenReview) -> dict[str, object]:
    purpose = request.GET.get("purpose", "")
    after = RowId.parse(request.GET["after"]) if "after" in request.GET else None
    if not is_storable(purpose) or ("after" in request.GET and after is None):
        raise InvalidRequest(
            _("The address of this page is not right: check “%(name)s”.") % {"name": "after"}
        )
    viewer.record("", "page:review-rows", review=str(frozen.review.pk), purpose=purpose)
    found = rows_of(frozen, purpose=purpose, after=after, limit=ROWS_SHOWN)
    return {
        "rows": [words.row(each) for each in found.rows],
        "total": found.total,
        "following": found.following,
        "purpose": purpose,
        "query": request.GET.urlencode(),
    }


def _existing(frozen: FrozenReview, id_: RowId) -> Row:
    found = row_of(frozen, id_)
    if found is None:
        raise Http404
    return found
