"""The table of a person's purposes: what to show of it, in which order, which page. All of it stands in the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from purposeapp.discovery.side_by_side import PurposeSides
from purposeapp.discovery.words import mentions
from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Via
from purposeapp.domain.page import display_order

PAGE_SIZE = 50

SHOW: Mapping[str, tuple[Any, Callable[[PurposeSides], bool]]] = {
    "seen": (gettext_lazy("Seen in either mode"), lambda row: row.effective or row.listed),
    "effective": (gettext_lazy("Effective"), lambda row: row.effective),
    "listed": (gettext_lazy("Listed"), lambda row: row.listed),
    "differs": (gettext_lazy("Where the modes differ"), lambda row: row.differs),
    "refused": (gettext_lazy("Named, but not seen"), lambda row: not (row.effective or row.listed)),
    "all": (gettext_lazy("All that name the user"), lambda _row: True),
}

SORTS: Mapping[str, tuple[Any, Callable[[PurposeSides], Any]]] = {
    "name": (gettext_lazy("Name"), lambda row: display_order(row.purpose)),
    "updated": (gettext_lazy("Updated"), lambda row: row.purpose.update_time),
    "policies": (gettext_lazy("Policies"), lambda row: len({each.policy.guid for each in row.reasons})),
}

COLUMNS = {
    "why": gettext_lazy("Why"),
    "classifications": gettext_lazy("Classifications"),
    "policies": gettext_lazy("Policies"),
    "updated": gettext_lazy("Updated"),
    "guid": gettext_lazy("Guid"),
}
"""Those that can be left out; name and the two modes are always there."""

DEFAULT_COLUMNS = ("why", "classifications")


@dataclass(frozen=True, slots=True)
class Table:
    """A question to the table. `via` is blank or one of Via; a leading minus in `sort` reverses it."""

    words: str = ""
    show: str = "seen"
    via: str = ""
    sort: str = "name"
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    number: str = "1"

    @classmethod
    def parse(cls, query: QueryDict, remembered: Sequence[str] = ()) -> "Table":
        """`remembered` are columns that were chosen before, for an address that names none.

        Raises InvalidRequest for what is not on offer: a filter that is ignored would show too much.
        """
        asked = query.getlist("columns")
        columns = asked or remembered or DEFAULT_COLUMNS
        table = cls(
            words=query.get("q", ""),
            show=query.get("show") or "seen",
            via=query.get("via", ""),
            sort=query.get("sort") or "name",
            columns=tuple(name for name in COLUMNS if name in columns),
            number=query.get("page", "1"),
        )
        refuse(
            show=table.show not in SHOW,
            via=table.via not in ("", *Via),
            sort=table.sort.removeprefix("-") not in SORTS,
            columns=not set(asked) <= {*COLUMNS, "none"},
        )
        return table

    def rows(self, rows: tuple[PurposeSides, ...]) -> Any:
        """The page asked for, or the nearest there is."""
        kept = [row for row in rows if self._keeps(row)]
        kept.sort(key=SORTS[self.sort.removeprefix("-")][1], reverse=self.sort.startswith("-"))
        return Paginator(kept, PAGE_SIZE).get_page(self.number)

    def _keeps(self, row: PurposeSides) -> bool:
        if not SHOW[self.show][1](row) or not mentions(row.purpose, self.words):
            return False
        return not self.via or any(reason.match.via == self.via for reason in row.reasons)


def refuse(**wrong: bool) -> None:
    """Raises InvalidRequest that names the first parameter for which it is true that it is wrong."""
    for name in (name for name, is_wrong in wrong.items() if is_wrong):
        raise InvalidRequest(_("The address of this page is not right: check “%(name)s”.") % {"name": name})
