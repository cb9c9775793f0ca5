"""Changes to try out: each as the service is told of it, and as it would be done to the documents."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.entities import Document, entity, link, qualified_name, segment
from bench.people import group_name, rng
from bench.world import World


@dataclass(frozen=True, slots=True)
class Change:
    """`told` is what the simulation takes. It replaces or adds this `document`."""

    told: Mapping[str, Any]
    document: Document


def disabled(policy: Document) -> Change:
    """A policy that no longer counts."""
    return Change({"op": "disable_policy", "guid": policy["__guid"]}, {**policy, "isPolicyEnabled": False})


def opened(world: World, purpose: int) -> Change:
    """A new policy that lets a group in, by the number of its purpose."""
    number, parent = world.size.policies + purpose, qualified_name("Purpose", purpose)
    document = {
        **entity("AuthPolicy", number, f"what if {purpose}"),
        "qualifiedName": f"{parent}/{segment('AuthPolicy', number)}",
        "policyCategory": "purpose",
        "policyType": "allow",
        "policyActions": ["entity-read"],
        "policyPriority": 0,
        "policyGroups": [group_name(rng("what if", purpose).randrange(world.size.groups))],
        "policyUsers": [],
        "policyRoles": [],
        "isPolicyEnabled": True,
        "relationshipList": [link("Purpose", purpose, parent)],
    }
    return Change({"op": "put_policy", "policy": document}, document)


def made(documents: Iterable[Document], changes: Iterable[Change]) -> Iterator[Document]:
    """The documents as they would be after the changes."""
    others = {each.document["__guid"]: each.document for each in changes}
    for document in documents:
        yield others.pop(document["__guid"], document)
    yield from others.values()
