"""The pages of background jobs: start a warm-up, watch, cancel. They are read-only and work without JavaScript."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from purposeapp import jobs, logs
from purposeapp.admin.base import ReadOnlyAdmin
from purposeapp.discovery.phrases import said_of
from purposeapp.domain.errors import AccessError
from purposeapp.jobs.rebuild import rebuild_read_model
from purposeapp.jobs.telling import told
from purposeapp.models import Job, JobKind, JobState
from purposeapp.models.job import LIVE_STATES
from purposeapp.models.tenant import tenant_choices

# unfold types its own decorators and defaults more narrowly than it uses them.
# mypy: disable-error-code="assignment,operator,arg-type"

WATCHED_AT_ONCE = 100
"""As many jobs as a page of the list shows."""

LABELS: dict[str, str] = {
    JobState.WAITING: "warning",
    JobState.RUNNING: "info",
    JobState.DONE: "success",
    JobState.FAILED: "danger",
    JobState.CANCELLED: "",
}


class TenantForm(forms.Form):
    """Which tenant it is about."""

    tenant = forms.ChoiceField(choices=tenant_choices, widget=UnfoldAdminSelectWidget)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("created", "kind", "tenant", "shown_state", "progress", "asked_by")
    list_filter = ("state", "kind", "tenant")
    list_filter_submit = True
    list_per_page = WATCHED_AT_ONCE
    fieldsets = (
        (None, {"fields": ("kind", "tenant", "state", "progress")}),
        (
            _("Course"),
            {"fields": ("asked_by", "created", "started", "beat", "finished", "place", "attempts")},
        ),
        (_("Content"), {"fields": ("question", "result")}),
    )
    readonly_fields = ("progress",)
    actions_list = ("start_warm_up", "rebuild")
    actions_detail = ("cancel_job",)

    class Media:
        css = {"all": ("purposeapp/jobs.css",)}
        js = ("purposeapp/jobs.js",)

    @display(description=_("state"), ordering="state", label=LABELS)
    def shown_state(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> SafeString:
        """A bar that jobs.js keeps moving while the job is live, and the same in words."""
        share = job.share_done
        watch = format_html(' data-watch="{}?id={}"', reverse("admin:job_progress"), job.pk)
        return format_html(
            '<div{}><progress max="1"{} aria-label="{}"></progress> <span role="status">{}</span></div>',
            "" if job.is_over else watch,
            "" if share is None else format_html(' value="{}"', f"{share:.4f}"),
            _("Progress"),
            told(job),
        )

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What is over cannot be cancelled: then there is no button."""
        live = Job.objects.filter(pk=object_id, state__in=LIVE_STATES)
        return super().get_actions_detail(request, object_id) if live.exists() else []

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (("progress/", "job_progress", job_progress),)

    @action(description=_("Start a warm-up"), permissions=["run_jobs"], url_path="warm", icon="mode_heat")
    def start_warm_up(self, request: HttpRequest) -> HttpResponse:
        form = TenantForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            job, is_new = jobs.start(
                form.cleaned_data["tenant"], JobKind.WARM, asked_by=request.user.get_username()
            )
            jobs.hand_over(job)
            if is_new:
                self.log_change(request, job, "Started.")
            said = _("The warm-up has started.") if is_new else _("This warm-up is under way already.")
            self.message_user(request, said, messages.SUCCESS)
            return redirect("admin:purposeapp_job_change", job.pk)
        explained = gettext(
            "Every user of the tenant is read from its directory once and kept in the shared cache."
        )
        return self._confirm(request, gettext("Start a warm-up"), explained, form)

    @action(
        description=_("Rebuild the read model"), permissions=["run_jobs"], url_path="rebuild", icon="refresh"
    )
    def rebuild(self, request: HttpRequest) -> HttpResponse:
        form = TenantForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._rebuild(request, form.cleaned_data["tenant"])
            return redirect("admin:purposeapp_job_changelist")
        explained = gettext(
            "Every process reads all policies of the tenant anew, within some seconds. Answers go on meanwhile. Changes are"
            " noticed without it: this is for what went past all that notices them."
        )
        return self._confirm(request, gettext("Rebuild the read model"), explained, form)

    def _rebuild(self, request: HttpRequest, tenant: str) -> None:
        try:
            rebuild_read_model(
                tenant,
                actor=(f"staff:{request.user.pk}", request.user.get_username()),
                request_id=logs.request_id.get(),
                address=request.META.get("REMOTE_ADDR", ""),
            )
        except AccessError as error:
            self.message_user(request, said_of(error), messages.ERROR)
        else:
            self.message_user(request, _("The read model is being built anew."), messages.SUCCESS)

    @action(description=_("Cancel"), permissions=["run_jobs"], url_path="cancel", icon="cancel")
    def cancel_job(self, request: HttpRequest, object_id: str) -> HttpResponse:
        job = self.get_object(request, object_id)
        if job is None:
            raise Http404
        if request.method == "POST" or job.is_over:
            self._cancel(request, job)
            return redirect("admin:purposeapp_job_change", job.pk)
        explained = gettext(
            "It stops within seconds. Started again within an hour, it goes on from where it stopped."
        )
        title = gettext("Cancel the %(job)s") % {"job": job}
        return self._confirm(request, title, explained, forms.Form())

    def _cancel(self, request: HttpRequest, job: Job) -> None:
        if job.is_over:
            self.message_user(request, _("This job is over already."), messages.WARNING)
            return
        jobs.cancel(job)
        self.log_change(request, job, "Cancelled.")
        self.message_user(request, _("The job was asked to stop."), messages.SUCCESS)

    def _confirm(self, request: HttpRequest, title: str, explained: str, form: forms.Form) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "explained": explained,
            "form": form,
        }
        return render(request, "admin/purposeapp/job/confirm.html", context)

    def has_run_jobs_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("purposeapp.run_jobs")


@never_cache
def job_progress(request: HttpRequest, model_admin: JobAdmin) -> HttpResponse:
    """How far a job is, as jobs.js shows it: `share` (null: not known), `text`, `over`."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    try:
        job = Job.objects.get(pk=UUID(request.GET.get("id", "")))
    except (ValueError, Job.DoesNotExist):
        raise Http404 from None
    return JsonResponse({"share": job.share_done, "text": told(job), "over": job.is_over})
