"""What an explanation asks of the sources: a fixed number of questions, whatever there is to tell."""

from typing import Any

import pytest

from purposeapp.directory.base import Directory
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.discovery.asking import caller_as, whom
from purposeapp.discovery.explain import explain_purpose
from purposeapp.domain.model import Policy, PolicyType, Purpose
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from tests import world

AUDITOR = world.person("olga", roles=["access-auditor"])
GIVEN, REFUSED = Purpose("given", "Given"), Purpose("refused", "Refused")


class Asked:
    """A port that writes down which questions it was asked."""

    def __init__(self, port: Directory | PolicyIndex) -> None:
        self._port = port
        self.questions: list[str] = []

    def __getattr__(self, name: str) -> Any:
        answer = getattr(self._port, name)

        def asked(*args: Any, **kwargs: Any) -> Any:
            self.questions.append(name)
            return answer(*args, **kwargs)

        return asked


def policies(count: int) -> list[Policy]:
    """So many on each of the two purposes."""
    return [
        Policy(f"{on} {number}", "", PolicyType.ALLOW, purpose_guid=on, groups=groups, actions=frozenset({"select"}))
        for on, groups in (("given", frozenset({"eng"})), ("refused", frozenset({"ops"})))
        for number in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(
    ("guid", "of_the_directory"),
    [("given", ["by_username"]), ("refused", ["by_username", "realm"])],
)
def test_the_directory_is_asked_who_and_what_could_be_given(
    size: int, guid: str, of_the_directory: list[str]
) -> None:
    people = [AUDITOR, *(world.person(f"user-{number}", "eng") for number in range(size))]
    index, directory = (
        Asked(MemoryPolicyIndex([GIVEN, REFUSED], policies(size))),
        Asked(MemoryDirectory(people)),
    )
    assert _is_visible(guid, index, directory) is (guid == "given")
    assert directory.questions == of_the_directory
    assert index.questions == ["snapshot", "purpose", "policies_of"]


def test_policies_with_a_snapshot_are_asked_nothing_at_all() -> None:
    source = Asked(MemoryPolicyIndex([GIVEN, REFUSED], policies(3)))
    index, directory = (
        SnapshotPolicyIndex(source, max_age=60.0),
        Asked(MemoryDirectory([AUDITOR, world.person("user-0", "eng")])),
    )
    index.refresh()
    source.questions.clear()
    assert _is_visible("given", index, directory)
    assert source.questions == []


def _is_visible(guid: str, index: Any, directory: Any) -> bool:
    """What the auditor is told of user-0."""
    asked = whom(
        caller_as(AUDITOR, auditor_role="access-auditor"),
        "user-0",
        None,
        directory=directory,
        record=lambda _caller, _username: None,
        refusal="",
    )
    return explain_purpose(asked, guid, policies=index, directory=directory, now=0.0, in_full=True).effective
