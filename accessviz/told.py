"""The sentences of the pages about policies and changes; as `present`, the only place where these facts become words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accessviz.present import policy_type
from purposeapp.discovery.sentences import moment
from purposeapp.domain.model import OVERRIDE_PRIORITY, Policy
from purposeapp.domain.schedule import Window
from purposeapp.domain.standing import Mark, Standing

MARKS = {
    Mark.DISABLED: (gettext_lazy("Disabled"), gettext_lazy("It does nothing until it is enabled.")),
    Mark.NOT_YET: (gettext_lazy("Not yet"), gettext_lazy("Its schedule has not begun.")),
    Mark.OVER: (gettext_lazy("Over"), gettext_lazy("Its schedule is over.")),
    Mark.SCHEDULE_UNREADABLE: (
        gettext_lazy("Schedule unreadable"),
        gettext_lazy("Nobody can read its schedule: it refuses if it is a deny and gives nothing otherwise."),
    ),
    Mark.NO_EFFECT: (
        gettext_lazy("No effect"),
        gettext_lazy("Policies of its type do nothing by themselves."),
    ),
    Mark.NO_ACTION: (gettext_lazy("No action"), gettext_lazy("It lists no action, so it does nothing.")),
    Mark.NAMES_NOBODY: (
        gettext_lazy("Names nobody"),
        gettext_lazy("Nobody who is enabled is meant by the names on its lists."),
    ),
    Mark.SHADOWED: (
        gettext_lazy("Shadowed"),
        gettext_lazy("Denies take away everything that it gives, from everybody."),
    ),
    Mark.REDUNDANT: (
        gettext_lazy("Redundant"),
        gettext_lazy("Whatever it gives, everybody has by another policy too."),
    ),
    Mark.REFUSES_NOBODY: (
        gettext_lazy("Refuses nobody"),
        gettext_lazy("Nobody has by another policy what it refuses."),
    ),
}
"""Of each mark its name and what it means."""

PRIORITIES = {
    False: (gettext_lazy("Normal"), gettext_lazy("It gives way to policies that override.")),
    True: (gettext_lazy("Override"), gettext_lazy("It counts before every policy of normal priority.")),
}
"""By whether a policy overrides."""

CHANGES = {
    "add_group": gettext_lazy("Add a user to a group"),
    "remove_group": gettext_lazy("Take a user out of a group"),
    "add_role": gettext_lazy("Give a user a role"),
    "remove_role": gettext_lazy("Take a role from a user"),
    "put_policy": gettext_lazy("Add or edit a policy"),
    "name_user": gettext_lazy("Name a user in a policy"),
    "unname_user": gettext_lazy("No longer name a user in a policy"),
    "disable_policy": gettext_lazy("Disable a policy"),
    "enable_policy": gettext_lazy("Enable a policy"),
    "delete_policy": gettext_lazy("Delete a policy"),
    "disable_purpose": gettext_lazy("Disable a purpose"),
    "enable_purpose": gettext_lazy("Enable a purpose"),
    "put_policies": gettext_lazy("Put Atlas entities, as an import would"),
}
"""The kinds of changes that can be tried out."""


@dataclass(frozen=True, slots=True)
class SpokenStanding:
    """What a policy does for a purpose, in words. `priority` and each of `marks`: its name and what it means."""

    policy: Policy
    type: str
    priority: tuple[Any, Any]
    when: str
    people: str
    without: str
    marks: tuple[tuple[Any, Any], ...]


def standing(given: Standing) -> SpokenStanding:
    return SpokenStanding(
        policy=given.policy,
        type=policy_type(given.policy.type),
        priority=priority(given.policy),
        when=schedule(given.policy),
        people=_people(given.names),
        without=_without(given),
        marks=tuple(MARKS[mark] for mark in given.marks),
    )


def priority(policy: Policy) -> tuple[Any, Any]:
    """Its name and what it means."""
    return PRIORITIES[policy.priority >= OVERRIDE_PRIORITY]


def schedule(policy: Policy) -> str:
    """`from 2026-01-01 08:00:00 UTC until 2026-07-01 00:00:00 UTC`; blank for always."""
    if not policy.schedule_readable:
        return _("a schedule that nobody can read")
    return _("; or ").join(_window(window) for window in policy.schedule)


def _window(window: Window) -> str:
    at = {"start": moment(window.start or 0.0), "end": moment(window.end or 0.0)}
    if window.start is None and window.end is None:
        return _("always")
    if window.end is None:
        return _("from %(start)s on") % at
    if window.start is None:
        return _("until %(end)s") % at
    return _("from %(start)s until %(end)s") % at


def _people(count: int) -> str:
    return ngettext("%(count)d person", "%(count)d people", count) % {"count": count}


def _without(given: Standing) -> str:
    """What disabling it would change; blank when nothing."""
    if given.lost:
        return _("Without it, %(people)s would no longer see the purpose.") % {"people": _people(given.lost)}
    if given.gained:
        return _("Without it, %(people)s more would see the purpose.") % {"people": _people(given.gained)}
    return ""
