"""Access reviews on pages: started, gone through, decided and taken away; and where the modes differ."""

import html
import io
import zipfile
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client

from purposeapp.discovery.reviews.rows import rows_of
from purposeapp.jobs import reviewing
from purposeapp.jobs.runner import run
from purposeapp.models import AccessAudit, Job, Review, ReviewVote
from purposeapp.models.frozen import FrozenReview
from tests import world
from tests.api.test_pages import ANA, DOCUMENTS, SECRET, staff, text
from tests.conftest import Served

HOSTILE = "=cmd|' /C calc'!A0<script>"
REVIEWING = ("view_any_access", "export", "view_job")


@pytest.fixture(autouse=True)
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs that were given away; tests do them."""
    given: list[Job] = []
    monkeypatch.setattr(reviewing, "hand_over", given.append)
    return given


@pytest.fixture
def company(serve: Callable[..., Served]) -> Served:
    return serve([ANA, world.person("rita", "eng"), world.person(HOSTILE, "eng")], DOCUMENTS)


@pytest.fixture
def rita(company: Served) -> Client:
    """A reviewer, who is in the directory herself."""
    return staff("rita", *REVIEWING)


def question(**fields: str) -> dict[str, str]:
    return {"scope": "tenant", "mode": "effective", **fields}


def taken(client: Client, **fields: str) -> str:
    """The address of a review that has been taken."""
    response = client.post("/reviews/", question(**fields))
    assert response.status_code == 302, text(response)
    job = Review.objects.get(pk=UUID(response["Location"].split("/")[2])).job
    assert job is not None
    run(job.pk)
    return str(response["Location"])


def decided(client: Client, review: str, row: str, **fields: str) -> str:
    response = client.post(f"{review}decision/", {"row": row, "decision": "revoke", **fields}, follow=True)
    assert response.status_code == 200
    return text(response)


def row_of(review: str, username: str) -> str:
    """The id of the first row of a user."""
    answer = FrozenReview.of(Review.objects.get(pk=UUID(review.split("/")[2])))
    assert answer is not None
    found = rows_of(answer, purpose="", after=None, limit=99).rows
    return next(str(row.id) for row in found if row.username == username)


def test_without_scripts_a_review_under_way_says_that_one_should_load_it_again(rita: Client) -> None:
    address = rita.post("/reviews/", question())["Location"]
    told = '<noscript><p class="note">Without scripts this page does not follow by itself'
    assert told in text(rita.get(address))
    assert told not in text(rita.get(taken(rita)))


def test_a_review_is_started_watched_and_then_shows_its_rows(rita: Client, handed_over: list[Job]) -> None:
    address = rita.post("/reviews/", question())["Location"]
    (job,) = handed_over
    assert f"?id={job.pk}" in text(rita.get(address))
    run(job.pk)
    shown = text(rita.get(address))
    assert "<bdi>ana</bdi>" in shown
    assert "group “eng”" in shown
    assert "Sales" in shown
    assert address in text(rita.get("/reviews/"))


def test_a_row_is_decided_and_says_by_whom(rita: Client) -> None:
    review = taken(rita)
    shown = decided(rita, review, row_of(review, "ana"), comment="left the team")
    assert "Revoke, decided by rita" in shown
    assert "left the team" in shown


def test_two_people_must_agree_and_one_is_not_two(rita: Client) -> None:
    review = taken(rita, two_person="on")
    row = row_of(review, "ana")
    assert "a second person must agree" in decided(rita, review, row)
    assert "a second person must agree" in decided(rita, review, row)
    assert "decided by rita and otto" in decided(staff("otto", *REVIEWING), review, row)


def test_whoever_is_in_the_directory_is_the_same_person_here(rita: Client, company: Served) -> None:
    review = taken(rita, two_person="on")
    decided(rita, review, row_of(review, "ana"))
    assert ReviewVote.objects.get().by_id == company.people["rita"].id


def test_nobody_decides_their_own_access(rita: Client) -> None:
    review = taken(rita)
    refused = "Nobody reviews their own access: another reviewer has to decide this row"
    assert decided(rita, review, row_of(review, "rita")).count(refused) == 2, (
        "told in the row, and when it is sent"
    )
    assert not ReviewVote.objects.exists()


def test_for_ones_own_row_no_decision_is_offered(rita: Client) -> None:
    review = taken(rita)
    shown = text(rita.get(review))
    offered = [name for name in ("ana", "rita") if f'name="row" value="{row_of(review, name)}"' in shown]
    assert offered == ["ana"]


@pytest.mark.parametrize(
    "wrong", [{"row": "u99p0"}, {"row": "x"}, {"decision": "burn"}, {"comment": "x" * 2001}]
)
def test_nonsense_is_refused(rita: Client, wrong: dict[str, str]) -> None:
    review = taken(rita)
    response = rita.post(f"{review}decision/", {"row": row_of(review, "ana"), "decision": "keep", **wrong})
    assert response.status_code in (400, 404)
    assert not ReviewVote.objects.exists()


def test_one_purpose_or_one_group_can_be_reviewed_if_there_is_such(rita: Client) -> None:
    assert "Secret" not in text(rita.get(taken(rita, scope="purpose", name=str(SECRET["__guid"]))))
    assert "<bdi>ana</bdi>" in text(rita.get(taken(rita, scope="group", name="eng")))
    for scope in ("purpose", "group"):
        response = rita.post("/reviews/", question(scope=scope, name="nonsense"))
        assert (response.status_code, Review.objects.count()) == (400, 2)
    assert "Say which one" in text(rita.post("/reviews/", question(scope="group")))


def test_a_second_review_waits_for_the_first_and_can_take_its_place(rita: Client) -> None:
    address = rita.post("/reviews/", question())["Location"]
    assert "wait for it, or cancel it" in text(rita.post("/reviews/", question(mode="listed")))
    rita.post(f"{address}cancel/")
    assert rita.post("/reviews/", question(mode="listed")).status_code == 302


@pytest.mark.parametrize("name", ["csv", "jsonl", "xlsx"])
def test_rows_are_taken_away_and_that_is_on_the_record(rita: Client, name: str) -> None:
    review = taken(rita)
    response = rita.get(f"{review}file/", {"format": name})
    content = b"".join(response.streaming_content)
    assert len(content) > 100
    assert response["Content-Disposition"].endswith(f'.{name}"')
    assert AccessAudit.objects.filter(action="page:review-download", detail__format=name).count() == 1
    if name == "csv":
        assert b"\n=cmd" not in content


def test_the_evidence_has_every_decision(rita: Client) -> None:
    review = taken(rita)
    decided(rita, review, row_of(review, "ana"))
    content = b"".join(rita.get(f"{review}evidence/").streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert b'"revoke"' in bundle.read("votes.jsonl")


def test_rights_are_asked_for_at_every_door(rita: Client, company: Served) -> None:
    review = taken(rita)
    looking = staff("wim", "view_any_access")
    assert looking.get(review).status_code == 200
    assert "Start a review" not in text(looking.get("/reviews/"))
    for response in (
        looking.post("/reviews/", question()),
        looking.get(f"{review}file/"),
        looking.get(f"{review}evidence/"),
        staff("nobody", "view_job").get(review),
    ):
        assert response.status_code == 403
    assert Client().get(review).status_code == 302


def test_reviews_of_another_tenant_are_not_there(rita: Client) -> None:
    review = taken(rita)
    Review.objects.update(tenant="other")
    for address in (review, f"{review}file/", f"{review}evidence/", f"/reviews/{uuid4()}/"):
        assert rita.get(address).status_code == 404
    assert review not in text(rita.get("/reviews/"))


def test_before_it_is_taken_there_is_nothing_to_decide_or_take_away(rita: Client) -> None:
    address = rita.post("/reviews/", question())["Location"]
    assert rita.get(f"{address}file/").status_code == 409
    assert rita.post(f"{address}decision/", {"row": "u0p0", "decision": "keep"}).status_code == 409


def test_every_look_at_the_rows_is_on_the_record(rita: Client) -> None:
    rita.get(taken(rita))
    assert AccessAudit.objects.filter(actor_username="rita", action="page:review-rows").count() == 1


def test_hostile_names_are_only_text(rita: Client) -> None:
    content = rita.get(taken(rita)).content.decode()
    assert HOSTILE not in content
    assert html.escape(HOSTILE) in content


# --- where the modes differ ---


def test_differences_have_their_cause_and_can_be_filtered_by_it(rita: Client) -> None:
    shown = text(rita.get("/differences/"))
    assert "Only denies name the user: 3" in shown
    assert "A role gives it" in shown
    shown = text(rita.get("/differences/", {"cause": "by_role"}))
    assert "<caption>1 in all" in shown
    assert "Secret" not in shown
    assert rita.get("/differences/", {"cause": "nonsense"}).status_code == 400
    assert AccessAudit.objects.filter(action="page:differences").exists()


def test_differences_come_in_pages_whose_addresses_are_good_for_one_question(
    serve: Callable[..., Served],
) -> None:
    serve([world.person(f"user-{number:03}", "eng") for number in range(120)], DOCUMENTS)
    client, seen, address = staff("wim"), list[str](), "/differences/?cause=only_denies"
    while address:
        shown = text(client.get(address))
        seen += [part.split("<")[0] for part in shown.split("<bdi>user-")[1:]]
        following = shown.split('rel="next" href="')
        address = "/differences/" + following[1].split('"')[0] if len(following) > 1 else ""
        assert "cause=only_denies" in address or not address
    assert len(seen) == len(set(seen)) == 120
    assert client.get("/differences/", {"cursor": "abc"}).status_code == 400


def test_where_the_modes_agree_it_says_so(serve: Callable[..., Served]) -> None:
    serve([world.person("ana")], [])
    assert "agree about everybody" in text(staff().get("/differences/"))


# --- findings ---


def test_findings_come_with_what_proves_them(rita: Client) -> None:
    shown = text(rita.get("/findings/"))
    assert "Purposes that nobody sees: 1" in shown
    assert f"/purpose/?guid={SECRET['__guid']}" in shown
    assert f"/api/meta/purposes/{SECRET['__guid']}/subjects" in shown
    assert AccessAudit.objects.filter(action="page:findings").count() == 1


def test_policies_of_one_name_are_told_apart_by_their_purpose(serve: Callable[..., Served]) -> None:
    sales, pay = world.purpose("Sales"), world.purpose("Pay", displayName="Payroll")
    on = [
        world.policy("readers", on=thing, groups=["gone"], guid=world.guid_of("policy", thing["name"]))
        for thing in (sales, pay)
    ]
    serve([ANA], [sales, pay, *on])
    for kind in ("unknown_names", "nobody"):
        response = staff(kind).get("/findings/", {"kind": kind})
        links = [
            f'<a href="/purpose/?guid={each["__guid"]}"><bdi>{name}</bdi></a>'
            for each, name in ((sales, "Sales"), (pay, "Payroll"))
        ]
        for link in links:
            assert link in response.content.decode()


def test_findings_are_of_one_kind_if_that_is_asked(rita: Client) -> None:
    assert "Purposes that nobody sees" in text(rita.get("/findings/", {"kind": "unseen"}))
    assert "Nothing to look at" in text(rita.get("/findings/", {"kind": "orphan"}))
    assert rita.get("/findings/", {"kind": "nonsense"}).status_code == 400
    assert rita.get("/findings/", {"cursor": "abc"}).status_code == 400


def test_findings_are_for_those_who_may_look_at_anybody(company: Served) -> None:
    assert staff("otto", "view_job").get("/findings/").status_code == 403
