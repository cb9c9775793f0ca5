"""Explanations in plain words, in the reader's language. The facts are `domain.explain`'s; here they only get their wording."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from purposeapp.domain.explain import Change, Explanation, Failure, Op, Verdict, Why
from purposeapp.domain.model import SHAPING_TYPES, Match, Persona, PolicyType, Purpose, Via

SPELLED_OUT = 3
"""Suggestions in the running text. All are in the answer, each with a sentence of its own."""

_DECISIONS = {
    (Purpose, True): gettext_lazy("%(user)s sees the purpose %(thing)s."),
    (Purpose, False): gettext_lazy("%(user)s does not see the purpose %(thing)s."),
    (Persona, True): gettext_lazy("%(user)s has the persona %(thing)s."),
    (Persona, False): gettext_lazy("%(user)s does not have the persona %(thing)s."),
}

_MATCHES = {
    Via.USER: gettext_lazy("the user name"),
    Via.GROUP: gettext_lazy("the group “%(name)s”"),
    Via.ROLE: gettext_lazy("the role “%(name)s”"),
    Via.PUBLIC: gettext_lazy("everybody (group public)"),
    Via.EVERYONE: gettext_lazy("every signed-in user"),
}

_FAILURES = {
    Why.USER_DISABLED: gettext_lazy("the user is disabled"),
    Why.PURPOSE_DELETED: gettext_lazy("the purpose is deleted"),
    Why.PURPOSE_DISABLED: gettext_lazy("the purpose is disabled"),
    Why.PERSONA_DISABLED: gettext_lazy("the persona is disabled"),
    Why.NOT_NAMED: gettext_lazy("nothing that it names fits the user"),
    Why.POLICY_DISABLED: gettext_lazy("it is disabled"),
    Why.NOT_YET: gettext_lazy("its schedule begins on %(until)s"),
    Why.OVER: gettext_lazy("its schedule is over"),
    Why.SCHEDULE_UNREADABLE: gettext_lazy("its schedule cannot be read"),
    Why.REFUSES: gettext_lazy("it refuses"),
    Why.NO_EFFECT: gettext_lazy("policies of its type have no effect by themselves"),
    Why.NO_ACTION: gettext_lazy("it allows no action"),
    Why.BEATEN: gettext_lazy("it is beaten by %(by)s"),
}

_CHANGES = {
    Op.ADD_GROUP: gettext_lazy("add %(user)s to the group %(thing)s"),
    Op.ADD_ROLE: gettext_lazy("give %(user)s the role %(thing)s"),
    Op.NAME_USER: gettext_lazy("name %(user)s in %(thing)s"),
    Op.UNNAME_USER: gettext_lazy("no longer name %(user)s in %(thing)s"),
    Op.REMOVE_GROUP: gettext_lazy("take %(user)s out of the group %(thing)s"),
    Op.REMOVE_ROLE: gettext_lazy("take the role %(thing)s from %(user)s"),
    Op.WAIT: gettext_lazy("wait until %(moment)s"),
    Op.ENABLE_POLICY: gettext_lazy("enable the policy %(thing)s"),
    Op.REMOVE_GROUP_ROLE: gettext_lazy("take the role %(thing)s from the group %(holder)s"),
    Op.REMOVE_COMPOSITE: gettext_lazy("take the role %(thing)s out of the role %(holder)s"),
    Op.DISABLE_POLICY: gettext_lazy("disable the policy %(thing)s"),
    Op.ENABLE_PURPOSE: gettext_lazy("enable the purpose %(thing)s"),
    Op.ENABLE_PERSONA: gettext_lazy("enable the persona %(thing)s"),
    Op.ENABLE_USER: gettext_lazy("enable the user %(user)s"),
}


def sentences(explanation: Explanation) -> tuple[str, ...]:
    """The whole explanation as running text: the decision, what leads to it, and how to change it."""
    return (
        decision(explanation),
        *_about_the_modes(explanation),
        *in_short(explanation.verdicts),
        *_by_what(explanation),
        *_to_change_it(explanation),
    )


def decision(explanation: Explanation) -> str:
    """`ana sees the purpose “Churn”.`"""
    sentence = _DECISIONS[type(explanation.resource), explanation.effective]
    return sentence % {
        "user": explanation.person.username,
        "thing": quoted(
            explanation.resource.display_name or explanation.resource.name or explanation.resource.guid
        ),
    }


def in_short(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """A sentence for each policy that concerns the user; those that name somebody else only are left out."""
    return tuple(verdict(each) for each in verdicts if each.matches)


def verdict(given: Verdict) -> str:
    """What one policy does for the user, or why it does nothing."""
    words = {
        "policy": quoted(given.policy.name or given.policy.guid),
        "by": ", ".join(matched(each) for each in given.matches),
        "does": _effect(given),
        "why": "; ".join(failure(each) for each in given.failures),
    }
    if given.counts or _only_refuses(given):
        return _("The policy %(policy)s names %(by)s and %(does)s.") % words
    if given.matches:
        return _("The policy %(policy)s names %(by)s, but gives nothing: %(why)s.") % words
    return _("The policy %(policy)s gives nothing: %(why)s.") % words


def matched(match: Match) -> str:
    """By what somebody is named: `the role “analyst” (/eng/data → /eng → analyst)`."""
    text = _MATCHES[match.via] % {"name": match.name}
    return f"{text} ({' → '.join(match.chains[0])})" if match.chains else text


def failure(given: Failure) -> str:
    """One reason why something gives nothing, as the end of a sentence."""
    return _FAILURES[given.why] % {
        "until": moment(given.until or 0.0),
        "by": ", ".join(quoted(policy.name or policy.guid) for policy in given.by),
    }


def changes(given: Iterable[Change], username: str) -> str:
    """What somebody would have to do, as one sentence: `Add ana to the group “/eng”; disable the policy “Quiet period”.`"""
    text = _steps(given, username)
    return f"{text[:1].upper()}{text[1:]}."


def moment(epoch_seconds: float) -> str:
    """`2026-11-21 08:30:00 UTC`."""
    return f"{datetime.fromtimestamp(epoch_seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def quoted(name: str) -> str:
    """A name between the quotes of the reader's language."""
    return _("“%(name)s”") % {"name": name}


def _steps(given: Iterable[Change], username: str) -> str:
    return "; ".join(_step(change, username) for change in given)


def _step(change: Change, username: str) -> str:
    return _CHANGES[change.op] % {
        "user": username,
        "thing": quoted(change.node.name or change.node.id),
        "holder": quoted(change.holder.name) if change.holder else "",
        "moment": moment(change.moment),
    }


def _effect(given: Verdict) -> str:
    policy = given.policy
    if policy.type in SHAPING_TYPES:
        return _("shapes the data, which makes the purpose visible")
    taken = frozenset[str]().union(*(deny.actions for deny in given.beaten_by))
    actions = ", ".join(sorted(policy.actions - taken)) or _("no action")
    if policy.type == PolicyType.DENY:
        return _("refuses %(actions)s") % {"actions": actions}
    return _("allows %(actions)s") % {"actions": actions}


def _only_refuses(given: Verdict) -> bool:
    return [each.why for each in given.failures] == [Why.REFUSES] and bool(given.matches)


def _about_the_modes(explanation: Explanation) -> Iterator[str]:
    """Where the two modes disagree, and what decides whatever the policies say."""
    if explanation.effective and not explanation.listed:
        yield _("The listed mode does not show it: that looks at user names and groups only.")
    if explanation.listed and not explanation.effective:
        yield _("The listed mode shows it: a user name or a group is on the list.")
    for each in explanation.failures:
        if each.why is Why.NOT_NAMED:
            yield _("It does not name the user: neither by name nor by a group or a role.")
        else:
            yield _("In the way: %(why)s.") % {"why": failure(each)}


def _by_what(explanation: Explanation) -> Iterator[str]:
    """Of a persona: whom it names."""
    if explanation.matches:
        by = ", ".join(matched(each) for each in explanation.matches)
        yield _("The persona names %(by)s.") % {"by": by}


def _to_change_it(explanation: Explanation) -> Iterator[str]:
    username = explanation.person.username
    if explanation.cut.changes:
        yield _("To take it away: %(steps)s.") % {"steps": _steps(explanation.cut.changes, username)}
    options = explanation.nearest.options
    if options:
        steps = [_steps(option, username) for option in options[:SPELLED_OUT]]
        yield _("To give it: %(steps)s.") % {"steps": _(", or ").join(steps)}
    more = len(options) - SPELLED_OUT
    if more > 0:
        there_are = ngettext(
            "There is %(more)d more way to give it.", "There are %(more)d more ways to give it.", more
        )
        yield there_are % {"more": more}
