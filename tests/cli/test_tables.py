"""Tables: as wide as they may be, and harmless whatever the names hold."""

from purposeapp.management.access.harmless import cut, harmless, width
from purposeapp.management.access.table import Look, table


def lines(*rows: list[str], columns: int | None = None) -> list[str]:
    return list(table(["NAME", "ID"], rows, Look(columns)))


def test_columns_stand_below_each_other() -> None:
    assert lines(["Sales", "1"], ["Human Resources", "22"]) == [
        "NAME             ID",
        "Sales            1",
        "Human Resources  22",
    ]
    assert lines() == []


def test_the_widest_column_gives_way_to_a_narrow_terminal() -> None:
    found = lines(["a" * 100, "4711"], columns=30)
    assert found[1] == "a" * 23 + "…" + "  4711"
    assert all(width(line) <= 30 for line in found)
    assert "a" * 100 in lines(["a" * 100, "4711"])[1]


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert width("日本") == 4
    assert width("e\u0301") == 1
    assert lines(["日本", "1"], ["abcd", "2"])[1:] == ["日本  1", "abcd  2"]
    assert width(cut("日本語の名前", 5)) <= 5


def test_names_cannot_act_on_the_terminal() -> None:
    for hostile, shown in (
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("two\nlines", r"two\nlines"),
        ("back\r\x08", r"back\r\x08"),
        ("admin\u202egnp.exe", r"admin\u202egnp.exe"),
        ("a\u200bb", r"a\u200bb"),
        ("\u2028", r"\u2028"),
        ("\x9b31m", r"\x9b31m"),
        ("half \ud800", r"half \ud800"),
    ):
        assert harmless(hostile) == shown
        assert lines([hostile, "1"])[1].startswith(shown)


def test_right_to_left_names_are_kept_to_themselves() -> None:
    assert harmless("שלום") == "\u2068שלום\u2069"
    assert cut(harmless("שלום עולם"), 6).endswith("…\u2069")
    assert harmless("plain") == "plain"


def test_headings_are_bold_only_where_that_is_shown() -> None:
    assert next(table(["A"], [["b"]], Look(80, bold=True))).startswith("\x1b[1m")
    assert next(table(["\x1b[31mred"], [["b"]], Look())) == r"\x1b[31mred"
