"""How figures are told: ratios of one run, and pictures that are well-formed and say their values."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bench import report, svg
from bench.measures import measure
from bench.sizes import SIZES


def a_measure(name, seconds):
    return measure(
        name, [seconds] * 10, wall=10 * seconds, app_cpu=0.1, elastic_cpu=0.1, searches=0, faults=[None] * 10
    )


def texts(picture):
    return [each.text for each in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


def test_ratios_are_taken_within_each_run():
    runs = [
        [a_measure("ours", 0.001), a_measure("theirs", 0.010)],
        [a_measure("ours", 0.100), a_measure("theirs", 0.300)],
        [a_measure("ours", 0.010), a_measure("theirs", 0.050)],
    ]
    assert report.ratios(runs, ["ours"], ["theirs"]) == [
        {"ours": "ours", "other": "theirs", "p99": 5.0, "per_second": 5.0}
    ]


def test_the_table_counts_wrong_answers_among_those_compared():
    one = replace(
        a_measure("ours", 0.001), requests=5_000, checked=1_000, faults={"page": 2, "unavailable": 3}
    )
    (line,) = (each for each in report.table([[one]]).splitlines() if each.startswith("ours"))
    assert "2 of 1,000" in line


def test_bars_are_as_long_as_the_logarithm_of_their_values():
    picture = svg.bars(
        "P99 <warm>", "ms", {"ours": 1.0, "a tenth": 10.0, "brute & force": 1000.0}, ours=["ours"]
    )
    root = ElementTree.fromstring(picture)
    lengths = [float(bar.attrib["width"]) for bar in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert lengths == [pytest.approx(lengths[0] * times, abs=0.3) for times in (1, 2, 4)]
    assert {"P99 <warm>", "brute & force", "1,000 ms"} <= set(texts(picture))


def test_a_histogram_leaves_nothing_out():
    picture = svg.histogram("delays", [0.01, 0.05, 0.15, 99.0], width=0.1, until=1.0)
    assert sorted(each for each in texts(picture) if each in ("1", "2")) == ["1", "1", "2"]


def test_lines_say_every_value():
    picture = svg.lines("growth", "ms", ["small", "large"], {"one": [1.0, 2.0], "two": [3.0, 150.0]})
    assert {"small", "large", "1.0 ms", "2.0 ms", "3.0 ms", "150 ms"} <= set(texts(picture))


def test_a_company_that_was_smaller_has_the_same_groups_a_user():
    assert SIZES["M16"].users * 16 == SIZES["M"].users
    assert SIZES["M16"].groups_per_user == SIZES["M"].groups_per_user < SIZES["M16"].groups
