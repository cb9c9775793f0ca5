"""What only shows when the sources are to be asked, and is wrong whatever they say: the start stops with the cure."""

import pytest
from django.core.checks import ERROR
from pytest_django import Settings

from purposeapp import wiring
from purposeapp.checks import check_elasticsearch, check_keycloak

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [
        {"ELASTICSEARCH_URL": "https://:9200"},
        {"ELASTICSEARCH_URL": "https://reader:hunt,er2@es:9200"},
        {"ELASTICSEARCH_API_KEY": "two words"},
    ],
)
def test_an_address_or_key_that_elasticsearch_cannot_have(settings: Settings, wrong: dict[str, str]) -> None:
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = "https://es:9200", "atlas"
    for name, value in wrong.items():
        setattr(settings, name, value)
    wiring.elasticsearch.cache_clear()
    (found,) = check_elasticsearch()
    assert (found.level, found.id) == (ERROR, "purposeapp.E005")
    assert found.hint is not None
    assert next(iter(wrong)) in found.hint
    assert "er2" not in str(found)
    assert "two words" not in str(found)


@pytest.mark.parametrize("wrong", ["?hunter2=1", ":hunter2%zz@db/keycloak"])
def test_an_address_that_no_database_has(settings: Settings, wrong: str) -> None:
    settings.KEYCLOAK_DATABASE_URL, settings.KEYCLOAK_REALM = f"postgresql://reader{wrong}", "acme"
    wiring.keycloak_pool.cache_clear()
    (found,) = check_keycloak()
    assert (found.level, found.msg) == (ERROR, "KEYCLOAK_DATABASE_URL cannot be read")
    assert "hunter2" not in str(found)


def test_what_is_not_set_is_not_asked(settings: Settings) -> None:
    settings.ELASTICSEARCH_INDEX = settings.KEYCLOAK_DATABASE_URL = ""
    assert check_elasticsearch() == check_keycloak() == []
