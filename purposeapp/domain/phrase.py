"""What the domain says of its facts: English as it stands, and ready to be said in other languages.

`make sentences` collects the patterns, which are literals for that reason; `discovery/phrases` says them.
"""

from collections.abc import Iterable

Value = str | int | float
"""What is filled in. A Phrase is a text, too, and has a translation of its own; a name has none."""


class Phrase(str):
    """An English sentence, or a part of one, that remembers what it was made of.

    As a text it is what programs are answered with. `pattern` has places such as %(name)s for `values`;
    with `plural`, a pattern too, it is the first value, a number, that decides between the two.
    """

    __slots__ = ("pattern", "plural", "values")

    pattern: str
    plural: str
    values: dict[str, Value]

    def __new__(cls, pattern: str, /, **values: Value) -> "Phrase":
        phrase = super().__new__(cls, _filled(pattern, values))
        phrase.pattern, phrase.plural, phrase.values = pattern, "", values
        return phrase


class Quoted(str):
    """A name in quotes, as `repr` has it for programs; a reader has it between the quotes of their own language."""

    __slots__ = ("name",)

    name: str

    def __new__(cls, name: str) -> "Quoted":
        quoted = super().__new__(cls, repr(name))
        quoted.name = name
        return quoted


def counted(one: str, many: str, /, count: int) -> Phrase:
    """For example `1 policy`, `2,000 policies`; both patterns have the place %(count)s."""
    phrase = Phrase(one if count == 1 else many, count=count)
    phrase.pattern, phrase.plural = one, many
    return phrase


def joined(parts: Iterable[str], separator: str = ", ") -> Phrase:
    """Several in a row. The row itself is the same in every language."""
    values = {f"part{place}": part for place, part in enumerate(parts)}
    return Phrase(separator.join(f"%({name})s" for name in values), **values)


def _filled(pattern: str, values: dict[str, Value]) -> str:
    return pattern % {name: _written(value) for name, value in values.items()} if values else pattern


def _written(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:,g}" if isinstance(value, float) else f"{value:,}"
