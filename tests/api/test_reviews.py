"""Access reviews: frozen when taken, gone through row by row, taken away as files that can be checked."""

import csv
import hashlib
import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from pyroaring import FrozenBitMap

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.discovery.reviews import verify, workbook
from purposeapp.domain import review as domain
from purposeapp.domain.model import Via
from purposeapp.domain.population.texts import Texts
from purposeapp.domain.realm import Member
from purposeapp.jobs.progress import Progress, Superseded
from purposeapp.jobs.review import take_review
from purposeapp.jobs.runner import claim, run
from purposeapp.models import AccessAudit, Job, JobKind, Review, ReviewedPurpose, ReviewVote
from purposeapp.models.frozen import FreezingReview
from tests import world
from tests.conftest import Serve, Served

REVIEWS = "/api/meta/access/reviews"
CHURN, PAYROLL = world.purpose("Churn"), world.purpose("Payroll")
AUDITORS = [world.person(name, roles=["access-auditor"]) for name in ("olga", "otto", "ola")]
PEOPLE = [
    world.person("ana", "eng", roles=["analyst"]),
    world.person("bo", "eng", "risk"),
    world.person("cy"),
    world.person("dora", "eng", enabled=False),
    *AUDITORS,
]
DOCUMENTS = [
    CHURN,
    PAYROLL,
    world.policy("read churn", on=CHURN, groups=["eng"], users=["cy", "ghost"]),
    world.policy("analysts", on=CHURN, roles=["analyst"], actions=["select"]),
    world.policy("not risk", on=CHURN, groups=["risk"], type="deny"),
    world.policy("pay", on=PAYROLL, users=["cy", "olga"]),
]


@pytest.fixture
def acme(serve: Serve) -> Served:
    return serve(PEOPLE, DOCUMENTS)


def started(served: Served, as_: str = "olga", **question: Any) -> str:
    """The address of a review that has been taken."""
    answer = served.post(REVIEWS, question, as_=as_)
    assert answer.status_code == 202, answer.content
    run(uuid.UUID(answer.json()["job"]["id"]))
    return answer["Location"]


def rows_of(served: Served, review: str, query: str = "") -> list[dict[str, Any]]:
    answer = served.get(f"{review}/rows?{query}", as_="olga")
    assert answer.status_code == 200, answer.content
    return answer.json()["rows"]


def pairs(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["username"], row["purposeName"]) for row in rows]


def decide(served: Served, review: str, row: str, as_: str = "olga", **decision: Any) -> Any:
    return served.post(f"{review}/rows/{row}/decision", decision, as_=as_)


# --- taking one ---


def test_a_review_is_everybody_with_every_way_to_each_purpose(acme: Served) -> None:
    review = started(acme)
    told = acme.get(review, as_="olga").json()
    assert (told["state"], told["rows"], told["users"], told["purposes"]) == ("done", 4, 7, 2)
    assert told["asOf"]
    assert told["job"]["share"] == 1.0
    rows = rows_of(acme, review)
    assert pairs(rows) == [("ana", "Churn"), ("cy", "Churn"), ("cy", "Payroll"), ("olga", "Payroll")]
    assert rows[0]["via"] == [{"via": "group", "name": "eng"}, {"via": "role", "name": "analyst"}]
    assert rows[1]["via"] == [{"via": "user"}]
    assert {row["outcome"] for row in rows} == {None}


def test_listed_reviews_have_those_who_left_and_say_so(acme: Served) -> None:
    rows = rows_of(acme, started(acme, mode="listed"))
    enabled = {row["username"]: row["enabled"] for row in rows if row["purposeName"] == "Churn"}
    assert enabled == {"ana": True, "bo": True, "cy": True, "dora": False}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"purpose": PAYROLL["__guid"]}, [("cy", "Payroll"), ("olga", "Payroll")]),
        ({"group": "eng"}, [("ana", "Churn")]),
        ({"group": "risk"}, []),
    ],
)
def test_a_review_of_one_purpose_or_group(acme: Served, scope: Any, expected: Any) -> None:
    assert pairs(rows_of(acme, started(acme, scope=scope))) == expected


def test_what_changes_afterwards_changes_nothing_in_it(serve: Serve) -> None:
    review = started(serve(PEOPLE, DOCUMENTS))
    later = serve(PEOPLE[:1] + AUDITORS, [CHURN])
    assert len(rows_of(later, review)) == 4


@pytest.mark.parametrize("size", [1, 2, 3, 500])
def test_pages_are_the_whole_list(acme: Served, size: int) -> None:
    review = started(acme)
    found, cursor = [], ""
    while True:
        body = acme.get(f"{review}/rows?limit={size}{cursor}", as_="olga").json()
        found += body["rows"]
        assert body["total"] == 4
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert found == rows_of(acme, review)
    only = acme.get(f"{review}/rows?purpose={PAYROLL['__guid']}&limit={size}", as_="olga").json()
    assert (only["total"], only["rows"][0]["username"]) == (2, "cy")


def test_a_cursor_is_good_for_its_review_only(acme: Served) -> None:
    first, second = started(acme), started(acme, mode="listed")
    cursor = acme.get(f"{first}/rows?limit=1", as_="olga").json()["next"]
    assert acme.get(f"{second}/rows?cursor={cursor}", as_="olga").status_code == 400
    assert acme.get(f"{first}/rows?cursor={cursor}&purpose=x", as_="olga").status_code == 400


def test_while_one_is_taken_the_same_is_found_and_another_waits(acme: Served) -> None:
    first, again = (acme.post(REVIEWS, {"scope": "tenant"}, as_="olga") for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    other = acme.post(REVIEWS, {"mode": "listed"}, as_="olga")
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert acme.get(f"{first['Location']}/rows", as_="olga").status_code == 409
    assert acme.get(f"{first['Location']}/download", as_="olga").status_code == 409


def test_a_cancelled_review_has_no_rows_until_it_is_started_again(acme: Served) -> None:
    asked = acme.post(REVIEWS, {}, as_="olga")
    assert acme.post(f"{asked['Location']}/cancel", b"", as_="olga").json()["state"] == "cancelled"
    run(uuid.UUID(asked.json()["job"]["id"]))
    assert acme.get(asked["Location"], as_="olga").json()["rows"] is None
    assert started(acme) == asked["Location"]
    assert len(rows_of(acme, asked["Location"])) == 4


def test_delivered_twice_it_is_taken_once(acme: Served) -> None:
    review = started(acme)
    before = Review.objects.get().taking
    run(Job.objects.get(kind=JobKind.REVIEW).pk)
    assert Review.objects.get().taking == before
    assert len(rows_of(acme, review)) == 4


def test_a_review_outlives_its_job(acme: Served) -> None:
    review = started(acme)
    Job.objects.all().delete()
    told = acme.get(review, as_="olga").json()
    assert (told["state"], told["job"], len(rows_of(acme, review))) == ("done", None, 4)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"scope": {"purpose": "nothing"}}, 404),
        ({"scope": {"group": "nobody"}}, 400),
        ({"scope": {"group": ""}}, 400),
        ({"scope": {"group": "eng", "purpose": "x"}}, 400),
        ({"scope": "everything"}, 400),
        ({"scope": ["tenant"]}, 400),
        ({"mode": "both"}, 400),
        ({"mode": []}, 400),
        ({"twoPerson": "yes"}, 400),
        ({"two_person": True}, 400),
        ([], 400),
    ],
)
def test_a_wrong_question_starts_nothing(acme: Served, body: Any, status: int) -> None:
    assert acme.post(REVIEWS, body, as_="olga").status_code == status
    assert not Job.objects.exists()


# --- who may ---


def test_ordinary_callers_learn_and_do_nothing(acme: Served) -> None:
    review = started(acme)
    for answer in (
        acme.post(REVIEWS, {}, as_="ana"),
        acme.get(REVIEWS, as_="ana"),
        acme.get(review, as_="ana"),
        acme.get(f"{REVIEWS}/{uuid.uuid4()}", as_="ana"),
        acme.get(f"{review}/rows", as_="ana"),
        acme.get(f"{review}/download", as_="ana"),
        acme.get(f"{review}/evidence", as_="ana"),
        acme.post(f"{review}/cancel", b"", as_="ana"),
        decide(acme, review, "u0p0", as_="ana", decision="keep"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert acme.get(review).status_code == 401


def test_reviews_of_another_tenant_are_not_there(acme: Served) -> None:
    review = started(acme)
    Review.objects.update(tenant="other")
    assert acme.get(REVIEWS, as_="olga").json() == {"reviews": []}
    for answer in (
        acme.get(review, as_="olga"),
        acme.get(f"{review}/rows", as_="olga"),
        acme.get(f"{review}/download", as_="olga"),
        acme.get(f"{review}/evidence", as_="olga"),
        acme.post(f"{review}/cancel", b"", as_="olga"),
        decide(acme, review, "u0p0", decision="keep"),
    ):
        assert answer.status_code == 404


def test_staff_need_the_permission_to_export(serve: Serve) -> None:
    user = User.objects.create(username="stella", is_staff=True)
    stella = world.person("stella", id=str(user.pk), may_view_any_access=True)
    served = serve([*PEOPLE, stella], DOCUMENTS)
    review = started(served)
    assert served.get(f"{review}/rows", as_="stella").status_code == 200
    for address in ("download", "evidence"):
        assert served.get(f"{review}/{address}", as_="stella").status_code == 403
    assert served.post(REVIEWS, {}, as_="stella").status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="export"))
    assert served.get(f"{review}/download", as_="stella").status_code == 200


def test_everything_that_tells_of_people_is_on_the_record(acme: Served) -> None:
    review = started(acme)
    rows_of(acme, review)
    decide(acme, review, "u2p0", decision="keep")
    acme.get(f"{review}/download?format=xlsx", as_="otto")
    acme.get(f"{review}/evidence", as_="otto")
    told = [(each.actor_username, each.action) for each in AccessAudit.objects.order_by("id")]
    assert told == [
        ("olga", "review"),
        ("olga", "review rows"),
        ("olga", "review decision"),
        ("otto", "review download"),
        ("otto", "review evidence"),
    ]
    assert AccessAudit.objects.get(action="review download").detail["format"] == "xlsx"


# --- decisions ---


def test_a_decision_stands_beside_its_row(acme: Served) -> None:
    review = started(acme)
    row = rows_of(acme, review)[1]
    answer = decide(acme, review, row["row"], decision="revoke", comment="left the project")
    assert answer.status_code == 200
    outcome = rows_of(acme, review)[1]["outcome"]
    assert outcome == answer.json()["outcome"]
    assert (outcome["decision"], outcome["by"], outcome["comment"]) == ("revoke", "olga", "left the project")
    assert (outcome["final"], outcome["confirmedBy"]) == (True, None)
    decide(acme, review, row["row"], as_="otto", decision="keep")
    assert rows_of(acme, review)[1]["outcome"]["by"] == "otto"
    assert ReviewVote.objects.count() == 2


def test_nobody_reviews_their_own_access(acme: Served) -> None:
    review = started(acme)
    own = next(row["row"] for row in rows_of(acme, review) if row["username"] == "olga")
    assert decide(acme, review, own, decision="keep").status_code == 403
    assert decide(acme, review, own, as_="otto", decision="keep").status_code == 200


def test_two_different_people_make_a_decision_final(acme: Served) -> None:
    review = started(acme, twoPerson=True)
    said = [
        decide(acme, review, "u2p0", as_=name, decision=decision).json()["outcome"]
        for name, decision in [
            ("olga", "revoke"),
            ("olga", "revoke"),
            ("otto", "keep"),
            ("olga", "revoke"),
            ("ola", "revoke"),
        ]
    ]
    assert [(each["decision"], each["by"], each["final"], each["confirmedBy"]) for each in said] == [
        ("revoke", "olga", False, None),
        ("revoke", "olga", False, None),
        ("keep", "otto", False, None),
        ("revoke", "olga", False, None),
        ("revoke", "olga", True, "ola"),
    ]


@pytest.mark.parametrize("row", ["u1p0", "u99p0", "u0p9", "u00p0", "u-1p0", "x", "u0p0x", "u9999999999p0"])
def test_there_are_no_decisions_on_rows_that_are_not_there(acme: Served, row: str) -> None:
    assert decide(acme, started(acme), row, decision="keep").status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"decision": "maybe"}, {"decision": ["keep"]}, {"decision": "keep", "comment": 7},
     {"decision": "keep", "comment": "x" * 2_001}, {"decision": "keep", "comment": "\0"}, {"decision": "keep", "by": "ana"}],
)  # fmt: skip
def test_a_wrong_decision_is_none(acme: Served, body: Any) -> None:
    review = started(acme)
    assert acme.post(f"{review}/rows/u2p0/decision", body, as_="olga").status_code == 400
    assert not ReviewVote.objects.exists()


# --- files ---

HOSTILE = ["=1+1", "+a", "-a", "@a", "\ta", '"=1"', " '=x", "'quoted", 'a"b,c', "a\r\nb", "<c>&amp;", "_x0041_",
           "\ufeff=x", "\uff1dx", "zo\u00eb\u202e", "a\x07b", "plain"]  # fmt: skip


@pytest.fixture
def hostile(serve: Serve) -> Served:
    """Users, groups and purposes whose names would like to be something else."""
    purposes = [world.purpose(name) for name in HOSTILE]
    policies = [
        world.policy(name, on=on, groups=[name], users=["plain"])
        for name, on in zip(HOSTILE, purposes, strict=True)
    ]
    people = [world.person(name, name) for name in HOSTILE]
    return serve([*people, *AUDITORS], [*purposes, *policies])


def content(served: Served, address: str) -> bytes:
    answer = served.get(address, as_="olga")
    assert answer.status_code == 200, answer.content
    return answer.getvalue()


def as_cells(row: dict[str, Any]) -> list[str]:
    """What a row says, as the first six columns of a table."""
    via = "; ".join(
        f"{each['via']}: {each['name']}" if "name" in each else each["via"] for each in row["via"]
    )
    enabled = "yes" if row["enabled"] else "no"
    return [row["username"], enabled, row["row"], row["purpose"], row["purposeName"], via]


def test_csv_runs_nothing_and_loses_nothing(hostile: Served) -> None:
    review = started(hostile)
    comment = "=HYPERLINK(0)\n-x"
    rows = rows_of(hostile, review)
    decide(hostile, review, rows[3]["row"], decision="revoke", comment=comment)
    raw = content(hostile, f"{review}/download").decode()
    assert raw.endswith("\r\n")
    table = list(csv.reader(io.StringIO(raw, newline=""), strict=True))
    assert len(table) == 1 + len(rows)
    for cell in (cell for line in table for cell in line):
        assert not re.match(r"""["'\s\ufeff]*[=+\-@\t\r\n\0\uff1d]""", cell) or cell.startswith("'")
    restored = [[cell.removeprefix("'") for cell in line] for line in table[1:]]
    assert [line[:6] for line in restored] == [as_cells(row) for row in rows]
    assert restored[3][6:9] == ["revoke", "yes", "olga"]
    assert restored[3][11] == comment
    assert restored[4][6:] == [""] * 6


@pytest.mark.parametrize("rows_of_a_sheet", [1_048_576, 8])
def test_a_workbook_has_every_row_as_text_in_as_many_sheets_as_it_takes(
    hostile: Served, monkeypatch: pytest.MonkeyPatch, rows_of_a_sheet: int
) -> None:
    monkeypatch.setattr(workbook, "ROWS_OF_A_SHEET", rows_of_a_sheet)
    review = started(hostile)
    rows = rows_of(hostile, review)
    book = load_workbook(io.BytesIO(content(hostile, f"{review}/download?format=xlsx")))
    cells = [
        [unescape(cell.value or "") for cell in row]
        for sheet in book
        for row in sheet.iter_rows(min_row=2, max_col=6)
    ]
    assert cells == [as_cells(row) for row in rows]
    assert {sheet["A1"].value for sheet in book} == {"username"}
    assert len(book.sheetnames) == (1 if rows_of_a_sheet > 8 else 5)
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n", "inlineStr"}


def test_an_empty_review_is_an_empty_table(serve: Serve) -> None:
    served = serve(PEOPLE)
    review = started(served)
    assert content(served, f"{review}/download").count(b"\r\n") == 1
    book = load_workbook(io.BytesIO(content(served, f"{review}/download?format=xlsx")))
    assert [len(list(sheet.iter_rows())) for sheet in book] == [1]


def test_json_lines_say_whether_they_are_whole(hostile: Served) -> None:
    review = started(hostile)
    raw = content(hostile, f"{review}/download?format=jsonl")
    header, *rows, trailer = map(json.loads, raw.splitlines())
    assert (header["type"], header["rows"], header["mode"]) == ("header", len(rows), "effective")
    assert rows == rows_of(hostile, review)
    before = raw[: raw.rindex(b"\n", 0, -1) + 1]
    assert trailer == {
        "type": "trailer",
        "rows": len(rows),
        "sha256": hashlib.sha256(before).hexdigest(),
        "complete": True,
    }
    for cut in range(0, len(raw) - 2, 97):
        last = raw[:cut].rpartition(b"\n")[2] or raw[:cut].splitlines()[-1:] or b""
        assert b'"complete":true' not in (last if isinstance(last, bytes) else last[0])


def test_the_name_of_a_file_is_ours(hostile: Served) -> None:
    review = started(hostile, scope={"group": 'a"b,c'})
    for query, ending in (("download?format=jsonl", "jsonl"), ("evidence", "zip")):
        answer = hostile.get(f"{review}/{query}", as_="olga")
        name = r'attachment; filename="access-review-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.' + ending + '"'
        assert re.fullmatch(name, answer["Content-Disposition"])
        assert answer["Cache-Control"] == "no-store"


# --- evidence ---


@pytest.fixture
def bundle(hostile: Served, tmp_path: Path) -> Path:
    review = started(hostile, twoPerson=True)
    rows = rows_of(hostile, review)
    decide(hostile, review, rows[0]["row"], decision="keep")
    decide(hostile, review, rows[0]["row"], as_="otto", decision="keep", comment="seen")
    path = tmp_path / "evidence.zip"
    path.write_bytes(content(hostile, f"{review}/evidence"))
    return path


def test_evidence_verifies_offline(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(verify.problems(str(bundle))) == []
    assert verify.main([str(bundle)]) == 0
    assert verify.fingerprint(str(bundle)) in capsys.readouterr().out
    with zipfile.ZipFile(bundle) as files:
        manifest = json.loads(files.read("manifest.json"))
        votes = [json.loads(line) for line in files.read("votes.jsonl").splitlines()]
    assert (manifest["rows"], manifest["twoPerson"], manifest["made"]["by"]) == (33, True, "olga")
    assert [(vote["by"], vote["comment"]) for vote in votes] == [("olga", ""), ("otto", "seen")]


def test_evidence_is_of_the_moment_in_which_it_was_asked_for(acme: Served, tmp_path: Path) -> None:
    review = started(acme)
    decide(acme, review, "u2p0", decision="keep")
    chunks = iter(acme.get(f"{review}/evidence", as_="olga").streaming_content)
    begun = next(chunks)
    decide(acme, review, "u2p0", decision="revoke")
    path = tmp_path / "evidence.zip"
    path.write_bytes(begun + b"".join(chunks))
    assert list(verify.problems(str(path))) == []
    with zipfile.ZipFile(path) as files:
        assert [json.loads(line)["decision"] for line in files.read("votes.jsonl").splitlines()] == ["keep"]
        assert b"revoke" not in files.read("rows.jsonl")


def repacked(bundle: Path, change: Any) -> Path:
    """The bundle with its files as `change` returns them, every checksum of the archive itself made right again."""
    with zipfile.ZipFile(bundle) as files:
        contents = change({name: files.read(name) for name in files.namelist()})
    other = bundle.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as files:
        for name, text in contents.items():
            files.writestr(name, text)
    return other


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda files: {**files, "rows.jsonl": files["rows.jsonl"].replace(b'"plain"', b'"other"', 1)}, "rows.jsonl: lines"),
        (lambda files: {**files, "rows.jsonl": files["rows.jsonl"].replace(b"true", b"fals", 1)}, "rows.jsonl: lines"),
        (lambda files: {**files, "votes.jsonl": files["votes.jsonl"].replace(b"keep", b"revoke")}, "votes.jsonl: lines"),
        (lambda files: {**files, "votes.jsonl": files["votes.jsonl"] + b"{}\n"}, "there are lines behind line 2"),
        (lambda files: {**files, "votes.jsonl": b""}, "votes.jsonl: lines"),
        (lambda files: {**files, "more.txt": b""}, "it has the files"),
        (lambda files: {name: text for name, text in files.items() if name != "votes.jsonl"}, "it has the files"),
        (lambda files: {**files, "manifest.json": files["manifest.json"].replace(b'"rows": 33', b'"rows": 32')}, "33 rows"),
        (lambda files: {**files, "manifest.json": b"{}"}, "cannot be read"),
    ],
)  # fmt: skip
def test_whoever_changes_evidence_is_found_out(bundle: Path, change: Any, told: str) -> None:
    found = list(verify.problems(str(repacked(bundle, change))))
    assert any(told in each for each in found), found


def test_any_damaged_byte_is_found(bundle: Path) -> None:
    raw = bundle.read_bytes()
    with zipfile.ZipFile(bundle) as files:
        rows = files.getinfo("rows.jsonl")
    for place in range(100, rows.compress_size, 101):
        bundle.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        assert list(verify.problems(str(bundle)))


def test_a_bundle_cut_short_is_no_bundle(bundle: Path) -> None:
    raw = bundle.read_bytes()
    bundle.write_bytes(raw[: len(raw) // 2])
    assert verify.main([str(bundle)]) == 1


# --- workers ---


def test_a_worker_that_was_replaced_writes_nothing(acme: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = acme.post(REVIEWS, {}, as_="olga")
    job = claim(uuid.UUID(asked.json()["job"]["id"]))
    assert job is not None
    progress = Progress(job)
    Job.objects.filter(pk=job.pk).update(beat="2000-01-01T00:00:00Z")
    run(job.pk)
    taken = Review.objects.get().taking
    Review.objects.update(taking=None, frozen=None)
    with pytest.raises(Superseded):
        take_review(job, progress)
    assert Review.objects.get().taking is None
    Review.objects.update(taking=taken)
    assert len(rows_of(acme, asked["Location"])) == 4


class Interrupting(MemoryDirectory):
    """Lets a test step in while people are read."""

    before_reading: Callable[[], object] = staticmethod(lambda: None)

    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        self.before_reading()
        return super().members(after, limit=limit)


def test_cancelled_half_way_it_leaves_nothing_and_is_taken_anew(serve: Serve) -> None:
    directory = Interrupting(PEOPLE)
    served = serve(PEOPLE, DOCUMENTS, directory=directory)
    asked = served.post(REVIEWS, {}, as_="olga")
    directory.before_reading = lambda: served.post(f"{asked['Location']}/cancel", b"", as_="olga")
    run(uuid.UUID(asked.json()["job"]["id"]))
    assert served.get(asked["Location"], as_="olga").json()["state"] == "cancelled"
    assert not ReviewedPurpose.objects.exists()
    directory.before_reading = lambda: None
    assert started(served) == asked["Location"]
    assert len(rows_of(served, asked["Location"])) == 4


def test_what_a_killed_worker_left_is_in_nobodys_way(acme: Served) -> None:
    asked = acme.post(REVIEWS, {}, as_="olga")
    left = FreezingReview(Review.objects.get())
    left.people(Texts(["ana"]), FrozenBitMap())
    left.purposes([domain.ReviewedPurpose(0, "p", "Half", (domain.Way(Via.USER, "", FrozenBitMap([0])),))])
    run(uuid.UUID(asked.json()["job"]["id"]))
    assert len(rows_of(acme, asked["Location"])) == 4
    assert not ReviewedPurpose.objects.filter(taking=left.taking).exists()


def test_names_that_no_database_stores_are_kept_as_far_as_it_can(serve: Serve) -> None:
    odd = world.purpose("odd", displayName="odd\0\ud800")
    served = serve(PEOPLE, [odd, world.policy("read", on=odd, users=["ana"])])
    (row,) = rows_of(served, started(served))
    assert row["purposeName"] == "odd\ufffd\ufffd"
