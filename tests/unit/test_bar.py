"""The progress bar of commands: fits any terminal, and is lines where there is none."""

import io

import pytest

from purposeapp.management.bar import LINE_EVERY, Bar, bar_line


class Terminal(io.StringIO):
    def __init__(self, is_terminal):
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self):
        return self._is_terminal

    def write(self, text, style_func=None, ending="\n"):
        return super().write(text + ending)


@pytest.mark.parametrize("columns", [1, 5, 20, 34, 40, 80, 300])
@pytest.mark.parametrize("share", [None, 0.0, 0.333, 1.0])
def test_a_line_never_fills_the_terminal(columns, share):
    assert len(bar_line(share, "default: 42 of 100", columns)) < columns


def test_a_wide_terminal_has_a_bar_and_a_narrow_one_the_words():
    assert bar_line(0.5, "42", 30) == "[##########---------]  50% 42"
    assert bar_line(0.5, "42 of 84", 20) == "50% 42 of 84"


def test_an_unknown_whole_has_no_percentage():
    assert "%" not in bar_line(None, "42", 40)


def test_a_terminal_s_line_is_drawn_over_and_the_last_words_stay():
    terminal = Terminal(True)
    bar = Bar(terminal)
    bar.show(0.1, "first")
    bar.show(0.2, "second")
    bar.close("done")
    assert terminal.getvalue().count("\n") == 1
    assert terminal.getvalue().endswith("\r\x1b[Kdone\n")


def test_a_file_gets_a_line_now_and_then():
    now = [0.0]
    output = Terminal(False)
    bar = Bar(output, clock=lambda: now[0])
    for second, text in enumerate(["a", "b", "c", "c", "d", "e", "f"]):
        now[0] = float(second)
        bar.show(0.5, text)
    bar.close("done")
    assert LINE_EVERY == 5
    assert output.getvalue().splitlines() == ["a", "e", "done"]
