"""Small charts as SVG, without a library: bars on a logarithmic scale, lines, a histogram.

Colours are chosen by the reader's own setting, light or dark; the text beside every mark says its value.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

WIDTH = 760
LEFT, RIGHT, TOP = 290, 90, 56
ROW = 30

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 } .title { font-size: 15px; font-weight: 600 }
.quiet { fill: #59636e } .grid { stroke: #d1d9e0 } .ours { fill: #0969da } .other { fill: #818b98 }
.line { fill: none; stroke-width: 2 } .one { stroke: #0969da } .two { stroke: #bc4c00 } .three { stroke: #1a7f37 }
.dot-one { fill: #0969da } .dot-two { fill: #bc4c00 } .dot-three { fill: #1a7f37 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } .ours { fill: #4493f8 } .other { fill: #656c76 }
.one { stroke: #4493f8 } .two { stroke: #f0883e } .three { stroke: #3fb950 }
.dot-one { fill: #4493f8 } .dot-two { fill: #f0883e } .dot-three { fill: #3fb950 } }
"""
_COLOURS = ("one", "two", "three")


def bars(title: str, unit: str, values: Mapping[str, float], *, ours: Iterable[str]) -> str:
    """One bar for each value, on a logarithmic scale; those of `ours` in a colour of their own."""
    mine, low, high = set(ours), *_decades(values.values())
    height = TOP + ROW * len(values) + 40
    parts = [*_decade_lines(low, high, height - 34)]
    for number, (name, value) in enumerate(values.items()):
        y, length = TOP + ROW * number, _x(value, low, high) - LEFT
        kind = "ours" if name in mine else "other"
        parts += [
            _text(LEFT - 10, y + 15, name, "end"),
            f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{length:.1f}" height="20" rx="3"/>',
            _text(LEFT + length + 8, y + 15, f"{_short(value)} {unit}", "start"),
        ]
    return _drawing(title, height, parts)


def lines(title: str, unit: str, sizes: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """One line for each series over the sizes, from zero."""
    height, bottom = 360, 270
    most = max(max(values) for values in series.values()) * 1.1
    step = (WIDTH - 90 - RIGHT) / (len(sizes) - 1)
    parts = [
        f'<line class="grid" x1="90" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}"/>',
        *(
            _text(90 + step * number, bottom + 22, name, "middle", "quiet")
            for number, name in enumerate(sizes)
        ),
    ]
    for number, (name, values) in enumerate(series.items()):
        colour = _COLOURS[number]
        points = [(90 + step * place, bottom - 210 * value / most) for place, value in enumerate(values)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line {colour}" points="{path}"/>')
        for (x, y), value in zip(points, values, strict=True):
            parts.append(f'<circle class="dot-{colour}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
            parts.append(_text(x, y - 9, f"{_short(value)} {unit}", "middle"))
        parts.append(f'<circle class="dot-{colour}" cx="{96 + 220 * number}" cy="{bottom + 54}" r="5"/>')
        parts.append(_text(106 + 220 * number, bottom + 58, name, "start"))
    return _drawing(title, height, parts)


def histogram(title: str, values: Sequence[float], *, width: float, until: float) -> str:
    """How many of the values (seconds) fall into each step of this width; the last one holds what is beyond."""
    count, bottom = round(until / width), 270
    heights = [0] * count
    for value in values:
        heights[min(count - 1, int(value / width))] += 1
    most, step = max(heights), (WIDTH - 120) / count
    parts = [f'<line class="grid" x1="60" x2="{WIDTH - 60}" y1="{bottom}" y2="{bottom}"/>']
    for number, many in enumerate(heights):
        x, height = 60 + step * number, 200 * many / most
        shape = f'x="{x + 1:.1f}" y="{bottom - height:.1f}" width="{step - 2:.1f}" height="{height:.1f}"'
        parts.append(f'<rect class="ours" {shape}/>')
        parts += [_text(x + step / 2, bottom - height - 5, str(many), "middle", "quiet")] if many else []
        parts += (
            [_text(x, bottom + 20, f"{number * width:g} s", "middle", "quiet")] if number % 2 == 0 else []
        )
    return _drawing(title, 310, parts)


def _drawing(title: str, height: int, parts: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
    title_line = f'<text class="title" x="20" y="28">{escape(title)}</text>'
    return "\n".join([head, f"<style>{_STYLE}</style>", title_line, *parts, "</svg>", ""])


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """The powers of ten around all values, as exponents; the least one is so far below that its bar is seen."""
    every = list(values)
    low = floor(log10(min(every) / 1.5))
    return low, max(low + 1, ceil(log10(max(every))))


def _decade_lines(low: int, high: int, bottom: float) -> Iterable[str]:
    for exponent in range(low, high + 1):
        x = _x(10.0**exponent, low, high)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 10}" y2="{bottom}"/>'
        yield _text(x, bottom + 20, f"{10.0**exponent:,g}", "middle", "quiet")


def _x(value: float, low: int, high: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (log10(value) - low) / (high - low)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
