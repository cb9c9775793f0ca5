"""The page, and its buttons: start a warm-up, cancel a job."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accessviz.doors import form, page
from accessviz.looks import latest_looks, looks_per_day
from accessviz.overview import words
from accessviz.overview.facts import counters_of, followed, in_brief, size_of
from accessviz.staff import READ_TRAIL, RUN, WATCH, Viewer
from purposeapp import jobs
from purposeapp.dependencies import dependencies
from purposeapp.jobs.telling import told
from purposeapp.models import Job, JobKind
from purposeapp.timings import timings
from purposeapp.wiring import tenants

JOBS_SHOWN = 5
TENANTS_SHOWN = 100


@page(WATCH)
def overview(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Everything of the viewer's tenant; superusers see the others in brief."""
    tenant, buckets = viewer.tenant, timings.over_time(viewer.tenant.slug)
    context: dict[str, Any] = {
        "viewer": viewer,
        "size": size_of(tenant),
        "revision": viewer.ports.revision,
        "sources": [
            (words.SOURCES[name], source, words.age(source), words.leading(source))
            for name, source in followed(tenant).items()
        ],
        "counters": counters_of(tenant),
        "dependencies": [(each, *words.STATUSES[each.status]) for each in dependencies([tenant])],
        "jobs": [(job, told(job)) for job in Job.objects.filter(tenant=tenant.slug)[:JOBS_SHOWN]],
        "may_run": viewer.may(RUN),
        "nothing_to_warm": words.nothing_to_warm(),
        "slow": [(each, words.clock(each.at)) for each in timings.slowest(tenant.slug)],
        "charts": [words.questions_chart(buckets), words.slowest_chart(buckets)],
    }
    if viewer.may(READ_TRAIL):
        context["charts"].append(words.looks_chart(looks_per_day(viewer)))
        context["looks"] = latest_looks(viewer)
    if viewer.user.is_superuser:
        context["all"] = in_brief(tenants().all()[:TENANTS_SHOWN])
    return render(request, "accessviz/overview/page.html", context)


@require_POST
@form(WATCH, RUN)
def start_warm_up(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Read everybody of the tenant into the shared cache, in the background."""
    job, is_new = jobs.start(viewer.tenant.slug, JobKind.WARM, asked_by=viewer.username)
    jobs.hand_over(job)
    messages.success(
        request, _("The warm-up has started.") if is_new else _("This warm-up is under way already.")
    )
    return redirect("overview")


@require_POST
@form(WATCH, RUN)
def cancel_job(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Stop a job of the tenant."""
    job = Job.objects.filter(tenant=viewer.tenant.slug, pk=_id(request)).first()
    if job is None:
        raise Http404
    jobs.cancel(job)
    messages.success(
        request, _("The job was asked to stop.") if job.cancel_asked else _("This job is over already.")
    )
    return redirect("overview")


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("job", ""))
    except ValueError:
        raise Http404 from None
