"""`manage.py token`: a token that the service itself believes, or an error that says the cure."""

import time

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from purposeapp.models import Tenant
from purposeapp.wiring import tenants, token_verifier

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana")


def test_the_token_is_believed_and_names_the_person(ana: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("token", "ana")
    token = capsys.readouterr().out.strip()
    claims = token_verifier().verify(token, now=time.time())
    assert (claims.subject, claims.username) == (str(ana.pk), "ana")
    assert claims.expires_at - claims.issued_at == 900
    by_id = tenants().default().directory.by_id(claims.subject)
    assert by_id is not None
    assert by_id.username == "ana"


def test_the_lifetime_can_be_chosen_up_to_what_is_accepted(
    ana: User, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("token", "ana", "--lifetime", "86400")
    claims = token_verifier().verify(capsys.readouterr().out.strip(), now=time.time())
    assert claims.expires_at - claims.issued_at == 86_400
    for lifetime in ("0", "-5", "86401"):
        with pytest.raises(CommandError, match="between 1 and 86400"):
            call_command("token", "ana", "--lifetime", lifetime)


def test_mistakes_come_with_their_cure(ana: User) -> None:
    with pytest.raises(CommandError, match=r"no user 'bob'.*Add the person"):
        call_command("token", "bob")
    with pytest.raises(CommandError, match=r"no active tenant 'nowhere'. Known: default"):
        call_command("token", "ana", "--tenant", "nowhere")
    ana.is_active = False
    ana.save()
    with pytest.raises(CommandError, match="disabled"):
        call_command("token", "ana")


def test_tokens_of_an_identity_provider_are_not_ours_to_make() -> None:
    Tenant.objects.create(
        slug="acme", name="Acme", issuer="https://acme.example.com", audience="acme-app", local_issuer=False
    )
    with pytest.raises(CommandError, match="identity provider"):
        call_command("token", "ana", "--tenant", "acme")
