"""The database policy index beyond the contract of every index: statements, imports, tenants, failures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from purposeapp.domain.errors import InvalidRequest, PoliciesUnavailable
from purposeapp.domain.model import Subject
from purposeapp.models import AuthPolicy, PolicySubject, Purpose, State
from purposeapp.policyindex.database import DatabasePolicyIndex, ImportCounts, import_documents
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests import world
from tests.world import persona, persona_role, policy, purpose, schedule, subject

pytestmark = pytest.mark.django_db

SALES, HR = purpose("Sales", denyAssetTabs=["Lineage"], __customAttributes=None), purpose("HR")


def statements(question) -> int:
    with CaptureQueriesContext(connection) as captured:
        question()
    return len(captured)


def test_an_import_is_read_back_as_memory_reads_the_same_documents():
    documents = [
        policy("first", on=SALES, users=["ana"], roles=["reader"], policyPriority=1, isPolicyEnabled=False),
        policy(
            "when",
            on=HR,
            groups=["public"],
            linked=False,
            policyValiditySchedule=[schedule("2020/01/01 00:00:00")],
        ),
        policy(
            "nonsense", on=HR, users=["{USER}"], policyValiditySchedule=["always"], policyResources="tag:PII"
        ),
        policy("orphan", users=["ana"]),
        policy("lost", on=purpose("Gone"), users=["ana"]),
        SALES,
        HR,
        persona("Analyst", users=["ana"], description="Looks at data"),
        {"__typeName": "Table", "__guid": "t", "__state": "ACTIVE"},
    ]
    counts = import_documents("default", documents)
    assert counts == ImportCounts(purposes=2, personas=1, policies=5, orphans=2, skipped=1)
    stored, reference = DatabasePolicyIndex("default"), MemoryPolicyIndex.from_documents(documents)
    ana = subject("ana", "eng", roles=["reader"])
    ours, theirs = stored.evidence(ana), reference.evidence(ana)
    for part in ("purposes", "policies", "orphans"):
        assert by_guid(getattr(ours, part)) == by_guid(getattr(theirs, part)), part
    assert by_guid(stored.personas(ana)) == by_guid(reference.personas(ana))
    assert by_guid(stored.policies_of(HR["__guid"])) == by_guid(reference.policies_of(HR["__guid"]))
    names = ["denyAssetTabs", "__customAttributes", "__createdBy", "purposeClassifications", "nobody's"]
    guids = [SALES["__guid"], "unknown"]
    assert stored.attributes(guids, names) == reference.attributes(guids, names)


def by_guid(things) -> dict:
    return {thing.guid: thing for thing in things}


def test_importing_twice_changes_nothing_and_a_newer_document_wins():
    documents = [SALES, policy("read", on=SALES, users=["ana"])]
    assert import_documents("default", documents) == import_documents("default", documents)
    assert (Purpose.objects.count(), AuthPolicy.objects.count(), PolicySubject.objects.count()) == (1, 1, 1)
    import_documents(
        "default", [policy("read", on=SALES, users=["ana"]), policy("read", on=SALES, users=["bo"])]
    )
    index = DatabasePolicyIndex("default")
    assert index.listed_purposes(subject("ana")) == []
    assert [each.name for each in index.listed_purposes(subject("bo"))] == ["Sales"]


@pytest.mark.parametrize("linked", [True, False])
def test_policies_find_a_purpose_that_is_imported_later(linked):
    read = policy("read", on=SALES, users=["ana"], linked=linked)
    assert import_documents("default", [read]).orphans == 1
    assert import_documents("default", [SALES]).orphans == 0
    assert len(DatabasePolicyIndex("default").listed_purposes(subject("ana"))) == 1


def test_a_live_purpose_goes_before_a_deleted_one_of_the_same_qualified_name():
    dead = purpose("Old sales", state="DELETED", qualifiedName=SALES["qualifiedName"])
    import_documents("default", [SALES, dead, policy("read", on=SALES, users=["ana"], linked=False)])
    assert AuthPolicy.objects.get().purpose.name == "Sales"


def test_deleted_entities_are_kept_and_never_seen():
    gone = purpose("Gone", state="DELETED")
    ghost = persona("Ghost", users=["ana"], state="DELETED")
    import_documents("default", [gone, ghost, policy("on gone", on=gone, users=["ana"])])
    assert Purpose.objects.get().state == State.DELETED
    index = DatabasePolicyIndex("default")
    evidence = index.evidence(subject("ana"))
    assert (evidence.purposes, evidence.policies) == ((), ())
    assert [(each.name, each.purpose_guid) for each in evidence.orphans] == [("on gone", gone["__guid"])]
    assert index.purpose(gone["__guid"]) is None
    assert index.policies_of(gone["__guid"]) == []
    assert index.personas(subject("ana")) == []


@pytest.mark.parametrize(
    ("document", "part_of_message"),
    [
        (purpose("Sales", guid="g" * 65), "guid: "),
        ({**purpose("Sales"), "__guid": None}, "no __guid"),
        (purpose("Sales\0"), "cannot be stored"),
        (purpose("Sales", denyAssetTabs=["\ud800"]), "cannot be stored"),
        (purpose("Sales", score=float("inf")), "cannot be stored"),
        (purpose("x" * 501), "name: "),
        (policy("read", users=["x" * 256]), "users: "),
        (policy("read", policyPriority="high"), "not a number"),
        (policy("read", policyPriority=2**70), "priority: "),
        (policy("read", relationshipList=[world.link(SALES), world.link(HR)]), "2 live parents"),
    ],
)
def test_a_document_that_cannot_be_kept_stops_the_whole_import(document, part_of_message):
    with pytest.raises(InvalidRequest) as refusal:
        import_documents("default", [HR, document])
    assert part_of_message in next(iter(refusal.value.fields.values()))
    assert not Purpose.objects.exists()


def test_text_that_only_looks_like_a_nul_is_kept():
    import_documents("default", [purpose("Sales", description="a backslash: \\u0000", path="C:\\\\u0000")])
    found = DatabasePolicyIndex("default").purpose(SALES["__guid"])
    assert found.description == "a backslash: \\u0000"
    assert found.attributes["path"] == "C:\\\\u0000"


def test_nothing_of_another_tenant_comes_out():
    import_documents("acme", [SALES, policy("read", on=SALES, users=["ana"]), persona("P", users=["ana"])])
    import_documents("default", [policy("read", on=SALES, users=["ana"])])
    index = DatabasePolicyIndex("default")
    assert index.listed_purposes(subject("ana")) == []
    assert index.evidence(subject("ana")).purposes == ()
    assert index.personas(subject("ana")) == []
    assert index.purpose(SALES["__guid"]) is None
    assert index.policies_of(SALES["__guid"]) == []
    assert index.attributes([SALES["__guid"]], ["name"]) == {}
    assert len(DatabasePolicyIndex("acme").listed_purposes(subject("ana"))) == 1


@pytest.mark.parametrize("size", [1, 300])
def test_questions_cost_the_same_few_statements_at_any_size(size):
    purposes = [purpose(f"Purpose {number}") for number in range(size)]
    policies = [policy(f"p{number}", on=each, groups=[f"g{number}"]) for number, each in enumerate(purposes)]
    personas = [persona(f"Persona {number}", groups=[f"g{number}"]) for number in range(size)]
    import_documents("default", [*purposes, *policies, *personas])
    index = DatabasePolicyIndex("default")
    who = subject("ana", *(f"g{number}" for number in range(2000)), roles=[persona_role(personas[0])])
    assert (
        len(index.listed_purposes(who))
        == len(index.evidence(who).purposes)
        == len(index.personas(who))
        == size
    )
    guids = [each["__guid"] for each in purposes]
    assert statements(lambda: index.listed_purposes(who)) == 1
    assert statements(lambda: index.evidence(who)) == 2
    assert statements(lambda: index.personas(who)) == 1
    assert statements(lambda: index.purpose(guids[0])) == 1
    assert statements(lambda: index.policies_of(guids[0])) == 1
    assert statements(lambda: index.attributes(guids, ["name"])) == 1
    assert statements(index.check) == 1


def test_more_names_than_one_statement_takes_are_asked_in_several():
    import_documents("default", [SALES, policy("read", on=SALES, groups=["g39999", "g1"])])
    crowd = subject("ana", *(f"g{number}" for number in range(40_000)))
    index = DatabasePolicyIndex("default")
    assert len(index.listed_purposes(crowd)) == 1
    assert len(index.evidence(crowd).policies) == 1


def test_names_that_no_database_can_hold_match_nothing():
    import_documents("default", [SALES, policy("read", on=SALES, groups=["public"])])
    index = DatabasePolicyIndex("default")
    odd = Subject("ana\0", frozenset({"\ud800", "x" * 40_000}), frozenset({"\0"}))
    assert len(index.listed_purposes(odd)) == len(index.evidence(odd).purposes) == 1
    assert index.personas(odd) == []
    assert index.purpose("\0") is None
    assert index.policies_of("\ud800") == []
    assert index.attributes(["\0", SALES["__guid"]], ["name"]) == {SALES["__guid"]: {"name": "Sales"}}


def test_a_database_that_fails_is_unavailable_and_never_an_empty_answer():
    index = DatabasePolicyIndex("default")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE purposeapp_purpose RENAME TO elsewhere")
    questions = [
        lambda: index.listed_purposes(subject("ana")),
        lambda: index.purpose("g"),
        lambda: index.attributes(["g"], ["name"]),
    ]
    for question in questions:
        with pytest.raises(PoliciesUnavailable) as failure:
            question()
        assert "elsewhere" not in str(failure.value)
        assert "purposeapp_purpose" not in str(failure.value)
