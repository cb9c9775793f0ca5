"""The rules of access once more, written straight from docs/rules.md and on raw Atlas documents.

Slow and plain on purpose, and sharing nothing with the product: what both say is probably what the rules say.
Answers are lists of guids in display order.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Document = Mapping[str, Any]


class Oracle:
    """Knows the entities of one tenant; asked about one person at a time."""

    def __init__(self, documents: Iterable[Document]) -> None:
        living = [each for each in documents if each["__state"] == "ACTIVE"]
        self.purposes = {each["__guid"]: each for each in living if _kind(each) == "purpose"}
        self._guids = {each["qualifiedName"]: guid for guid, each in self.purposes.items()}
        self.personas = [each for each in living if _kind(each) == "persona"]
        self.policies: dict[str, list[Document]] = {guid: [] for guid in self.purposes}
        for each in living:
            if _kind(each) == "authpolicy" and each["policyCategory"] == "purpose":
                for guid in self._parents_of(each):
                    self.policies[guid].append(each)

    def listed(self, username: str, groups: Iterable[str]) -> list[str]:
        """Purposes with a live policy that has the username, one of the groups, or the group public."""
        mine = {*groups, "public"}
        return self._in_display_order(
            guid
            for guid in self.purposes
            for policy in self.policies[guid]
            if username in _list(policy, "policyUsers") or mine.intersection(_list(policy, "policyGroups"))
        )

    def effective(self, username: str, groups: Iterable[str], roles: Iterable[str], now: float) -> list[str]:
        """Purposes with an action that is granted and survives, or with a mask or filter that applies."""
        mine = {*groups, "public"}
        return self._in_display_order(
            guid
            for guid, purpose in self.purposes.items()
            if purpose.get("isAccessControlEnabled") is not False
            and _lets_see(
                [
                    policy
                    for policy in self.policies[guid]
                    if _is_in_force(policy, now)
                    and (
                        {username, "{USER}"}.intersection(_list(policy, "policyUsers"))
                        or mine.intersection(_list(policy, "policyGroups"))
                        or set(roles).intersection(_list(policy, "policyRoles"))
                    )
                ]
            )
        )

    def personas_of(
        self, username: str, groups: Iterable[str], roles: Iterable[str], *, effective: bool
    ) -> list[str]:
        found = {
            each["__guid"]: each
            for each in self.personas
            if username in _list(each, "personaUsers")
            or set(groups).intersection(_list(each, "personaGroups"))
            or "persona_" + each["qualifiedName"].split("/")[-1] in set(roles)
        }
        enabled = {
            guid: each
            for guid, each in found.items()
            if not effective or each.get("isAccessControlEnabled") is not False
        }
        return sorted(enabled, key=lambda guid: _display_key(enabled[guid]))

    def _parents_of(self, policy: Document) -> set[str]:
        """The living purposes that its live relationships name; without any, the one that its qualified name does."""
        named = {
            link["endGuid"]
            for link in policy.get("relationshipList") or []
            if link["status"] == "ACTIVE" and link["label"] == "__AccessControl.policies"
        }
        stem = policy["qualifiedName"][: policy["qualifiedName"].rfind("/")]
        return {guid for guid in named or {self._guids.get(stem, "")} if guid in self.purposes}

    def _in_display_order(self, guids: Iterable[str]) -> list[str]:
        return sorted(set(guids), key=lambda guid: _display_key(self.purposes[guid]))


def _lets_see(policies: list[Document]) -> bool:
    """Whether these policies, all naming the person and in force, show their purpose."""
    if any(policy["policyType"] in ("dataMask", "rowFilter") for policy in policies):
        return True
    every_action = {action for policy in policies for action in _list(policy, "policyActions")}
    return any(_verdict(action, policies) == "allow" for action in every_action)


def _verdict(action: str, policies: list[Document]) -> str:
    """The strongest word on one action: override deny, override allow, deny, allow."""
    words = {
        (policy["policyType"], (policy.get("policyPriority") or 0) >= 1)
        for policy in policies
        if action in _list(policy, "policyActions")
    }
    for strongest in (("deny", True), ("allow", True), ("deny", False), ("allow", False)):
        if strongest in words:
            return strongest[0]
    return "nothing"


def _is_in_force(policy: Document, now: float) -> bool:
    if policy.get("isPolicyEnabled") is False:
        return False
    windows = policy.get("policyValiditySchedule") or []
    try:
        open_now = [_opens(window, now) for window in windows]
    except (ValueError, KeyError):
        # Nobody can read it: hold what refuses, drop what grants.
        return bool(policy["policyType"] == "deny")
    return not windows or any(open_now)


def _opens(written: Document | str, now: float) -> bool:
    window = json.loads(written) if isinstance(written, str) else written
    zone = ZoneInfo(window["policyValidityScheduleTimezone"])
    # Whole seconds, so that the last one counts to its end.
    second = int(now // 1)
    first, last = (
        _seconds(window.get(f"policyValiditySchedule{side}Time", ""), zone) for side in ("Start", "End")
    )
    return (first is None or first <= second) and (last is None or second <= last)


def _seconds(text: str, zone: ZoneInfo) -> float | None:
    """The moment that clocks of the zone show so (the earlier one, when clocks are put back)."""
    if text.strip() == "":
        return None
    date, time = text.split()
    year, month, day = (int(part) for part in date.split("/"))
    hour, minute, second = (int(part) for part in time.split(":"))
    return datetime(year, month, day, hour, minute, second, tzinfo=zone).timestamp()


def _display_key(entity: Document) -> tuple[str, str]:
    return ((entity.get("displayName") or entity["name"]).casefold(), entity["__guid"])


def _kind(entity: Document) -> str:
    return str(entity["__typeName"]).lower()


def _list(entity: Document, field: str) -> list[str]:
    value = entity.get(field)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
