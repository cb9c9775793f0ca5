"""The admin in German: what fields are called, and what is said beside them."""

from collections.abc import Mapping

import pytest
from django.contrib.auth.models import User
from django.forms import Form
from django.test import Client
from django.utils import translation

from purposeapp.models import AccessAudit

pytestmark = pytest.mark.django_db

THE_SAME = {"Name", "GUID", "JWKS URL"}
"""What a field is called in both languages."""


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def said(form: Form, language: str) -> Mapping[str, tuple[str, str]]:
    """By the name of a field, its label and its help in that language."""
    with translation.override(language):
        return {name: (str(field.label), str(field.help_text)) for name, field in form.fields.items()}


@pytest.mark.parametrize("model", ["authpolicy", "persona", "purpose", "role", "tenant"])
def test_fields_are_named_and_explained_in_german(root: Client, model: str) -> None:
    form = root.get(f"/admin/purposeapp/{model}/add/").context["adminform"].form
    english, german = said(form, "en"), said(form, "de")
    assert {label for label, _ in english.values()} & {label for label, _ in german.values()} <= THE_SAME
    explained = [(help_, german[name][1]) for name, (_, help_) in english.items() if help_]
    assert explained
    assert [help_ for help_, in_german in explained if help_ == in_german] == []


def test_columns_are_named_in_german(root: Client) -> None:
    AccessAudit.objects.create(actor_id="1", actor_username="ana", action="purposes")
    page = root.get("/admin/purposeapp/accessaudit/", headers={"Accept-Language": "de"}).content.decode()
    for column in ("Zeitpunkt", "Fragender", "Aktion", "Gefragt nach", "Adresse"):
        assert column in page
