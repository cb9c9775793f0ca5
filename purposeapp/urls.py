"""All addresses: the API, the admin, the pages."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("purposeapp.api.urls")),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    # One place to sign in, which slows guessing down.
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/", admin.site.urls),
    path("", include("accessviz.urls")),
]

handler400 = "purposeapp.api.errors.bad_request"
handler403 = "accessviz.errors.forbidden"
handler404 = "purposeapp.api.errors.not_found"
handler500 = "purposeapp.api.errors.server_error"
