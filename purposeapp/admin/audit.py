"""The page of the audit trail: to read, never to write."""

from django.contrib import admin

from purposeapp.admin.base import ReadOnlyAdmin
from purposeapp.models import AccessAudit


@admin.register(AccessAudit)
class AccessAuditAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_username", "action", "subject_username", "tenant", "address", "request_id")
    list_filter = ("action", "tenant")
    list_filter_submit = True
    search_fields = ("actor_username", "subject_username", "action", "request_id")
    date_hierarchy = "at"
    show_full_result_count = False  # the trail only grows: counting all of it costs more than reading a page
