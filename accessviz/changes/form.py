"""A question to the simulation: rows of a form, from its address or from the form that was sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from django.http import QueryDict
from django.utils.translation import gettext as _

from accessviz.changes.inputs import INPUTS, JSON, Input, change_of, values_of
from accessviz.links import to_simulation
from accessviz.told import CHANGES
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Mode
from purposeapp.models.validators import is_storable

MOST_ROWS = 50

_FIELD = re.compile(r"(\d{1,4})\.(\w+)")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row as it is shown. `hint` is the name of what a guid stands for."""

    input: Input
    value: str
    wrong: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One change in the form. `wrong` are sentences by field, blank for the row as a whole."""

    op: str
    values: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> Any:
        return _("Any change, as JSON") if self.op == JSON else CHANGES[self.op]

    def fields(self, names: Mapping[str, str]) -> Iterator[Field]:
        """`names` are of things by guid."""
        for each in INPUTS[self.op]:
            value = self.values.get(each.name, "")
            yield Field(each, value, self.wrong.get(each.name, ""), names.get(value, ""))

    @property
    def other_wrong(self) -> list[str]:
        """What is wrong with no field that is shown."""
        shown = {each.name for each in INPUTS[self.op]}
        return [
            f"{name}: {what}".removeprefix(": ") for name, what in self.wrong.items() if name not in shown
        ]


@dataclass(frozen=True, slots=True)
class Question:
    """The rows as they were sent; `changes` are what they say, as far as it can be read."""

    rows: tuple[Row, ...] = ()
    mode: Mode = Mode.EFFECTIVE

    @classmethod
    def asked(cls, query: QueryDict) -> "Question":
        """From an address. Raises InvalidRequest."""
        try:
            changes = [orjson.loads(text) for text in query.getlist("change")]
            rows = (Row(*values_of(change)) for change in changes)
            return cls(tuple(rows), Mode(query.get("mode") or Mode.EFFECTIVE)).checked()
        except ValueError:
            raise InvalidRequest(
                _("The address of this page is not right: check “change” and “mode”.")
            ) from None

    @classmethod
    def sent(cls, form: QueryDict) -> "Question":
        """From a form. Raises InvalidRequest for what no form of ours would send."""
        values: dict[int, dict[str, str]] = {}
        for key, value in form.items():
            if found := _FIELD.fullmatch(key):
                values.setdefault(int(found[1]), {})[found[2]] = str(value)
        rows = tuple(Row(row.pop("op", ""), row) for _place, row in sorted(values.items()))
        mode = form.get("mode") or Mode.EFFECTIVE
        if mode not in list(Mode) or not all(row.op in INPUTS for row in rows):
            raise InvalidRequest(_("This form cannot be read; open the page again."))
        return cls(rows, Mode(mode)).checked()

    def checked(self) -> "Question":
        """The same. Raises InvalidRequest for too much."""
        if len(self.rows) > MOST_ROWS:
            raise InvalidRequest(_("Try out at most %(most)d changes at a time.") % {"most": MOST_ROWS})
        return self

    def with_row(self, op: str) -> "Question":
        if op not in INPUTS:
            raise InvalidRequest(_("There is no such change."))
        return replace(self, rows=(*self.rows, Row(op, {}))).checked()

    def without_row(self, place: str) -> "Question":
        return replace(self, rows=tuple(row for index, row in enumerate(self.rows) if str(index) != place))

    def changes(self) -> list[Any]:
        """As the simulation takes them. Raises InvalidRequest as it does, by place and field."""
        changes, wrong = [], {}
        for place, row in enumerate(self.rows):
            try:
                changes.append(change_of(row.op, row.values))
            except ValueError:
                wrong[f"changes[{place}]."] = _("This is not JSON.")
        if wrong:
            raise InvalidRequest(_("Some changes cannot be read."), fields=wrong)
        return changes

    def marked(self, error: InvalidRequest) -> "Question":
        """With what is wrong beside what it is wrong with."""
        return replace(
            self,
            rows=tuple(
                replace(row, wrong=_about(place, error.fields)) for place, row in enumerate(self.rows)
            ),
        )

    def address(self) -> str:
        return to_simulation(*self.changes(), mode=self.mode)

    def guids(self) -> set[str]:
        """What the rows name by guid."""
        named = (row.values.get(name, "").strip() for row in self.rows for name in ("guid", "purpose"))
        return {guid for guid in named if guid and is_storable(guid)}


def _about(place: int, wrong: Mapping[str, str]) -> dict[str, str]:
    start = f"changes[{place}]"
    return {
        name.removeprefix(start).removeprefix("."): what
        for name, what in wrong.items()
        if name == start or name.startswith(f"{start}.")
    }
