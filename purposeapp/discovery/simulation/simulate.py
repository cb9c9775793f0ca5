"""The use case: changes in, the exact difference out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from purposeapp.discovery.entities import snapshot_of
from purposeapp.discovery.simulation.draft import Draft
from purposeapp.discovery.simulation.fields import Wrong
from purposeapp.discovery.simulation.operations import OPERATIONS
from purposeapp.domain.difference import Difference, State, difference, persona_difference
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Mode
from purposeapp.domain.population import Population
from purposeapp.policyindex.base import PolicyIndex


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the changes would do: `difference` tells of purposes, `personas` of personas.

    `notes` are sentences by the place of a change: what had no effect, what was assumed.
    """

    before: State
    after: State
    difference: Difference
    personas: Difference
    notes: Mapping[int, Sequence[str]]


def simulate(
    changes: Sequence[Any], *, mode: Mode, policies: PolicyIndex, population: Population, now: float
) -> Simulated:
    """Make the changes, one after the other, on a copy of everything; `now` is epoch seconds.

    A change is a JSON object whose `op` is one of OPERATIONS. Raises InvalidRequest that names every change that cannot be
    made, by its place and field.
    """
    draft = Draft(State(snapshot_of(policies, now=now), population))
    wrong: dict[str, str] = {}
    for place, change in enumerate(changes):
        try:
            _make(draft, change, place)
        except Wrong as error:
            wrong[f"changes[{place}].{error.field}".rstrip(".")] = str(error)
    if wrong:
        raise InvalidRequest(_refusal(len(wrong)), fields=wrong)
    after = draft.result()
    return Simulated(
        draft.state,
        after,
        difference(draft.state, after, mode=mode, now=now),
        persona_difference(draft.state, after, mode=mode),
        dict(draft.notes),
    )


def _refusal(count: int) -> str:
    if count == 1:
        return _("A change cannot be made; nothing was simulated")
    return _("%(count)d changes cannot be made; nothing was simulated") % {"count": count}


def _make(draft: Draft, change: Any, place: int) -> None:
    if not isinstance(change, dict):
        raise Wrong("", _("must be an object"))
    operation = OPERATIONS.get(str(change.get("op")))
    if operation is None:
        raise Wrong("op", _("must be one of %(names)s") % {"names": ", ".join(OPERATIONS)})
    operation(draft, change, place)
