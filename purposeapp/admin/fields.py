"""Form fields for JSON lists, written as people write lists."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from purposeapp.models.validators import WINDOW_END, WINDOW_START, WINDOW_ZONE

WINDOW_PARTS = (WINDOW_START, WINDOW_END, WINDOW_ZONE)
WINDOW_HELP = _(
    "One window per line: from | to | time zone, for example 2026/01/01 09:00:00 | 2026/12/31 18:00:00 |"
    " Europe/Berlin. An end left blank is open; both ends count. No window means always."
)


class _LinesField(forms.Field):
    """A list in a text area; a subclass says how items become lines and back."""

    def __init__(self, **options: Any) -> None:
        rows = {"rows": 3, "class": "font-mono"}
        super().__init__(**{"required": False, "widget": UnfoldAdminTextareaWidget(attrs=rows), **options})

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else self.to_text(value or [])

    def to_python(self, value: Any) -> list[Any]:
        return self.from_text(value or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_text(initial or []) != self.to_text(self._lenient(data))

    def _lenient(self, data: Any) -> list[Any]:
        try:
            return self.to_python(data)
        except forms.ValidationError:
            return [data]

    def to_text(self, items: Iterable[Any]) -> str:
        raise NotImplementedError

    def from_text(self, text: str) -> list[Any]:
        raise NotImplementedError


class NamesField(_LinesField):
    """Names, one per line; or on a single line, separated by commas."""

    def to_text(self, items: Iterable[Any]) -> str:
        text = "\n".join(map(str, items))
        # A line break at the end says that this single line is one name, comma and all.
        return f"{text}\n" if "," in text and "\n" not in text else text

    def from_text(self, text: str) -> list[Any]:
        parts = text.splitlines() if "\n" in text or "\r" in text else text.split(",")
        return list(dict.fromkeys(filter(None, (part.strip() for part in parts))))


class ScheduleField(_LinesField):
    """Validity windows, one per line. What the source wrote otherwise is shown as JSON, to be corrected."""

    def to_text(self, items: Iterable[Any]) -> str:
        return "\n".join(map(_window_line, items))

    def from_text(self, text: str) -> list[Any]:
        return [_window(line) for line in text.splitlines() if line.strip()]


def _window_line(window: Any) -> str:
    if isinstance(window, dict) and window.keys() <= set(WINDOW_PARTS):
        return " | ".join(str(window.get(part) or "") for part in WINDOW_PARTS)
    return json.dumps(window, ensure_ascii=False)


def _window(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != len(WINDOW_PARTS):
        raise forms.ValidationError(_("“%(line)s” is not from | to | time zone."), params={"line": line})
    return dict(zip(WINDOW_PARTS, parts, strict=True))
