"""POST /access/v1/evaluation and /access/v1/evaluations: may a subject do something?"""

import time
from collections.abc import Iterator

from django.http import HttpResponse

from purposeapp.api.answers import personal
from purposeapp.api.authentication import ApiRequest
from purposeapp.api.authzen import schema, shapes
from purposeapp.api.authzen.base import AuthZenViewSet, body_asked, recorder_of_all
from purposeapp.api.authzen.evaluations import Evaluations, Item
from purposeapp.api.authzen.reading import Question
from purposeapp.discovery.decisions import Check, Decision, decide
from purposeapp.domain.errors import AccessError, Forbidden, UnknownEntity


class EvaluationViewSet(AuthZenViewSet):
    """About oneself for everybody, about others for auditors; a request about others is recorded."""

    @schema.evaluation
    def one(self, request: ApiRequest) -> HttpResponse:
        return _answer(request, Evaluations.of_one(body_asked(request)))

    @schema.evaluations
    def many(self, request: ApiRequest) -> HttpResponse:
        return _answer(request, Evaluations.read(body_asked(request)))


def _answer(request: ApiRequest, asked: Evaluations) -> HttpResponse:
    outcomes = _outcomes(request, asked.items)
    if asked.single:
        (outcome,) = outcomes
        if isinstance(outcome, Forbidden):
            raise outcome
        body = shapes.outcome(outcome, with_reasons=asked.with_reasons)
    else:
        answers = (shapes.outcome(each, with_reasons=asked.with_reasons) for each in outcomes)
        body = {"evaluations": list(asked.until_it_stops(answers))}
    return personal(request, body, revision=request.auth.revision)


def _outcomes(request: ApiRequest, items: tuple[Item, ...]) -> Iterator[Decision | AccessError]:
    """In order; an error where there is no decision."""
    checks = [_check(item) for item in items]
    decisions = decide(
        [check for check in checks if isinstance(check, Check)],
        caller=request.user,
        record=recorder_of_all(request, "evaluate", evaluations=len(items)),
        policies=request.auth.policies,
        directory=request.auth.directory,
        now=time.time(),
    )
    for check in checks:
        if isinstance(check, Check):
            decision = next(decisions)
            yield decision.error or decision
        else:
            yield check


def _check(item: Item) -> Check | AccessError:
    if not isinstance(item, Question):
        return item
    try:
        return Check(item.subject.id, item.kind, item.resource.id, action=item.action, at=item.at)
    except UnknownEntity as error:
        return error
