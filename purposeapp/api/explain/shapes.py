"""The JSON of an explanation."""

from collections.abc import Sequence

from purposeapp.api.shapes import moment
from purposeapp.discovery import sentences
from purposeapp.discovery.written import Json
from purposeapp.domain.explain import Change, Explanation, Failure, Node, Op, Path, Verdict, Why
from purposeapp.domain.model import Match, Persona, Policy
from purposeapp.domain.schedule import Window


def explanation(explained: Explanation) -> Json:
    username = explained.person.username
    return {
        "username": username,
        **({} if explained.person.enabled else {"disabled": True}),
        "resource": _resource(explained),
        "decision": {"listed": explained.listed, "effective": explained.effective},
        "failures": [_failure(each) for each in explained.failures],
        "via": [_match(each) for each in explained.matches],
        "policies": [_verdict(each) for each in explained.verdicts],
        "paths": [_path(each) for each in explained.paths.items],
        "pathsComplete": explained.paths.complete,
        "listedPaths": [_path(each) for each in explained.listed_paths.items],
        "listedPathsComplete": explained.listed_paths.complete,
        "cutSet": [_changes([each], username) for each in explained.cut.changes],
        "cutSetMinimal": explained.cut.minimal,
        "nearest": [_changes(each, username) for each in explained.nearest.options],
        "nearestComplete": explained.nearest.complete,
        "sentences": sentences.sentences(explained),
        "validUntil": moment(explained.valid_until),
    }


def _resource(explained: Explanation) -> Json:
    resource = explained.resource
    return {
        "type": "persona" if isinstance(resource, Persona) else "purpose",
        "id": resource.guid,
        "name": resource.display_name or resource.name,
        "isEnabled": resource.enabled,
        "isDeleted": any(each.why is Why.PURPOSE_DELETED for each in explained.failures),
    }


def _verdict(verdict: Verdict) -> Json:
    policy = verdict.policy
    return {
        "guid": policy.guid,
        "name": policy.name,
        "type": policy.type,
        "matched": bool(verdict.matches),
        "counts": verdict.counts,
        "listed": verdict.listed,
        "via": [_match(each) for each in verdict.matches],
        "because": verdict.because,
        "isEnabled": policy.enabled,
        "inSchedule": verdict.in_schedule,
        "schedule": [_window(each) for each in policy.schedule],
        "priority": policy.priority,
        "actions": sorted(policy.actions),
        "beatenBy": [_reference(each) for each in verdict.beaten_by],
        "failures": [_failure(each) for each in verdict.failures],
        "sentence": sentences.verdict(verdict),
    }


def _match(match: Match) -> Json:
    return {"via": match.via, "name": match.name, "chains": match.chains}


def _window(window: Window) -> Json:
    """`end` is the first moment after it; null is open."""
    return {"start": moment(window.start), "end": moment(window.end)}


def _reference(policy: Policy) -> Json:
    return {"guid": policy.guid, "name": policy.name}


def _failure(failure: Failure) -> Json:
    until = {} if failure.until is None else {"until": moment(failure.until)}
    by = {"by": [_reference(each) for each in failure.by]} if failure.by else {}
    return {"code": failure.why, "sentence": sentences.failure(failure), **until, **by}


def _path(path: Path) -> list[Json]:
    return [_node(node) for node in path]


def _node(node: Node) -> Json:
    return {"kind": node.kind, "id": node.id, "name": node.name}


def _changes(changes: Sequence[Change], username: str) -> Json:
    return {
        "change": [_change(each, username) for each in changes],
        "sentence": sentences.changes(changes, username),
    }


def _change(change: Change, username: str) -> Json:
    """In the words of the simulation, where it knows some."""
    node, holder = change.node, change.holder
    match change.op:
        case Op.ADD_GROUP | Op.REMOVE_GROUP | Op.ADD_ROLE | Op.REMOVE_ROLE:
            return {"op": change.op, "username": username, "name": node.name, "id": node.id}
        case Op.NAME_USER | Op.UNNAME_USER:
            return {"op": change.op, "username": username, "guid": node.id, "name": node.name}
        case Op.WAIT:
            return {"op": change.op, "until": moment(change.moment)}
        case Op.ENABLE_USER:
            return {"op": change.op, "username": node.name}
    if holder:
        return {"op": change.op, "name": node.name, "id": node.id, "from": _node(holder)}
    return {"op": change.op, "guid": node.id, "name": node.name}
