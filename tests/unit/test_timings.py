"""What is remembered of how long questions took."""

from purposeapp.timings import BUCKET, KEPT, TENANTS, WINDOW, Timings


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def noted(*milliseconds: float) -> tuple[Timings, Clock]:
    clock = Clock()
    timings = Timings(clock)
    for each in milliseconds:
        timings.add("acme", "GET /x/", each, status=200, request_id="r")
    return timings, clock


def test_the_slowest_are_kept_and_no_more_than_that() -> None:
    timings, _clock = noted(*range(100))
    assert [each.milliseconds for each in timings.slowest("acme")] == list(range(99, 99 - KEPT, -1))


def test_what_is_long_ago_makes_room_for_what_is_quicker() -> None:
    timings, clock = noted(*[500.0] * KEPT)
    clock.now += WINDOW + 1
    timings.add("acme", "GET /y/", 1.0, status=503, request_id="s")
    (found,) = timings.slowest("acme")
    assert (found.route, found.milliseconds, found.status, found.request_id) == ("GET /y/", 1.0, 503, "s")


def test_points_over_time_have_no_gaps_and_end_now() -> None:
    timings, clock = noted(5.0, 7.0)
    clock.now += 3 * BUCKET
    timings.add("acme", "GET /x/", 2.0, status=200, request_id="r")
    points = timings.over_time("acme")
    assert len(points) == WINDOW / BUCKET
    assert [(each.count, each.slowest) for each in points[-4:]] == [(2, 7.0), (0, 0.0), (0, 0.0), (1, 2.0)]
    clock.now += WINDOW
    assert sum(each.count for each in timings.over_time("acme")) == 0


def test_tenants_do_not_mix_and_do_not_grow_without_end() -> None:
    timings, _clock = noted(5.0)
    assert timings.slowest("other") == []
    for number in range(2 * TENANTS):
        timings.add(f"tenant-{number}", "GET /x/", 1.0, status=200, request_id="r")
    assert timings.slowest(f"tenant-{2 * TENANTS - 1}") == []
    assert timings.slowest("acme")
