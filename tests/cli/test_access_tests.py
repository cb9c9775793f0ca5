"""Access tests: what a file may say, what is a mistake, and what is reported."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from purposeapp.domain.errors import InvalidRequest
from purposeapp.management.access.expect.junit import junit
from purposeapp.management.access.expect.model import AccessTest, Form, People, Written
from purposeapp.management.access.expect.reading import read_tests
from purposeapp.management.access.expect.running import Result
from purposeapp.models import AccessAudit
from tests.cli.conftest import Acme, access, answer

DOCS = Path(__file__).parents[2] / "docs" / "access-tests.md"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "access-tests.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(tmp_path: Path, text: str) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as raised:
        read_tests(written(tmp_path, text))
    return {place.rpartition(":")[2]: what for place, what in raised.value.fields.items()}


def test_the_example_of_the_documentation_passes_live_and_offline(
    acme: Acme, exported: Path, tmp_path: Path
) -> None:
    (example,) = re.findall(
        r"^```yaml\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    file = written(tmp_path, example)
    for where in ((), ("--snapshot", exported)):
        said = access("test", file, *where)
        assert said.out == "7 passed, 0 failed\n"
        assert said.code == 0


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("{user: priya.nair, sees: Payroll}", "priya.nair does not see the purpose “Payroll”."),
        (
            "{user: priya.nair, sees not: Data Quality}",
            "The policy “Readers look” names the group “engineering”",
        ),
        ("{user: priya.nair, has: Pricing Analyst}", "does not have the persona “Pricing Analyst”"),
        ("{user: priya.nair, has not: Data Engineer}", "has the persona “Data Engineer”"),
        ("{user: priya.nair, sees: Data Quality, via: public}", "not via public"),
        ("{user: priya.nair, sees: Data Quality, via: {role: $member}}", "not via role $member"),
        ("{everyone: all, sees: Employee Directory}", "of them have no access to 'Employee Directory'"),
        ("{everyone: {role: $member}, sees: Payroll}", "of them have no access to 'Payroll'"),
        ("{nobody: {group: engineering}, sees: Data Quality}", "5 of them have access"),
        ("{nobody: all, has: Data Engineer}", "of them have access to 'Data Engineer'"),
        ("{nobody outside: {group: engineering}, sees: Data Quality}", "8 outside have access"),
        ("{only: {group: [engineering, finance]}, has: Data Engineer}", "of them have no access"),
    ],
)
def test_what_is_otherwise_fails_and_says_why(acme: Acme, tmp_path: Path, test: str, why: str) -> None:
    said = access("test", written(tmp_path, f"- {test}"))
    assert said.code == 1
    assert why in said.out
    assert said.lines[-1] == "0 passed, 1 failed"


def test_a_moment_settles_schedules(acme: Acme, exported: Path, tmp_path: Path) -> None:
    """Every test that names a moment is as the explanation of that moment."""
    for at in ("2020-01-01T00:00:00Z", "2026-06-15T12:00:00Z", "2099-01-01T00:00:00Z"):
        sees = access("explain", "priya.nair", "Open Data", "--at", at).code == 0
        file = written(
            tmp_path, f"- {{user: priya.nair, {'sees' if sees else 'sees not'}: Open Data, at: {at}}}"
        )
        assert access("test", file).code == 0
        assert access("test", file, "--snapshot", exported).code == 0


def test_unknown_names_are_mistakes_with_their_lines_and_what_may_be_meant(
    acme: Acme, tmp_path: Path
) -> None:
    file = written(
        tmp_path,
        "- user: priya.nari\n  sees:\n    - Data Qualty\n    - Payroll\n"
        "- everyone: {group: enginering,\n             role: $membr}\n  has: Data Enginer\n",
    )
    said = access("test", file)
    assert said.code == 2
    expected = [
        "access-tests.yaml has mistakes, so no test was run",
        "  access-tests.yaml:1: the directory knows no user 'priya.nari'; did you mean 'priya.nair'",
        "  access-tests.yaml:3: There is no purpose 'Data Qualty'; did you mean 'Data Quality'",
        "  access-tests.yaml:5: the directory knows no group 'enginering'; did you mean 'engineering'",
        "  access-tests.yaml:6: the directory knows no role '$membr'; did you mean '$member'",
        "  access-tests.yaml:7: There is no persona 'Data Enginer'; did you mean 'Data Engineer'",
    ]
    assert len(said.lines) == len(expected)
    assert all(line.startswith(told) for line, told in zip(said.lines, expected, strict=True))
    assert not AccessAudit.objects.filter(action="test").exists()


def test_names_are_looked_up_once_every_test_can_be_read(acme: Acme, tmp_path: Path) -> None:
    unknown, unreadable = "- {user: nobody, sees: Nothing}\n", "- {usr: ana, sees: [], mode: none}\n"
    said = access("test", written(tmp_path, unknown + unreadable * 2))
    assert said.code == 2
    assert [line.split()[0] for line in said.lines[1:]] == ["access-tests.yaml:2:", "access-tests.yaml:3:"]
    assert "unknown key 'usr'" in said.lines[1]
    said = access("test", written(tmp_path, unknown))
    assert "no user 'nobody'" in said.out
    assert "no purpose 'Nothing'" in said.out


def test_every_mistake_is_told_by_its_line(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        "- {usr: ana, sees: p}\n"
        "- {user: ana}\n"
        "- {sees: p}\n"
        "- {user: ana, only: all, sees: p}\n"
        "- {only: all, sees not: p}\n"
        "- {user: ana, sees: p, mode: efective}\n"
        "- {user: ana, sees: p, at: noon}\n"
        "- {user: ana, sees: p, via: luck}\n"
        "- {nobody outside: all, sees: p}\n"
        "- {everyone: {}, sees: p}\n"
        "- {user: [ana], sees: p}\n"
        "- {user: ana, sees: []}\n"
        "- {user: ana, user: bo, sees: p}\n"
        "- just words\n"
        "- {user: '', sees: p}\n",
    )
    assert list(found) == [str(line) for line in range(1, 16)]
    assert found["1"] == "unknown key 'usr'; did you mean 'user'?"
    assert "exactly one of user, everyone" in found["3"]
    assert "goes with 'user' only" in found["5"]
    assert "mode must be one of" in found["6"]
    assert "twice" in found["13"]


@pytest.mark.parametrize(
    "text", ["", "a: b", "- [", "\x00", "- *nowhere", "- {user: ana, sees: !!python/name:os.system p}\n- 1"]
)
def test_what_is_no_list_of_tests_is_refused(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text)


def test_values_are_taken_as_they_are_written(tmp_path: Path) -> None:
    (test,) = read_tests(written(tmp_path, "- {user: 007, sees: [no, 2026-01-01, 1e3]}"))
    assert test.people.users == (Written("007", 1),)
    assert [thing.name.text for thing in test.things] == ["no", "2026-01-01", "1e3"]


def test_a_run_is_recorded_with_the_users_it_was_about(acme: Acme, exported: Path, tmp_path: Path) -> None:
    file = written(
        tmp_path, "- {user: PRIYA.nair, sees: Open Data}\n- {nobody: {group: science}, sees: Payroll}\n"
    )
    before = AccessAudit.objects.count()
    access("test", file, "--snapshot", exported)
    assert AccessAudit.objects.count() == before
    access("test", file)
    looks = AccessAudit.objects.filter(action="test").values_list("subject_username", flat=True)
    assert sorted(looks) == ["", "priya.nair"]


def test_programs_get_json_and_junit(acme: Acme, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "- {user: priya.nair, sees: Open Data}\n- {name: 'a <b> & \"c\"', user: priya.nair, sees: Payroll}\n",
    )
    body = answer("test", file, "--junit", tmp_path / "out.xml")
    assert (body["tests"], body["failed"]) == (2, 1)
    assert [each["passed"] for each in body["results"]] == [True, False]
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    passed, failed = suite
    assert (passed.get("name"), passed.get("line"), len(passed)) == ("user: Open Data", "1", 0)
    assert failed.get("name") == 'a <b> & "c"'
    assert "does not see" in str(failed[0].get("message"))


def test_junit_is_xml_whatever_the_names_hold() -> None:
    name = "]]>\x00\x1b[2J\ud800\ufffe\n<&\u202e"
    test = AccessTest(name, 1, Form.USER, People(), ())
    parsed = ElementTree.fromstring(junit([Result(test, (name,), 0.0)], name))
    assert str(parsed[0][0].get("name")).startswith("]]>")
    assert "<&" in str(parsed[0][0][0].text)
