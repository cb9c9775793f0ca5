"""The right answers, worked out a second time: straight from the rules' prose (docs/rules.md), on plain dictionaries.

Shares no code with the service and none with its tests, so that a fault would have to be made twice to go unseen.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from bench.entities import Document
from bench.who import Who

LISTED, EFFECTIVE = "listed", "effective"

_STRENGTH = {("deny", True): 4, ("allow", True): 3, ("deny", False): 2, ("allow", False): 1}
"""What decides on an action: the strongest policy that has it. Odd strengths allow."""


class Oracle:
    """Knows every right answer about one set of documents, as guids in display order."""

    def __init__(self, documents: Iterable[Document]) -> None:
        kinds: dict[str, list[Document]] = defaultdict(list)
        for each in documents:
            if each["__state"] == "ACTIVE":
                kinds[each["__typeName"]].append(each)
        self.purposes = {each["__guid"]: each for each in kinds["Purpose"]}
        self._guids = {each["qualifiedName"]: each["__guid"] for each in kinds["Purpose"]}
        self._policies: list[tuple[str, Document]] = []
        self._naming: dict[tuple[str, str], list[int]] = defaultdict(list)
        for policy in kinds["AuthPolicy"]:
            if policy["policyCategory"] == "purpose":
                self._learn(policy)

    @cached_property
    def _rank(self) -> dict[str, int]:
        """Every purpose's place in the display order of all."""
        ordered = sorted(
            self.purposes.values(),
            key=lambda each: ((each["displayName"] or each["name"]).casefold(), each["__guid"]),
        )
        return {each["__guid"]: place for place, each in enumerate(ordered)}

    def answer(self, who: Who, mode: str, now: datetime) -> list[str]:
        return self.listed(who) if mode == LISTED else self.effective(who, now)

    def listed(self, who: Who) -> list[str]:
        """Whatever a live policy that names the user, a group of hers, or `public`, belongs to."""
        names = [("user", who.username), ("group", "public"), *(("group", group) for group in who.groups)]
        return self._ordered({self._policies[each][0] for each in self._matching(names)})

    def effective(self, who: Who, now: datetime) -> list[str]:
        """Whatever a mask or filter opens, or has an action whose strongest policy allows it."""
        names = [("user", who.username), ("user", "{USER}"), ("group", "public")]
        names += [("group", group) for group in who.groups] + [("role", role) for role in who.roles]
        strongest: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for each in self._matching(names):
            purpose, policy = self._policies[each]
            if self._in_force(purpose, policy, now):
                for action, strength in _verdicts(policy):
                    strongest[purpose][action] = max(strongest[purpose][action], strength)
        visible = (any(strength % 2 for strength in actions.values()) for actions in strongest.values())
        return self._ordered({purpose for purpose, seen in zip(strongest, visible, strict=True) if seen})

    def _learn(self, policy: Document) -> None:
        for purpose in _parents(policy) or [self._guids.get(policy["qualifiedName"].rsplit("/", 1)[0], "")]:
            if purpose in self.purposes:
                for kind, field in (
                    ("user", "policyUsers"),
                    ("group", "policyGroups"),
                    ("role", "policyRoles"),
                ):
                    for name in policy.get(field) or []:
                        self._naming[kind, name].append(len(self._policies))
                self._policies.append((purpose, policy))

    def _matching(self, names: Iterable[tuple[str, str]]) -> set[int]:
        return {each for name in names for each in self._naming.get(name, ())}

    def _in_force(self, purpose: str, policy: Document, now: datetime) -> bool:
        if not (policy["isPolicyEnabled"] and self.purposes[purpose]["isAccessControlEnabled"]):
            return False
        windows = policy.get("policyValiditySchedule") or []
        try:
            # All of it must be readable, so no short cut at the first window that holds.
            return not windows or any([*(_holds(window, now) for window in windows)])
        except ValueError:
            return str(policy["policyType"]) == "deny"

    def _ordered(self, purposes: Iterable[str]) -> list[str]:
        return sorted(purposes, key=self._rank.__getitem__)


def _parents(policy: Document) -> list[str]:
    links = policy.get("relationshipList") or []
    return [
        link["endGuid"]
        for link in links
        if link["label"] == "__AccessControl.policies" and link["status"] == "ACTIVE"
    ]


def _verdicts(policy: Document) -> Iterator[tuple[str, int]]:
    if policy["policyType"] in ("dataMask", "rowFilter"):
        yield f"sees shaped data by {policy['__guid']}", 1
    elif policy["policyType"] in ("allow", "deny"):
        strength = _STRENGTH[policy["policyType"], policy["policyPriority"] >= 1]
        yield from ((action, strength) for action in policy["policyActions"])


def _holds(window: Document, now: datetime) -> bool:
    zone = ZoneInfo(window["policyValidityScheduleTimezone"])
    local = now.astimezone(zone).replace(tzinfo=None, microsecond=0)
    start, end = window["policyValidityScheduleStartTime"], window["policyValidityScheduleEndTime"]
    after = not start or _moment(start) <= local
    return after and (not end or local <= _moment(end))


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y/%m/%d %H:%M:%S")
