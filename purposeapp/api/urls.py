"""The addresses of the API: docs/api.md."""

from django.urls import path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation

from purposeapp.api.authzen.configuration import ConfigurationViewSet
from purposeapp.api.authzen.evaluation import EvaluationViewSet
from purposeapp.api.authzen.search import SearchViewSet
from purposeapp.api.explain.views import ExplainViewSet
from purposeapp.api.findings.differences import DifferencesViewSet
from purposeapp.api.findings.views import FindingsViewSet
from purposeapp.api.health import live, ready
from purposeapp.api.jobs import JobsViewSet
from purposeapp.api.reviews.downloads import ReviewDownloadsViewSet
from purposeapp.api.reviews.rows import ReviewRowsViewSet
from purposeapp.api.reviews.views import ReviewsViewSet
from purposeapp.api.views import (
    AccessibleViewSet,
    AtlasUserPurposesViewSet,
    ServiceViewSet,
    UserPurposesViewSet,
)
from purposeapp.api.who.comparison import ComparisonViewSet
from purposeapp.api.who.decisions import DecisionsViewSet
from purposeapp.api.who.simulation import SimulationViewSet
from purposeapp.api.who.subjects import SubjectsViewSet

urlpatterns = [
    path("api/meta/purposes/user", UserPurposesViewSet.as_view({"post": "user"})),
    path("api/atlas/v2/purposes/user", AtlasUserPurposesViewSet.as_view({"post": "user"})),
    path("api/meta/purposes/accessible", AccessibleViewSet.as_view({"get": "purposes"}), name="purposes"),
    path("api/meta/personas/accessible", AccessibleViewSet.as_view({"get": "personas"}), name="personas"),
    path("api/service/whoami", ServiceViewSet.as_view({"get": "whoami"}), name="whoami"),
    path("whoami", ServiceViewSet.as_view({"get": "whoami_short"})),
    path("api/service/roles/effective", ServiceViewSet.as_view({"get": "effective_roles"}), name="roles"),
    path("api/meta/jobs", JobsViewSet.as_view({"get": "list"}), name="jobs"),
    path("api/meta/jobs/warm", JobsViewSet.as_view({"post": "warm"})),
    path("api/meta/jobs/<uuid:job_id>", JobsViewSet.as_view({"get": "retrieve"}), name="job"),
    path("api/meta/jobs/<uuid:job_id>/cancel", JobsViewSet.as_view({"post": "cancel"})),
    path("api/meta/purposes/<str:guid>/subjects", SubjectsViewSet.as_view({"get": "purposes"})),
    path("api/meta/personas/<str:guid>/subjects", SubjectsViewSet.as_view({"get": "personas"})),
    path("api/meta/access/explain", ExplainViewSet.as_view({"get": "explain"}), name="explain"),
    path("api/meta/access/can", DecisionsViewSet.as_view({"get": "one", "post": "batch"})),
    path("api/meta/access/compare", ComparisonViewSet.as_view({"get": "retrieve"})),
    path("api/meta/access/simulate", SimulationViewSet.as_view({"post": "create"})),
    path(".well-known/authzen-configuration", ConfigurationViewSet.as_view({"get": "retrieve"})),
    path(
        ".well-known/authzen-configuration/<path:place>", ConfigurationViewSet.as_view({"get": "of_tenant"})
    ),
    path("access/v1/evaluation", EvaluationViewSet.as_view({"post": "one"}), name="evaluation"),
    path("access/v1/evaluations", EvaluationViewSet.as_view({"post": "many"}), name="evaluations"),
    path("access/v1/search/subject", SearchViewSet.as_view({"post": "subjects"}), name="search-subject"),
    path("access/v1/search/resource", SearchViewSet.as_view({"post": "resources"}), name="search-resource"),
    path("access/v1/search/action", SearchViewSet.as_view({"post": "actions"}), name="search-action"),
    path("api/meta/access/findings", FindingsViewSet.as_view({"get": "list"})),
    path("api/meta/access/differences", DifferencesViewSet.as_view({"get": "list"})),
    path("api/meta/access/reviews", ReviewsViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "api/meta/access/reviews/<uuid:review_id>", ReviewsViewSet.as_view({"get": "retrieve"}), name="review"
    ),
    path(
        "api/meta/access/reviews/<uuid:review_id>/cancel",
        ReviewsViewSet.as_view({"post": "cancel"}),
    ),
    path(
        "api/meta/access/reviews/<uuid:review_id>/rows",
        ReviewRowsViewSet.as_view({"get": "list"}),
    ),
    path(
        "api/meta/access/reviews/<uuid:review_id>/rows/<str:row>/decision",
        ReviewRowsViewSet.as_view({"post": "decide"}),
    ),
    path(
        "api/meta/access/reviews/<uuid:review_id>/download",
        ReviewDownloadsViewSet.as_view({"get": "download"}),
    ),
    path(
        "api/meta/access/reviews/<uuid:review_id>/evidence",
        ReviewDownloadsViewSet.as_view({"get": "evidence"}),
    ),
    path("healthz/live", live),
    path("healthz/ready", ready),
    path("api/schema", RedirectView.as_view(pattern_name="schema", query_string=True)),
    path("api/docs", RedirectView.as_view(pattern_name="docs")),
    path(
        "api/schema/",
        # YAML or JSON, as `?format=` or Accept say: the one address here with a choice.
        SpectacularAPIView.as_view(content_negotiation_class=DefaultContentNegotiation),
        name="schema",
    ),
    # OPTIONS would render the page's template without its context.
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", metadata_class=None),
        name="docs",
    ),
]
