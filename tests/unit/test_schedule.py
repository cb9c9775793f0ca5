"""Validity windows: inclusive ends, open sides, zones and their clock changes, and text that is no schedule."""

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purposeapp.domain.schedule import BadWindow, Window, in_schedule, next_edge, steady

BERLIN = "Europe/Berlin"


def utc(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[arg-type, misc]


def test_both_ends_are_inclusive_to_the_second() -> None:
    window = Window.parse("2026/06/15 09:00:00", "2026/06/15 17:00:00", "UTC")
    assert not window.holds(utc(2026, 6, 15, 9) - 0.001)
    assert window.holds(utc(2026, 6, 15, 9))
    assert window.holds(utc(2026, 6, 15, 17))
    assert window.holds(utc(2026, 6, 15, 17) + 0.999)
    assert not window.holds(utc(2026, 6, 15, 17) + 1)


@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_blank_side_is_open(blank: str | None) -> None:
    since, until = (
        Window.parse("2026/01/01 00:00:00", blank, "UTC"),
        Window.parse(blank, "2026/01/01 00:00:00", "UTC"),
    )
    assert (since.holds(0), since.holds(4e9)) == (False, True)
    assert (until.holds(0), until.holds(4e9)) == (True, False)
    assert Window.parse(blank, blank, blank and blank.strip()) == Window(None, None)


def test_a_window_is_wall_clock_time_summer_and_winter() -> None:
    winter = Window.parse("2026/01/15 09:00:00", "2026/01/15 09:00:00", BERLIN)
    summer = Window.parse("2026/07/15 09:00:00", "2026/07/15 09:00:00", BERLIN)
    assert winter.start == utc(2026, 1, 15, 8)
    assert summer.start == utc(2026, 7, 15, 7)


def test_the_day_the_clocks_go_forward_is_23_hours_long() -> None:
    day = Window.parse("2026/03/29 00:00:00", "2026/03/29 23:59:59", BERLIN)
    assert day.start is not None
    assert day.end is not None
    assert day.end - day.start == 23 * 3600


def test_the_day_the_clocks_go_back_is_25_hours_long() -> None:
    day = Window.parse("2026/10/25 00:00:00", "2026/10/25 23:59:59", BERLIN)
    assert day.start is not None
    assert day.end is not None
    assert day.end - day.start == 25 * 3600


def test_an_hour_that_happens_twice_means_the_first_one() -> None:
    window = Window.parse("2026/10/25 02:30:00", "", BERLIN)
    assert window.start == utc(2026, 10, 25, 0, 30)


def test_an_hour_that_never_happens_is_read_as_if_the_clocks_had_stayed() -> None:
    window = Window.parse("2026/03/29 02:30:00", "", BERLIN)
    assert window.start == utc(2026, 3, 29, 1, 30)


@pytest.mark.parametrize("zone", [None, "", "UTC", "utc", "GMT", "Z", " Z "])
def test_universal_time_has_many_names(zone: str | None) -> None:
    assert Window.parse("2026/06/15 12:00:00", "", zone).start == utc(2026, 6, 15, 12)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-15 12:00:00",
        "2026/06/15",
        "2026/13/01 00:00:00",
        "2026/02/30 00:00:00",
        "now",
        "2026/06/15 24:00:00",
    ],
)
def test_what_is_no_date_is_refused_with_the_form_expected(text: str) -> None:
    with pytest.raises(BadWindow, match="yyyy/MM/dd HH:mm:ss"):
        Window.parse(text, "", "UTC")
    with pytest.raises(BadWindow, match="yyyy/MM/dd HH:mm:ss"):
        Window.parse("", text, "UTC")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe", "a" * 5000, "nul\0"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadWindow, match="not a time zone id"):
        Window.parse("2026/06/15 12:00:00", "", zone)


@pytest.mark.parametrize(("start", "end"), [("0001/01/01 00:00:00", ""), ("", "9999/12/31 23:59:59")])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_ends_of_the_calendar_can_be_read(start: str, end: str, zone: str) -> None:
    assert Window.parse(start, end, zone).holds(utc(2026, 6, 15))


def test_no_window_means_always_and_several_mean_any() -> None:
    first, second = Window(0, 10), Window(20, 30)
    assert in_schedule([], 15)
    assert [in_schedule([first, second], now) for now in (5, 15, 25, 35)] == [True, False, True, False]
    assert [next_edge([first, second], now) for now in (-1, 5, 10, 25, 30)] == [0, 10, 20, 30, None]


def test_the_end_of_the_calendar_is_open() -> None:
    for zone in ("UTC", "America/New_York", "Asia/Tokyo"):
        window = Window.parse("0001/01/01 00:00:00", "9999/12/31 23:59:59", zone)
        sides = [moment for moment in (window.start, window.end) if moment is not None]
        assert all(datetime.fromtimestamp(moment, UTC) for moment in sides)
    assert Window.parse("", "9999/12/31 23:59:59", "UTC") == Window()


moments = st.integers(-100, 100)
windows = st.lists(st.builds(Window, st.none() | moments, st.none() | moments), max_size=4)


@given(windows, moments)
def test_nothing_changes_before_the_next_edge(some: list[Window], now: int) -> None:
    edge = next_edge(some, now)
    last = 201 if edge is None else int(edge)
    assert last > now
    assert {in_schedule(some, moment) for moment in range(now, last)} == {in_schedule(some, now)}


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_a_window_of_one_second_holds_in_that_second(moment: datetime, zone: str) -> None:
    text = moment.strftime("%Y/%m/%d %H:%M:%S")
    window = Window.parse(text, text, zone)
    start = moment.replace(tzinfo=ZoneInfo(zone)).timestamp()
    assert window == Window(start, start + 1)


@given(st.lists(st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))), st.integers(-1, 10))
def test_between_two_edges_every_window_is_as_it_is_now(given_windows, now) -> None:
    windows = [Window(start, end) for start, end in given_windows]
    since, until = steady(windows, now)
    assert since <= now < until
    for moment in range(-1, 11):
        same = [each.holds(moment) for each in windows] == [each.holds(now) for each in windows]
        assert same or not since <= moment < until
    assert until == (math.inf if next_edge(windows, now) is None else next_edge(windows, now))
