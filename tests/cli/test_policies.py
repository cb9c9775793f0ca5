"""`manage.py policies`: out and in again changes nothing; a dry run says what an import then does."""

import json
from pathlib import Path

import pytest

from purposeapp.models import AccessAudit, AuthPolicy
from purposeapp.policyindex.database import export_documents
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests.cli.conftest import Acme, answer, run
from tests.conftest import Serve


def exported(tmp_path: Path) -> Path:
    file = tmp_path / "policies.ndjson"
    file.write_text(run("policies", "export").out, encoding="utf-8")
    return file


def test_out_and_in_again_changes_nothing(acme: Acme, tmp_path: Path) -> None:
    before, file = list(export_documents("default")), exported(tmp_path)
    assert [json.loads(line) for line in file.read_text().splitlines()] == before
    said = run("policies", "import", file)
    assert (said.code, said.out.startswith("50 purposes")) == (0, True)
    assert list(export_documents("default")) == before


def test_what_was_lost_comes_back_with_its_purpose(acme: Acme, tmp_path: Path) -> None:
    file, seen = exported(tmp_path), answer("list", "priya.nair", "--reasons")
    AuthPolicy.objects.all().delete()
    assert answer("list", "priya.nair")["total"] == 0
    run("policies", "import", file)
    assert answer("list", "priya.nair", "--reasons") == seen


def test_a_dry_run_writes_nothing_and_says_what_the_import_does(acme: Acme, tmp_path: Path) -> None:
    policy = next(
        each
        for each in export_documents("default")
        if each["name"] == "Readers look" and "science" in each["policyGroups"]
    )
    file = tmp_path / "one.ndjson"
    file.write_text(json.dumps({**policy, "policyGroups": ["people"]}))
    before = list(export_documents("default"))
    said = json.loads(run("policies", "import", file, "--dry-run", "--limit", 0, "--json").out)
    assert list(export_documents("default")) == before
    assert said["totals"]["gained"] + said["totals"]["lost"] > 0
    purposes = {pair["purpose"] for side in ("gained", "lost") for pair in said[side]}
    seen = {guid: viewers(guid) for guid in purposes}
    run("policies", "import", file)
    for guid in purposes:
        gained, lost = (
            {pair["username"] for pair in said[side] if pair["purpose"] == guid}
            for side in ("gained", "lost")
        )
        assert viewers(guid) == (seen[guid] | gained) - lost


def viewers(guid: str) -> set[str]:
    return {each["id"] for each in answer("who", guid, "--limit", 0)["subjects"]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "line 1 is not JSON"),
        ('{"__typeName": "Purpose"}\n\n[1]', "line 3 is not a JSON object"),
        ('{"__typeName": "Purpose", "__state": "ACTIVE"}', "It has no __guid"),
        ('{"__typeName": "AuthPolicy", "__guid": "g", "policyPriority": "high"}', "not a number"),
    ],
)
@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_what_cannot_be_kept_is_refused_dry_or_not(
    db: None, tmp_path: Path, text: str, why: str, dry_run: list[str]
) -> None:
    file = tmp_path / "wrong.ndjson"
    file.write_text(text)
    said = run("policies", "import", file, *dry_run)
    assert said.code == 2
    assert why in said.out


def test_policies_of_atlas_are_left_to_atlas(serve: Serve) -> None:
    serve([], policies=MemoryPolicyIndex())
    for question in (["export"], ["import", "-"]):
        said = run("policies", *question)
        assert (said.code, "change them there" in said.out) == (2, True)


def test_imports_and_exports_are_on_the_record(acme: Acme, tmp_path: Path) -> None:
    run("policies", "import", exported(tmp_path))
    assert set(AccessAudit.objects.values_list("action", flat=True)) == {"export policies", "import policies"}
