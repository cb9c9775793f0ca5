"""The checker of freshness finds what it looks for: answers that are too old or never were true, and how late changes are."""

from random import Random

import pytest

from bench.freshness.changes import Documents, Members
from bench.freshness.company import Edit, History, Version
from bench.freshness.judging import Judge
from bench.freshness.watching import EFFECTIVE, KINDS, LISTED, WHOAMI, Question, Seen
from bench.sizes import SIZES
from bench.world import World

WORLD = World(SIZES["XS"])
USERS = WORLD.people.sample(4)
QUESTIONS = [Question(kind, user.username) for kind in KINDS for user in USERS]
ALWAYS = float("-inf")


def a_version(number, state):
    """Versions follow every ten seconds, and take a tenth of one to be written."""
    return Version(10.0 * number, 10.0 * number + 0.1, state) if number else Version(ALWAYS, ALWAYS, state)


@pytest.fixture
def histories():
    """Forty changes of the policies, none of the people."""
    documents = Documents(WORLD, [user.username for user in USERS], Random(1))
    nothing = next(iter(documents.held.values()))
    edits = [Edit("", nothing["__guid"], nothing), *(documents.change() for _ in range(40))]
    people = Members(WORLD, USERS, Random(1))
    return (
        History([a_version(number, edit) for number, edit in enumerate(edits)]),
        History([a_version(0, people.realm)]),
    )


def a_judge(histories):
    return Judge(WORLD.documents(), *histories)


def telling(histories):
    """A question, and the number of a change that makes its answer another one."""
    judge = a_judge(histories)
    for number in range(1, len(histories[0].versions)):
        for question in QUESTIONS:
            if judge.right((number - 1, 0), question) != judge.right((number, 0), question):
                return (
                    question,
                    number,
                    judge.right((number - 1, 0), question),
                    judge.right((number, 0), question),
                )
    raise AssertionError("nothing was changed that shows")


def test_an_answer_is_right_until_the_promise_is_over_and_wrong_after_it(histories):
    question, number, before, after = telling(histories)
    written = 10.0 * number + 0.1
    answers = [
        Seen(0, question, written + 1.0, written + 1.1, before),
        Seen(0, question, written + 1.5, written + 1.6, after),
        Seen(0, question, written + 3.0, written + 3.1, before),
        Seen(0, question, written + 3.2, written + 3.3, None),
    ]
    verdict = a_judge(histories).judge(answers)
    assert (verdict.answers, verdict.wrong, verdict.never_true, verdict.unavailable) == (3, 1, 0, 1)
    assert verdict.late == [pytest.approx(1.0)]
    assert verdict.oldest == pytest.approx(1.0)


def test_what_was_never_true_is_told_from_what_is_late(histories):
    question, number, before, _ = telling(histories)
    invented = (before[0] + 1, before[1])
    verdict = a_judge(histories).judge([Seen(0, question, 10.0 * number, 10.0 * number + 0.2, invented)])
    assert (verdict.never_true, verdict.late) == (1, [])


def test_the_future_is_not_known(histories):
    question, number, _, after = telling(histories)
    verdict = a_judge(histories).judge([Seen(0, question, 10.0 * number - 2, 10.0 * number - 1, after)])
    assert verdict.wrong == 1


def test_the_delay_of_a_change_counts_for_each_service_from_when_it_was_visible(histories):
    question, number, before, after = telling(histories)
    written = 10.0 * number + 0.1
    answers = [
        Seen(0, question, written + 0.1, written + 0.2, before),
        Seen(1, question, written + 0.2, written + 0.3, after),
        Seen(0, question, written + 0.5, written + 0.6, after),
        Seen(0, question, written + 0.7, written + 0.8, after),
    ]
    delays = a_judge(histories).judge(answers).delays
    assert [(each.service, round(each.seconds, 3)) for each in delays] == [(1, 0.3), (0, 0.6)]


def test_members_change_one_row_at_a_time_and_back():
    members = Members(WORLD, USERS, Random(3))
    rows = set()
    for _ in range(200):
        event = members.change()
        row = (event.table, event.values)
        if event.is_added:
            rows.add(row)
        else:
            rows.discard(row)
    user = members.realm.users[USERS[0].username]
    joined = {
        values[1] for table, values in rows if table == "user_group_membership" and values[0] == user.id
    }
    assert joined <= {members.realm.groups[number].id for number in user.groups}
    assert members.realm.groups != WORLD.people.groups
    assert set(KINDS) == {LISTED, EFFECTIVE, WHOAMI}
