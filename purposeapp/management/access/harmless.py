"""Names as a terminal may show them: data can neither move the cursor nor change what stands beside it."""

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of what acts on a terminal or cannot be seen: controls, overrides of direction, line ends."""

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_WIDE = frozenset({"W", "F"})
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def harmless(text: str) -> str:
    r"""With everything that is not plainly visible spelt out, as `\n` or `\u202e`.

    What is written from right to left is isolated (Unicode annex 9), so that its neighbours stay where they are.
    """
    shown = "".join(_spelt(char) if unicodedata.category(char) in _HIDDEN else char for char in text)
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in shown):
        return f"{_ISOLATE}{shown}{_END_OF_ISOLATE}"
    return shown


def width(text: str) -> int:
    """How many columns a terminal takes for it."""
    return sum(map(_columns, text))


def cut(text: str, columns: int) -> str:
    """Not wider than so many columns; an ellipsis stands for what is missing."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for char in text:
        used += _columns(char)
        if used >= columns:
            break
        kept += char
    closing = _END_OF_ISOLATE if _ISOLATE in kept else ""
    return f"{kept}…{closing}"


def _columns(char: str) -> int:
    if unicodedata.category(char) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def _spelt(char: str) -> str:
    return char.encode("unicode_escape").decode()
