"""The edge answers as Django does, to the byte, or leaves the request to it."""

import gc
import json
import math
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from purposeapp import wiring
from purposeapp.api.answers import Answer
from purposeapp.discovery.freshness import Consistency
from purposeapp.discovery.written import WRITERS
from purposeapp.domain.model import Mode, Person
from purposeapp.domain.revision import Revision
from purposeapp.domain.snapshot import Change, Seen
from purposeapp.edge.callers import KnownCaller
from purposeapp.edge.given import OVERHEAD, GivenAnswers, Question
from purposeapp.edge.given import Given as AnswerGiven
from purposeapp.edge.reads import READS, Asking
from purposeapp.edge.request import Request
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from purposeapp.tokens.issuer import LocalIssuer
from purposeapp.tokens.jwks import StaticKeys
from purposeapp.tokens.verify import TrustedIssuer
from tests.api.asgi import Answered, Both
from tests.conftest import AUDIENCE, Serve, Served
from tests.world import person, policy, purpose, schedule

ANA = person("ana", "eng", "ops", roles=["analyst"])
EVA = replace(person("eva"), enabled=False)
OTTO = person("otto", "audit", roles=["access-auditor"])
PURPOSES = [purpose(f"Purpose {number:03}", description="für Zoë") for number in range(120)]
DOCUMENTS = [
    *PURPOSES,
    *(policy(f"read {each['name']}", on=each, groups=["eng"]) for each in PURPOSES),
    policy("no more", on=PURPOSES[7], groups=["eng"], policyType="deny"),
    policy("for ops", on=PURPOSES[3], groups=["ops"]),
]
WHOAMI, SHORT = "/api/service/whoami", "/whoami"
ACCESSIBLE = "/api/meta/purposes/accessible"
FLAT, HEADER = "/api/meta/purposes/user", "/api/atlas/v2/purposes/user"


def fresh(documents: Any = DOCUMENTS, max_age: float = math.inf) -> SnapshotPolicyIndex:
    index = SnapshotPolicyIndex(MemoryPolicyIndex.from_documents(documents), max_age=max_age, writers=WRITERS)
    index.refresh()
    return index


def question(username: str = "ana", **more: Any) -> bytes:
    return json.dumps({"username": username, "groups": ["eng", "ops"], **more}).encode()


class World:
    """A tenant whose people are known already, asked through both."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.both = Both()
        self.tokens = {name: served.token(name) for name in served.people}
        for token in self.tokens.values():
            self.both.ask_django("GET", WHOAMI, headers=bearer(token))

    def compare(
        self, method: str, target: str, body: bytes = b"", as_: str = "ana", **parts: Any
    ) -> Answered | None:
        """The edge's answer, once it is Django's as well."""
        parts["headers"] = {**bearer(self.tokens[as_]), **parts.get("headers", {})}
        wiring.tenants()  # somebody else asked a moment ago
        answered = self.both.ask_edge(method, target, body, **parts)
        assert answered in (None, self.both.ask_django(method, target, body, **parts))
        return answered


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def world(serve: Serve) -> World:
    return World(serve([ANA, EVA, OTTO], policies=fresh()))


USUAL = [
    ("GET", WHOAMI, b""),
    ("GET", SHORT, b""),
    ("GET", ACCESSIBLE, b""),
    ("GET", f"{ACCESSIBLE}?limit=7", b""),
    ("GET", f"{ACCESSIBLE}?mode=listed&limit=500", b""),
    ("GET", f"{ACCESSIBLE}?mode=effective", b""),
    *(
        ("POST", path, body)
        for path in (FLAT, HEADER)
        for body in (
            question(),
            question("ANA"),
            question(groups=[]),
            question(groups=["ops", "nobody"]),
            question(limit=3, offset=5, attributes=[]),
            question(offset=1000),
            question(limit=500, unknown=1),
        )
    ),
]


@pytest.mark.parametrize("as_", ["ana", "otto"])
@pytest.mark.parametrize(("method", "target", "body"), USUAL)
def test_the_usual_questions_are_answered_here(
    world: World, method: str, target: str, body: bytes, as_: str
) -> None:
    answered = world.compare(method, target, body.replace(b"ana", as_.encode()), as_)
    if as_ == "ana" or b"ANA" not in body:
        assert answered is not None
        assert answered.status == 200


def test_what_is_answered_is_what_she_sees(world: World) -> None:
    listed = world.compare("POST", FLAT, question())
    effective = world.compare("GET", ACCESSIBLE)
    assert listed is not None
    assert effective is not None
    assert json.loads(listed.content)["totalCount"] == 120
    assert json.loads(effective.content)["total"] == 119  # one is denied


def test_pages_follow_each_other(world: World) -> None:
    names, cursor = list[str](), ""
    while cursor is not None:
        following = f"&cursor={cursor}" if cursor else ""
        page = world.compare("GET", f"{ACCESSIBLE}?limit=50{following}")
        assert page is not None
        body = json.loads(page.content)
        names += [each["name"] for each in body["purposes"]]
        cursor = body["next"]
    assert names == [each["name"] for each in PURPOSES if each is not PURPOSES[7]]


PASSED_ON = [
    ("GET", f"{WHOAMI}?include=personas", b"", {}),
    ("GET", f"{WHOAMI}?consistency=full", b"", {}),
    ("HEAD", WHOAMI, b"", {}),
    ("OPTIONS", ACCESSIBLE, b"", {}),
    ("POST", WHOAMI, b"", {}),
    ("GET", f"{WHOAMI}/", b"", {}),
    ("GET", FLAT, b"", {}),
    ("GET", f"{ACCESSIBLE}?sort=name", b"", {}),
    ("GET", f"{ACCESSIBLE}?q=one", b"", {}),
    ("GET", f"{ACCESSIBLE}?limit=0", b"", {}),
    ("GET", f"{ACCESSIBLE}?limit=%D9%A7", b"", {}),
    ("GET", f"{ACCESSIBLE}?mode=other", b"", {}),
    ("GET", f"{ACCESSIBLE}?cursor=forged", b"", {}),
    ("GET", f"{ACCESSIBLE}?username=eva", b"", {}),
    ("GET", f"{ACCESSIBLE}?groups=", b"", {}),
    ("GET", f"{ACCESSIBLE}?include=reasons", b"", {}),
    ("GET", f"{ACCESSIBLE}?fields=name", b"", {}),
    ("GET", f"{ACCESSIBLE}?consistency=at-least:0.0", b"", {}),
    ("POST", FLAT, b"", {}),
    ("POST", FLAT, b"null", {}),
    ("POST", FLAT, b"{", {}),
    ("POST", FLAT, b"[]", {}),
    ("POST", FLAT, b"{}", {}),
    ("POST", FLAT, question("eva"), {}),
    ("POST", FLAT, question(" ana"), {}),
    ("POST", FLAT, question(groups=None), {}),
    ("POST", FLAT, question(groups="eng"), {}),
    ("POST", FLAT, question(limit=501), {}),
    ("POST", FLAT, question(offset=-1), {}),
    ("POST", FLAT, question(attributes=["name"]), {}),
    ("POST", FLAT, question(more="x" * 20_000), {}),
    ("POST", f"{FLAT}?consistency=full", question(), {}),
    ("POST", FLAT, question(), {"Content-Type": "text/plain"}),
    ("GET", WHOAMI, b"", {"Host": "evil.example.com"}),
    ("GET", WHOAMI, b"", {"Host": ""}),
    ("GET", WHOAMI, b"", {"Authorization": ""}),
    ("GET", WHOAMI, b"", {"Authorization": "Basic YW5hOmFuYQ=="}),
    ("GET", WHOAMI, b"", {"Authorization": "Bearer e30.e30.e30"}),
]


@pytest.mark.parametrize(("method", "target", "body", "headers"), PASSED_ON)
def test_the_unusual_is_left_to_django(
    world: World, method: str, target: str, body: bytes, headers: dict[str, str]
) -> None:
    assert world.compare(method, target, body, headers=headers) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Request-Id": "mine", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"},
        {"X-Request-Id": "not sane!", "X-Atlan-Request-Id": "theirs"},
        {"X-Request-Id": "", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"},
        {"Cookie": "sessionid=made-up", "Accept": "text/html", "Accept-Encoding": "gzip"},
        {"If-None-Match": '"other", W/"another"'},
        {"X-Forwarded-Proto": "https"},
        {"Authorization-Info": "é"},
    ],
)
@pytest.mark.parametrize(("method", "target", "body"), [USUAL[0], USUAL[2], USUAL[6]])
def test_headers_count_as_they_do_there(
    world: World, method: str, target: str, body: bytes, headers: dict[str, str]
) -> None:
    assert world.compare(method, target, body, headers=headers) is not None


def test_a_request_without_a_name_gets_one(world: World) -> None:
    asked = {"headers": {"X-Request-Id": "", **bearer(world.tokens["ana"])}}
    names = {
        answered["X-Request-Id"]
        for _ in range(3)
        if (answered := world.both.ask_edge("GET", WHOAMI, **asked))
    }
    assert [len(name) for name in names] == [32] * 3


@pytest.mark.parametrize("target", [WHOAMI, ACCESSIBLE])
@pytest.mark.parametrize(
    "weaken", [str, lambda tag: tag.removeprefix("W/"), lambda tag: f'"x", {tag}', lambda _: "*"]
)
def test_who_has_the_answer_is_told_so(world: World, target: str, weaken: Callable[[str], str]) -> None:
    first = world.compare("GET", target)
    assert first is not None
    again = world.compare("GET", target, headers={"If-None-Match": weaken(first["ETag"])})
    assert again is not None
    assert (again.status, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_behind_https(world: World, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 60
    world.both = Both()
    for parts in ({"scheme": "https"}, {"headers": {"X-Forwarded-Proto": "https"}}):
        answered = world.compare("GET", WHOAMI, **parts)  # type: ignore[arg-type]
        assert answered is not None
        assert answered["Strict-Transport-Security"] == "max-age=60"


def test_sent_on_to_https(world: World, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    world.both = Both()
    assert world.compare("GET", WHOAMI) is None
    assert world.compare("GET", WHOAMI, scheme="https") is not None


def test_a_header_that_comes_twice_is_django_s_to_read(world: World) -> None:
    assert world.compare("GET", WHOAMI, headers={"x-request-id": "a"}) is None


def test_below_another_address(world: World) -> None:
    assert world.compare("GET", WHOAMI, root_path="/discovery") is None


# --- who is known --------------------------------------------------------------------------------


def test_nobody_is_answered_before_they_have_been_let_in(world: World) -> None:
    headers = bearer(world.served.token("ana"))
    assert world.both.ask_edge("GET", WHOAMI, headers=headers) is None
    world.both.ask_django("GET", WHOAMI, headers=headers)
    assert world.both.ask_edge("GET", WHOAMI, headers=headers) is not None


def test_a_token_s_end_is_its_end_here(world: World) -> None:
    # Within the leeway for clocks that differ: it was good a moment ago.
    world.tokens["ana"] = world.served.token("ana", now=time.time() - 100, lifetime=71)
    world.both.ask_django("GET", WHOAMI, headers=bearer(world.tokens["ana"]))
    answers = [world.both.ask_edge("GET", WHOAMI, headers=bearer(world.tokens["ana"]))]
    until = time.monotonic() + 10
    while answers[-1] is not None and time.monotonic() < until:
        answers.append(world.both.ask_edge("GET", WHOAMI, headers=bearer(world.tokens["ana"])))
    assert answers[0] is not None
    assert world.both.ask_django("GET", WHOAMI, headers=bearer(world.tokens["ana"])).status == 401


@given(position=st.integers(0, 10_000), other=st.characters(codec="latin-1", exclude_characters="\r\n"))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forged_token_never_passes(world: World, position: int, other: str) -> None:
    token = world.tokens["ana"]
    place = position % len(token)
    forged = token[:place] + other + token[place + 1 :]
    wiring.tenants()
    assert (world.both.ask_edge("GET", WHOAMI, headers=bearer(forged)) is None) == (forged != token)


def test_a_disabled_person_is_refused_however_well_known(serve: Serve) -> None:
    people = Replaceable(ANA)
    world = World(serve([ANA], policies=fresh(), directory=people))
    assert world.compare("GET", WHOAMI) is not None
    people.person = replace(ANA, enabled=False)
    assert world.compare("GET", WHOAMI) is None
    people.person = None
    assert world.compare("GET", WHOAMI) is None


def test_a_person_that_changed_is_another_answer(serve: Serve) -> None:
    people = Replaceable(ANA)
    world = World(serve([ANA], policies=fresh(), directory=people))
    before = [world.compare(*usual) for usual in (USUAL[0], USUAL[2], USUAL[6])]
    people.person = replace(person("ana", "ops"), id=ANA.id)
    after = [world.compare(*usual) for usual in (USUAL[0], USUAL[2], USUAL[6])]
    assert None not in (*before, *after)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_two_tenants_with_the_same_person_and_address(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, signing_key: str
) -> None:
    world = World(serve([ANA], policies=fresh()))
    issuer = LocalIssuer("https://sso.example.com/realms/other", AUDIENCE, signing_key)
    trusted = TrustedIssuer(issuer.issuer, frozenset({AUDIENCE}), StaticKeys(issuer.jwks()))
    ours = wiring.tenants().default()
    theirs = replace(
        ours,
        slug="other",
        issuers=(trusted,),
        directory=Replaceable(replace(person("ana", "ops"), id=ANA.id)),
        policies=fresh(DOCUMENTS[:5]),
    )
    monkeypatch.setattr(wiring, "_cached", wiring._Cached(lambda: wiring.Tenants([ours, theirs])))
    world.tokens["theirs"] = issuer.issue(ANA.id, "ana", time.time())
    world.both.ask_django("GET", WHOAMI, headers=bearer(world.tokens["theirs"]))
    for usual in (USUAL[0], USUAL[2], USUAL[6]):
        answers = [world.compare(*usual, as_=as_) for as_ in ("ana", "theirs", "ana", "theirs")]
        assert None not in answers
        assert answers[:2] == answers[2:]
        assert answers[0] != answers[1]


def test_an_issuer_that_was_removed_is_gone_here_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world.compare("GET", WHOAMI) is not None
    monkeypatch.setattr(wiring, "_cached", wiring._Cached(lambda: wiring.Tenants([])))
    assert wiring.tenants().all() == ()
    assert world.compare("GET", WHOAMI) is None


# --- what is known -------------------------------------------------------------------------------


def test_without_a_fresh_snapshot_the_lists_are_left_to_django(serve: Serve) -> None:
    for policies in (MemoryPolicyIndex.from_documents(DOCUMENTS), fresh(max_age=-1)):
        world = World(serve([ANA], policies=policies))
        assert world.compare("GET", ACCESSIBLE) is None
        assert world.compare("POST", FLAT, question()) is None
        assert world.compare("GET", WHOAMI) is not None


def test_tenants_that_must_be_read_first_are_left_to_django(world: World) -> None:
    wiring.forget_tenants()
    assert world.both.ask_edge("GET", WHOAMI, headers=bearer(world.tokens["ana"])) is None
    assert world.both.ask_django("GET", WHOAMI, headers=bearer(world.tokens["ana"])).status == 200
    assert world.compare("GET", WHOAMI) is not None


def test_a_new_revision_is_named_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Moving:
        number = 1

        def revision(self) -> Revision:
            return Revision(self.number, 0)

    freshness = Moving()
    tenant = replace(wiring.tenants().default(), freshness=freshness)
    monkeypatch.setattr(wiring, "_cached", wiring._Cached(lambda: wiring.Tenants([tenant])))
    wiring.tenants()
    for freshness.number in (1, 2):
        for usual in (USUAL[0], USUAL[2], USUAL[6]):
            answered = world.compare(*usual)
            assert answered is not None
            assert answered["X-Access-Revision"] == str(freshness.revision())


def test_a_fault_of_the_edge_is_logged_and_costs_no_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("purposeapp.edge.callers.KnownCallers.of", broken)
    assert world.compare("GET", WHOAMI) is None
    assert "the edge failed" in caplog.text


def test_what_was_given_is_given_again_until_the_policies_change(serve: Serve) -> None:
    policies = fresh()
    world = World(serve([ANA], policies=policies))
    first = world.compare("GET", ACCESSIBLE)
    assert first is not None
    assert len(known_to(world).given._given) == 1
    again = world.compare("GET", ACCESSIBLE)
    assert again is not None
    assert again.content is first.content, "nothing was made for it"
    gone = MemoryPolicyIndex.from_documents(DOCUMENTS[:1])
    policies.update(Change(deleted=frozenset(each.guid for each in gone.scan())))
    changed = world.compare("GET", ACCESSIBLE)
    assert changed is not None
    assert json.loads(changed.content)["total"] == json.loads(first.content)["total"] - 1


def test_what_was_given_ends_with_the_schedule_it_hangs_on(serve: Serve) -> None:
    ends = schedule("2024/01/01 00:00:00", "2030/01/01 00:00:00")
    scheduled = policy("until 2030", on=PURPOSES[0], groups=["eng"], policyValiditySchedule=[ends])
    policies = fresh([PURPOSES[0], PURPOSES[1], scheduled, policy("always", on=PURPOSES[1], groups=["eng"])])
    world = World(serve([ANA], policies=policies))
    assert world.compare("GET", f"{ACCESSIBLE}?mode=effective") is not None
    request = Request("GET", ACCESSIBLE, "mode=effective", "http", {}, b"")
    ports = wiring.tenants().default().at(Consistency())
    end = datetime(2030, 1, 1, 0, 0, 1, tzinfo=UTC).timestamp()  # the last second counts whole

    def total(now: float) -> int:
        asking = Asking(request, known_to(world), ports, now)
        return int(json.loads(READS["GET", ACCESSIBLE].answer(asking).content)["total"])

    assert [total(end + after) for after in (-2, -1, 0, 1, -1)] == [2, 2, 1, 1, 2]


def known_to(world: World, person: Person = ANA) -> KnownCaller:
    return world.both._edge._callers._known["default", person.id]


def test_the_answers_that_are_kept_are_bounded_in_bytes() -> None:
    answers = GivenAnswers(most_bytes=3 * OVERHEAD + 100)
    kept = [given_answer(size) for size in (40, 50, 30, 3 * OVERHEAD)]
    a, b, c, d = (Question(object(), "", "") for _ in range(4))
    answers.keep(a, kept[0])
    answers.keep(b, kept[1])
    assert answers.find(a) is kept[0]
    answers.keep(c, kept[2])
    assert [answers.find(each) for each in (a, b, c)] == [kept[0], None, kept[2]]
    answers.keep(a, kept[2])
    answers.keep(b, kept[0])
    assert [answers.find(each) for each in (a, b, c)] == [kept[2], kept[0], kept[2]], "100 of bodies in all"
    answers.keep(d, kept[3])
    assert answers.find(d) is None


@pytest.mark.parametrize(
    ("query", "size", "sees"), [("", 0, 0), ("limit=1&" * 1000, 0, 0), ("", 8000, 0), ("", 0, 4000)]
)
def test_small_answers_to_long_questions_are_bounded_too(query: str, size: int, sees: int) -> None:
    """Whatever of an answer is long, no more than what was agreed is kept; nor is it less than half of that."""
    answers = GivenAnswers(most_bytes=100_000)
    questions = [Question(object(), "/", query) for _ in range(1000)]
    for each in questions:
        answers.keep(each, given_answer(size, sees))
    each_takes = OVERHEAD + len(query) + size + 2 * sees
    found = [each for each in questions if answers.find(each)]
    assert 50_000 < len(found) * each_takes <= 100_000
    assert found == questions[-len(found) :]


def given_answer(size: int, sees: int = 0) -> AnswerGiven:
    """An answer of so many bytes, to somebody who sees so many purposes."""
    return AnswerGiven(Answer(b"x" * size, {}), Mode.LISTED, Seen(FrozenBitMap(range(sees))), Revision())


def test_a_caller_who_is_known_no_more_is_not_held_by_what_they_were_given(world: World) -> None:
    world.both._edge._callers._most = 1
    assert world.compare("GET", ACCESSIBLE, as_="ana") is not None
    before = weakref.ref(known_to(world))
    assert world.compare("GET", ACCESSIBLE, as_="otto") is not None
    gc.collect()
    assert before() is None


def test_memory_of_callers_is_bounded(world: World) -> None:
    world.both._edge._callers._most = 1
    for as_ in ("ana", "otto", "ana"):
        assert world.compare("GET", WHOAMI, as_=as_) is not None
    assert len(world.both._edge._callers._known) == 1


# --- anything at all -----------------------------------------------------------------------------

TARGETS = st.sampled_from([WHOAMI, SHORT, ACCESSIBLE, FLAT, HEADER])
PAIRS = st.tuples(
    st.sampled_from(["mode", "limit", "cursor", "sort", "q", "username", "groups", "consistency", "x", ""]),
    st.sampled_from(
        ["", "listed", "effective", "1", "007", "500", "501", "-1", "fast", "full", "ana", "%20", "a,b", "+"]
    ),
)
QUERIES = st.lists(PAIRS, max_size=3).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
VALUES = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        3.0,
        7.5,
        500,
        10**30,
        "",
        "ana",
        "ANA",
        "eva",
        "otto",
        [],
        ["eng"],
        [None],
        ["\ud800"],
        {},
    ]
)
BODIES = st.one_of(
    st.binary(max_size=20),
    st.dictionaries(
        st.sampled_from(["username", "groups", "attributes", "limit", "offset", "x"]), VALUES
    ).map(lambda changes: question(**changes)),
)
# Not X-Request-Id: where it is not sane, every answer has another name.
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Host",
            "Accept",
            "Content-Type",
            "If-None-Match",
            "Cookie",
            "traceparent",
            "X-Forwarded-Proto",
        ]
    ),
    st.one_of(
        st.sampled_from(
            [
                "testserver",
                "localhost:1",
                "application/json",
                "application/json; charset=utf-16",
                "*",
                "https",
            ]
        ),
        st.text(st.characters(codec="latin-1", categories=["L", "N", "P", "S"]), max_size=20),
    ),
    max_size=3,
)


@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
    path=TARGETS,
    query=QUERIES,
    body=BODIES,
    headers=HEADERS,
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_both_agree(
    world: World, method: str, path: str, query: str, body: bytes, headers: dict[str, str]
) -> None:
    world.compare(method, f"{path}?{query}", body if method != "GET" else b"", headers=headers)


class Replaceable:
    """A directory of one person, who may change."""

    def __init__(self, person: Person) -> None:
        self.person: Person | None = person

    def by_id(self, user_id: str) -> Person | None:
        return self.person if self.person and self.person.id == user_id else None

    peek_by_id = by_id

    def by_username(self, username: str) -> Person | None:
        return self.person if self.person and self.person.username == username.lower() else None
