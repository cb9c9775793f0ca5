"""All addresses: the API, the admin, the pages."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("purposeapp.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("accessviz.urls")),
]

handler404 = "purposeapp.api.errors.not_found"
handler500 = "purposeapp.api.errors.server_error"
