"""The sentences of the pages: the only place where facts become words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accessviz.links import to_found
from accessviz.looks import DAYS
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.phrases import said
from purposeapp.discovery.sentences import quoted
from purposeapp.discovery.side_by_side import PurposeSides
from purposeapp.domain.disagreement import Cause
from purposeapp.domain.finding import Found, Kind
from purposeapp.domain.findings import FindingKind, Severity
from purposeapp.domain.model import Match, Reason, Via

KINDS = {
    Kind.USER: (gettext_lazy("User"), gettext_lazy("Users")),
    Kind.GROUP: (gettext_lazy("Group"), gettext_lazy("Groups")),
    Kind.PURPOSE: (gettext_lazy("Purpose"), gettext_lazy("Purposes")),
    Kind.PERSONA: (gettext_lazy("Persona"), gettext_lazy("Personas")),
    Kind.POLICY: (gettext_lazy("Policy"), gettext_lazy("Policies")),
}
"""One and several of each kind."""

VIAS = {
    Via.USER: gettext_lazy("by name"),
    Via.GROUP: gettext_lazy("group"),
    Via.ROLE: gettext_lazy("role"),
    Via.PUBLIC: gettext_lazy("everybody (public)"),
    Via.EVERYONE: gettext_lazy("every signed-in user"),
}

POLICY_TYPES = {
    "allow": gettext_lazy("Allow"),
    "deny": gettext_lazy("Deny"),
    "dataMask": gettext_lazy("Mask"),
    "rowFilter": gettext_lazy("Row filter"),
}

CAUSES = {
    Cause.BY_ROLE: gettext_lazy("A role gives it, and the listed mode does not look at roles"),
    Cause.EVERY_USER: gettext_lazy("Every signed-in user has it, whom the listed mode does not know"),
    Cause.PURPOSE_DISABLED: gettext_lazy("The purpose is disabled"),
    Cause.USER_DISABLED: gettext_lazy("The user is disabled"),
    Cause.BEATEN_BY_DENY: gettext_lazy("Denies refuse every action that is allowed"),
    Cause.OUT_OF_SCHEDULE: gettext_lazy("The policies that would give it are out of their schedule"),
    Cause.UNREADABLE_SCHEDULE: gettext_lazy("The schedule of the policies that would give it cannot be read"),
    Cause.POLICY_DISABLED: gettext_lazy("The policies that would give it are disabled"),
    Cause.NO_ACTION: gettext_lazy("The policies allow no action"),
    Cause.ONLY_EXCEPTIONS: gettext_lazy("Only exceptions name the user, which do nothing on their own"),
    Cause.ONLY_DENIES: gettext_lazy("Only denies name the user"),
}
"""Why the modes disagree about somebody."""

FINDINGS = {
    FindingKind.PUBLIC: gettext_lazy("Access only because everybody has it"),
    FindingKind.OUTLIER: gettext_lazy("Far more than their peers"),
    FindingKind.UNREADABLE_SCHEDULE: gettext_lazy("Schedules that cannot be read"),
    FindingKind.UNSEEN: gettext_lazy("Purposes that nobody sees"),
    FindingKind.DISABLED_PURPOSE: gettext_lazy("Disabled purposes with live policies"),
    FindingKind.SHADOWED: gettext_lazy("Shadowed policies"),
    FindingKind.DUPLICATE: gettext_lazy("Duplicate policies"),
    FindingKind.DEAD: gettext_lazy("Dead policies"),
    FindingKind.NOBODY: gettext_lazy("Policies that mean nobody"),
    FindingKind.UNKNOWN_NAMES: gettext_lazy("Names that nobody has"),
    FindingKind.ORPHAN: gettext_lazy("Policies without a purpose"),
}
"""What an auditor should look at, by kind."""

SEVERITIES = {
    Severity.HIGH: (gettext_lazy("high"), "no"),
    Severity.MEDIUM: (gettext_lazy("medium"), "mind"),
    Severity.LOW: (gettext_lazy("low"), ""),
}
"""How much a finding matters: in a word, and the class of its badge."""

SHOWN_CHAINS = 5
"""Ways to a role that are spelled out; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Section:
    """The results of one kind, each with the address of its page; `more` follow."""

    kind: Kind
    title: str
    rows: Sequence[tuple[Found, str]]
    more: bool


def sections(found: Sequence[Found], *, start: int, most: int) -> list[Section]:
    """Results by kind, from the one at `start` (0 is the first) on."""
    return [each for kind in Kind if (each := _section(kind, found, start, most)).rows]


def _section(kind: Kind, found: Sequence[Found], start: int, most: int) -> Section:
    rows = [(each, to_found(each)) for each in found if each.kind is kind][start:]
    return Section(kind, str(KINDS[kind][1]), rows[:most], len(rows) > most)


def place(found: Found) -> tuple[str, str]:
    """What kind of thing it is, in a word, and the address of its page."""
    return str(KINDS[found.kind][0]), to_found(found)


def suggestion(found: Found) -> dict[str, Any]:
    """`value` is what forms take for it: a username, the path of a group, a guid."""
    label, url = place(found)
    return {
        "kind": found.kind,
        "label": label,
        "name": found.name,
        "value": found.detail if found.kind is Kind.GROUP else found.id,
        "detail": found.detail[:120],
        "enabled": found.enabled,
        "url": url,
    }


def too_long(most: int) -> str:
    return _("Search for at most %(most)d characters.") % {"most": most}


def looked(people: int) -> str:
    """`3 people looked at this user in the last 30 days`."""
    sentence = ngettext(
        "%(people)d person looked at this user in the last %(days)d days",
        "%(people)d people looked at this user in the last %(days)d days",
        people,
    )
    return sentence % {"people": people, "days": DAYS}


def matched(match: Match) -> str:
    """By what a policy names the user: `group “finance”`."""
    if match.via in (Via.GROUP, Via.ROLE):
        return f"{VIAS[match.via]} {quoted(match.name)}"
    return str(VIAS[match.via])


def chain(names: Sequence[str]) -> str:
    """One way in which a role is held, from the user outwards."""
    return " → ".join(names)


def policy_type(name: str) -> str:
    return str(POLICY_TYPES.get(name, name))


@dataclass(frozen=True, slots=True)
class SpokenReason:
    """One policy that names the user, in words. `chains` are ways to its role, `more` how many are left out."""

    policy: str
    type: str
    by: str
    because: str
    counts: bool
    chains: tuple[str, ...]
    more: int


def reason(given: Reason) -> SpokenReason:
    chains = given.match.chains
    return SpokenReason(
        policy=given.policy.name or given.policy.guid,
        type=policy_type(given.policy.type),
        by=matched(given.match),
        because=said(given.because),
        counts=given.counts,
        chains=tuple(chain(names) for names in chains[:SHOWN_CHAINS]),
        more=max(0, len(chains) - SHOWN_CHAINS),
    )


def difference(row: PurposeSides, asked: Asked) -> str:
    """Why the two modes disagree about a purpose, or why neither shows it; blank where both do."""
    if row.effective and row.listed:
        return ""
    if row.effective:
        by = sorted({matched(each.match) for each in row.reasons if each.counts})
        return _("Not listed, because the listed answer does not look at this: %(by)s.") % {
            "by": ", ".join(by)
        }
    if asked.disabled:
        return _("Nothing is effective for a user who is disabled.")
    causes = sorted({said(each.because) for each in row.reasons})
    if row.listed:
        return _("Listed because a policy names the user, but not effective: %(causes)s.") % {
            "causes": "; ".join(causes)
        }
    return _("A policy names the user, but to no effect: %(causes)s.") % {"causes": "; ".join(causes)}


def vias(row: PurposeSides) -> str:
    """By what the user sees the purpose, or is named for it, in a few words."""
    telling = [each for each in row.reasons if each.counts] or list(row.reasons)
    return ", ".join(dict.fromkeys(matched(each.match) for each in telling))


def until(epoch_seconds: float | None) -> str:
    """Until when an answer holds by itself; blank when no schedule will change it."""
    if epoch_seconds is None:
        return ""
    return _("A schedule begins or ends at %(at)s; until then this stays as it is.") % {
        "at": moment(epoch_seconds * 1000)
    }


def moment(epoch_ms: float) -> str:
    """`2026-11-21 08:30 UTC`; blank for the beginning of time, which stands for "not known"."""
    return f"{datetime.fromtimestamp(epoch_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC" if epoch_ms else ""
