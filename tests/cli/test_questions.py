"""`manage.py access`: the API's answers at a terminal, live and from an export; exit codes; the audit trail."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from purposeapp.demo import company
from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.models import AccessAudit, Purpose
from tests.cli.conftest import AUDITOR, Acme, access, answer

PRIYA = "priya.nair"
CHANGES = [
    {"op": "remove_group", "username": PRIYA, "name": "engineering"},
    {"op": "add_group", "username": PRIYA, "name": "/finance"},
]


def guid(name: str) -> str:
    return Purpose.objects.get(name=name).guid


def alike(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Equal but for when people were counted and whose cursor it is."""
    assert bool(ours.get("next")) == bool(theirs.get("next"))
    for body in (ours, theirs):
        body.pop("asOf", None)
        body.pop("next", None)
    assert ours == theirs


@pytest.mark.parametrize("mode", ["listed", "effective"])
def test_json_is_the_answer_of_the_api(acme: Acme, mode: str, tmp_path: Path) -> None:
    data_quality, meta = guid("Data Quality"), "/api/meta"
    mode_of = ("--mode", mode)
    alike(
        answer("list", PRIYA, "--reasons", "--limit", 3, *mode_of),
        acme.get(f"{meta}/purposes/accessible?username={PRIYA}&include=reasons&limit=3&mode={mode}"),
    )
    alike(
        answer("list", PRIYA, "--personas", "--group", "science", *mode_of),
        acme.get(f"{meta}/personas/accessible?username={PRIYA}&groups=science&mode={mode}"),
    )
    alike(
        answer("explain", PRIYA, data_quality, "--at", "2026-06-15T12:00:00Z"),
        acme.get(f"{meta}/access/explain?username={PRIYA}&purpose={data_quality}&at=2026-06-15T12:00:00Z"),
    )
    for expand in ("users", "groups"):
        alike(
            answer(
                "who", "Data Quality", "--limit", 2, *mode_of, *(["--groups"] if expand == "groups" else [])
            ),
            acme.get(f"{meta}/purposes/{data_quality}/subjects?limit=2&expand={expand}&mode={mode}"),
        )
    alike(
        answer("compare", PRIYA, AUDITOR, *mode_of),
        acme.get(f"{meta}/access/compare?left={PRIYA}&right={AUDITOR}&mode={mode}"),
    )
    alike(
        answer("findings", "--limit", 0, "--kind", "orphan", "--kind", "dead"),
        acme.get(f"{meta}/access/findings?limit=500&kind=orphan,dead"),
    )
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps(CHANGES))
    alike(
        answer("simulate", changes, *mode_of),
        acme.post(f"{meta}/access/simulate", {"changes": CHANGES, "mode": mode}),
    )


def test_an_export_answers_as_the_tenant_did(acme: Acme, exported: Path, tmp_path: Path) -> None:
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps({"changes": CHANGES}))
    people = [person.username for person in company().people]
    questions: list[tuple[object, ...]] = [
        ("explain", PRIYA, "Payroll"),
        ("explain", PRIYA, "Data Engineer", "--persona"),
        ("who", "Data Quality", "--mode", "listed"),
        ("compare", PRIYA, AUDITOR),
        ("simulate", changes),
        ("findings", "--limit", 0),
        *(
            ("list", name, "--reasons", "--limit", 0, *what)
            for name in people
            for what in ((), ("--personas",))
        ),
    ]
    for question in questions:
        live, offline = answer(*question), answer(*question, "--snapshot", exported)
        alike(offline, live)


def test_an_export_needs_no_database_and_leaves_no_trace(
    acme: Acme, exported: Path, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert access("list", PRIYA, "--snapshot", exported).code == 0
        assert access("who", "Payroll", "--snapshot", exported).code == 0


def test_an_export_is_for_its_owner_only_and_whole_or_refused(
    acme: Acme, exported: Path, tmp_path: Path
) -> None:
    assert exported.stat().st_mode & 0o777 == 0o600
    text = gzip.decompress(exported.read_bytes())
    lines = text.splitlines(keepends=True)
    for wrong, why in (
        (exported.read_bytes()[:-100], "was cut"),
        (gzip.compress(b"".join(lines[:-1])), "was cut"),
        (gzip.compress(b"".join(lines[:5] + lines[6:])), "was cut"),
        (gzip.compress(text.replace(b'"access-export":1', b'"access-export":2')), "version 2"),
        (gzip.compress(b"".join(lines[:3]) + b'["group",{"id":1}]\n'), "line 4"),
        (gzip.compress(b'{"hello":"world"}\n'), "no export"),
        (b"not even gzip", "no export"),
    ):
        spoilt = tmp_path / "spoilt.gz"
        spoilt.write_bytes(wrong)
        said = access("list", PRIYA, "--snapshot", spoilt)
        assert said.code == 2
        assert why in said.out


def test_a_failing_source_leaves_the_old_export_as_it_is(
    acme: Acme, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exported.read_bytes()

    def fail(*_arguments: object, **_options: object) -> None:
        raise DirectoryUnavailable

    monkeypatch.setattr(DjangoDirectory, "members", fail)
    said = access("export-snapshot", exported)
    assert (said.code, "not “no access”" in said.out) == (3, True)
    assert exported.read_bytes() == before
    assert list(exported.parent.iterdir()) == [exported]


def test_exit_codes_tell_access_no_access_and_no_such_question(acme: Acme) -> None:
    assert access("explain", PRIYA, "Data Quality").code == 0
    assert access("explain", PRIYA, "Payroll").code == 1
    assert access("list", "nobody.here").code == 2
    assert (
        access("explain", PRIYA, "Data Qualty").out
        == "There is no purpose 'Data Qualty'; did you mean 'Data Quality'?"
    )
    for wrong in (("list",), ("list", PRIYA, "--limit", "-1"), ("list", PRIYA, "--at", "noon"), ("what",)):
        assert access(*wrong).code != 0
    said = access("list", PRIYA, "--tenant", "elsewhere")
    assert (said.code, said.out) == (2, "There is no active tenant 'elsewhere'; there are: default")
    assert access("list", PRIYA, "--cursor", "forged").code == 2
    assert access("simulate", "/not/there.json").code == 2


def test_could_not_tell_is_not_no_access(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise DirectoryUnavailable

    monkeypatch.setattr(DjangoDirectory, "by_username", fail)
    assert access("explain", PRIYA, "Data Quality").code == 3


def test_a_mistake_of_ours_is_not_no_access(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(DjangoDirectory, "by_username", fail)
    assert access("explain", PRIYA, "Data Quality").code == 3


def test_pages_go_on_where_the_last_one_ended(acme: Acme) -> None:
    every = [each["id"] for each in answer("who", "Open Data", "--limit", 0)["subjects"]]
    found, cursor = list[str](), ()
    while True:
        page = answer("who", "Open Data", "--limit", 20, *cursor)
        found += [each["id"] for each in page["subjects"]]
        if page["next"] is None:
            break
        cursor = ("--cursor", page["next"])
    assert found == every
    assert len(every) > 40


def test_lines_end_with_how_many_there_were(acme: Acme) -> None:
    lines = [json.loads(line) for line in access("who", "Open Data", "--limit", 0, "--ndjson").lines]
    assert lines[-1] == {"type": "end", "total": len(lines) - 1, "revision": "0.0"}
    assert lines[:-1] == answer("who", "Open Data", "--limit", 0)["subjects"]
    purposes = [json.loads(line) for line in access("list", PRIYA, "--ndjson").lines]
    assert purposes[:-1] == answer("list", PRIYA)["purposes"]


def test_what_is_simulated_is_told_of_purposes_and_personas(acme: Acme, tmp_path: Path) -> None:
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps(CHANGES))
    lines = access("simulate", changes).out.splitlines()
    assert f"lost    {PRIYA}  Data Quality" in lines
    assert f"lost  {PRIYA}  Data Engineer" in lines
    assert lines[-2:] == ["1 gained, 3 lost: 1 user, 4 purposes", "Personas: 0 gained, 1 lost"]


def test_every_look_is_recorded_with_the_account_that_asked(acme: Acme, tmp_path: Path) -> None:
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps(CHANGES))
    access("list", PRIYA.upper())
    access("explain", PRIYA, "Payroll")
    access("compare", PRIYA, AUDITOR)
    access("who", "Payroll")
    access("findings")
    access("simulate", changes)
    access("export-snapshot", tmp_path / "out.gz")
    access("list", "nobody.here")
    looks = AccessAudit.objects.order_by("id").values_list("action", "subject_username")
    assert list(looks) == [
        ("purposes", PRIYA),
        ("explain", PRIYA),
        ("compare", PRIYA),
        ("compare", AUDITOR),
        ("subjects", ""),
        ("findings", ""),
        ("simulate", ""),
        ("export", ""),
        ("purposes", "nobody.here"),
    ]
    entry = AccessAudit.objects.earliest("id")
    assert entry.actor_id == f"uid:{os.getuid()}"
    assert entry.actor_username.startswith("cli:")


def test_who_asks_is_not_for_the_environment_to_say(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    access("list", PRIYA)
    assert AccessAudit.objects.get().actor_username != "cli:somebody-else"


def test_text_says_it_in_words(acme: Acme) -> None:
    said = access("explain", PRIYA, "data quality").lines
    assert said[0] == "priya.nair sees the purpose “Data Quality”."
    assert "  user priya.nair → group /data/engineering → policy Readers look → purpose Data Quality" in said
    assert access("list", PRIYA).lines[-1] == "6 of 6 purposes (effective)"
    assert "More: --cursor" in access("list", PRIYA, "--limit", 2).lines[-1]
    compared = access("compare", PRIYA, AUDITOR).lines
    assert compared[0].split() == ["PURPOSE", PRIYA, AUDITOR]
    assert access("who", "Data Quality", "--groups").lines[0].split() == ["TYPE", "NAME", "MEMBERS", "SEEING"]
