"""The JSON of AuthZEN's decisions. Equal questions get equal bodies: nothing of the moment or the request is in them."""

from purposeapp.discovery.decisions import Decision
from purposeapp.discovery.written import Json
from purposeapp.domain.errors import AccessError, Forbidden, InvalidRequest
from purposeapp.domain.model import Match, Reason


def outcome(found: Decision | AccessError, *, with_reasons: bool) -> Json:
    """A decision, with reasons where they were asked for. Whatever is none is a denial.

    What the caller must put right is told unasked; that there is no such user or resource is a reason like others.
    """
    allowed = isinstance(found, Decision) and found.allowed
    if isinstance(found, InvalidRequest | Forbidden):
        status = 403 if isinstance(found, Forbidden) else 400
        return {"decision": allowed, "context": {"error": {"status": status, "message": str(found)}}}
    reasons = {"context": _reasons(found, allowed)} if with_reasons else {}
    return {"decision": allowed, **reasons}


def _reasons(found: Decision | AccessError, allowed: bool) -> Json:
    """For administrators policy by policy; for users no more than the decision."""
    admin = str(found) if isinstance(found, AccessError) else _told(found)
    user = "You have access." if allowed else "You have no access."
    return {"reason_admin": {"en": admin}, "reason_user": {"en": user}}


def _told(decision: Decision) -> str:
    if not decision.grounds:
        return f"nothing names {decision.username!r}, or the account is disabled"
    return "; ".join(_sentence(each) for each in decision.grounds)


def _sentence(each: Reason | Match) -> str:
    if isinstance(each, Match):
        return f"the persona names {each.via} {each.name!r}"
    policy, match = each.policy, each.match
    return f"policy {policy.name or policy.guid!r} ({match.via} {match.name!r}): {each.because}"
