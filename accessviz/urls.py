"""The addresses of the pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from accessviz.overview.view import cancel_job, overview, start_warm_up
from accessviz.reviews.files import download, evidence
from accessviz.reviews.view import cancel, decision, review, reviews
from accessviz.views.compare import comparison
from accessviz.views.differences import differences
from accessviz.views.explain import explain, explain_data
from accessviz.views.find import results, suggestions
from accessviz.views.findings import findings
from accessviz.views.graph import graph, graph_data
from accessviz.views.group import group, group_purposes
from accessviz.views.home import home
from accessviz.views.person import access, answer, membership
from accessviz.views.persona import persona, persona_people
from accessviz.views.policy import policy
from accessviz.views.purpose import purpose, purpose_people
from accessviz.views.session import SignIn, tenant, theme
from accessviz.views.simulate import simulation

urlpatterns = [
    path("", home, name="home"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(next_page="home"), name="sign-out"),
    path("theme/", theme, name="theme"),
    path("language/", set_language, name="language"),
    path("tenant/", tenant, name="tenant"),
    path("overview/", overview, name="overview"),
    path("overview/warm-up/", start_warm_up, name="warm-up"),
    path("overview/cancel/", cancel_job, name="cancel-job"),
    path("differences/", differences, name="differences"),
    path("findings/", findings, name="findings"),
    path("reviews/", reviews, name="reviews-page"),
    path("reviews/<uuid:review_id>/", review, name="review-page"),
    path("reviews/<uuid:review_id>/cancel/", cancel, name="review-cancel"),
    path("reviews/<uuid:review_id>/decision/", decision, name="review-decision"),
    path("reviews/<uuid:review_id>/file/", download, name="review-file"),
    path("reviews/<uuid:review_id>/evidence/", evidence, name="review-evidence-file"),
    path("find/", results, name="find"),
    path("find/suggestions/", suggestions, name="suggestions"),
    path("person/", access, name="person"),
    path("person/membership/", membership, name="person-membership"),
    path("person/graph/", graph, name="person-graph"),
    path("person/graph/data/", graph_data, name="person-graph-data"),
    path("person/answer/", answer, name="person-answer"),
    path("purpose/", purpose, name="purpose"),
    path("purpose/people/", purpose_people, name="purpose-people"),
    path("persona/", persona, name="persona"),
    path("persona/people/", persona_people, name="persona-people"),
    path("policy/", policy, name="policy"),
    path("group/", group, name="group"),
    path("group/purposes/", group_purposes, name="group-purposes"),
    path("explain/", explain, name="explain"),
    path("explain/data/", explain_data, name="explain-data"),
    path("compare/", comparison, name="compare"),
    path("simulate/", simulation, name="simulate"),
]
