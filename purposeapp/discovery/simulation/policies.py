"""Policies as they are sent: flat fields under names of ours, or documents as an Atlas index holds them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from purposeapp.discovery.simulation import fields
from purposeapp.discovery.simulation.draft import Draft
from purposeapp.discovery.simulation.fields import Given, Wrong
from purposeapp.domain.model import Policy, PolicyType
from purposeapp.policyindex import atlas

_FLAT: Mapping[str, tuple[str, Callable[[Any, str], Any]]] = {
    "users": ("policyUsers", fields.texts),
    "groups": ("policyGroups", fields.texts),
    "roles": ("policyRoles", fields.texts),
    "actions": ("policyActions", fields.texts),
    "resources": ("policyResources", fields.texts),
    "priority": ("policyPriority", fields.number),
    "enabled": ("isPolicyEnabled", fields.flag),
    "schedule": ("policyValiditySchedule", fields.objects),
}
"""By the name of a flat field, which a Policy has too: the Atlas attribute, and how it is read."""

_NAMING = ("guid", "name", "type", "purpose")


def is_document(given: Given) -> bool:
    return "__guid" in given or "policyType" in given


def flat_policy(given: Given, draft: Draft, *, new_guid: str) -> list[Policy]:
    """The rows of a policy that is new, or changed in the fields given. Raises Wrong."""
    unknown = sorted(set(given) - {*_FLAT, *_NAMING})
    if unknown:
        known = ", ".join((*_NAMING, *_FLAT))
        raise Wrong(unknown[0], _("is not a field of a policy; there are %(names)s") % {"names": known})
    guid = fields.text(given, "guid") if "guid" in given else new_guid
    rows = draft.rows_of(guid) or [_new(guid, given)]
    if "purpose" in given:
        rows = [replace(rows[0], purpose_guid=_parent(given, draft))]
    changes = _changes(given)
    return [replace(row, **changes) for row in rows]


def documents(given: Any, draft: Draft) -> int:
    """Put entities as an import would: policies, their purposes, and deletions of both. Gives how many were of other kinds.

    Raises Wrong by the place of the first document that cannot be read.
    """
    others = 0
    for place, document in enumerate(fields.objects(given, "documents")):
        try:
            others += not _put(document, draft)
        except (ValueError, TypeError, AttributeError):
            raise Wrong(f"documents[{place}]", _("cannot be read: some value is not of its kind")) from None
        except Wrong as wrong:
            raise Wrong(f"documents[{place}]", str(wrong)) from None
    return others


def document(given: Given, draft: Draft) -> None:
    """Put one policy as an Atlas index would hold it. Raises Wrong."""
    if not _put({"__typeName": atlas.POLICY_TYPE, **given}, draft):
        raise Wrong("policy", _("must be an AuthPolicy of category purpose"))


def _put(document: Given, draft: Draft) -> bool:
    """Whether the document is of a kind that can change who sees a purpose."""
    document = {"__state": atlas.ACTIVE, **document}
    guid = fields.text(document, "__guid")
    if document["__state"] != atlas.ACTIVE:
        draft.delete(guid)
    elif atlas.is_live(document, atlas.PURPOSE_TYPE):
        draft.put_purpose(atlas.purpose_from(document))
    elif atlas.is_purpose_policy(document):
        draft.put_policy(atlas.joined_policies(document, {}))
    else:
        return False
    return True


def _new(guid: str, given: Given) -> Policy:
    for needed in ("purpose", "type"):
        if needed not in given:
            raise Wrong(needed, _("is needed for a policy that is not there yet"))
    return Policy(guid, str(given.get("name", guid)), PolicyType.ALLOW)


def _parent(given: Given, draft: Draft) -> str:
    guid = fields.text(given, "purpose")
    if draft.purpose(guid) is None:
        raise Wrong("purpose", _("there is no purpose of guid %(guid)s") % {"guid": repr(guid)})
    return guid


def _changes(given: Given) -> dict[str, Any]:
    """The fields of a Policy that are given, read as Atlas's own are."""
    document = {
        attribute: read(given[name], name) for name, (attribute, read) in _FLAT.items() if name in given
    }
    policy = atlas.policy_from(document, purpose_guid=None)
    if not policy.schedule_readable:
        raise Wrong(
            "schedule", _("cannot be read: dates are yyyy/MM/dd HH:mm:ss, zones such as Europe/Berlin")
        )
    changes = {name: getattr(policy, name) for name in _FLAT if name in given}
    if "schedule" in given:
        changes["schedule_readable"] = True
    if "name" in given:
        changes["name"] = fields.text(given, "name")
    if "type" in given:
        changes["type"] = _type(given)
    return changes


def _type(given: Given) -> PolicyType:
    try:
        return PolicyType(given["type"])
    except ValueError:
        raise Wrong("type", _("must be one of %(names)s") % {"names": ", ".join(PolicyType)}) from None
