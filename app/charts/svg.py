"""Plots as SVG: plain shapes with classes, drawn on the server, coloured by the stylesheet.

Every text that goes in is escaped; each plot has a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_decimal_symbol
from flask_babel import get_locale
from markupsafe import Markup, escape

WIDTH, HEIGHT = 560, 180
#: for a plot that shares its row with another: drawn narrower, so that its texts stay as large
HALF = 300
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 10, 22


@dataclass(frozen=True)
class Series:
    """``tone`` is a colour of the stylesheet; None values leave a gap."""

    name: str
    tone: str
    values: Sequence[float | None]


def nice_top(highest: float) -> float:
    """The next round number at or above ``highest``."""
    if highest <= 0:
        return 1
    power = 10 ** math.floor(math.log10(highest))
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= highest))


def whole_top(highest: float) -> float:
    """The same for things that are counted: half of it is a whole number too."""
    top = max(2.0, nice_top(highest))
    return top + (1 if top < 10 else 5) if top % 2 else top


def stacked_bars(labels: Sequence[str], series: Sequence[Series], *, title: str) -> Markup:
    """One bar a label, one colour a series."""
    totals = [sum(each.values[index] or 0 for each in series) for index in range(len(labels))]
    top = whole_top(max(totals, default=0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    parts = [_open(title), *_grid(0, top)]
    for index, label in enumerate(labels):
        x, y = LEFT + index * step, float(HEIGHT - BOTTOM)
        told = ", ".join(f"{each.name}: {each.values[index]:g}" for each in series if each.values[index])
        parts.append(f"<g><title>{escape(label)}: {escape(told) or 0}</title>")
        for each in series:
            height = (each.values[index] or 0) / top * (HEIGHT - TOP - BOTTOM)
            if height:
                y -= height
                parts.append(
                    f'<rect class="s-{each.tone}" x="{x + step * 0.15:.1f}" y="{y:.1f}" '
                    f'width="{step * 0.7:.1f}" height="{height:.1f}" rx="1"/>'
                )
        parts.append(
            f'<rect class="hot" x="{x:.1f}" y="{TOP}" width="{step:.1f}" height="{HEIGHT - TOP - BOTTOM}"/></g>'
        )
    parts += _labels(labels, step, centred=True)
    return _closed(parts)


def line(
    labels: Sequence[str],
    values: Sequence[float | None],
    *,
    title: str,
    bottom: float | None = 0,
    top: float | None = None,
    goal: float | None = None,
    unit: str = "",
    width: int = WIDTH,
) -> Markup:
    """One line; ``bottom`` None begins a little under the lowest value. ``goal`` is a dashed line."""
    low, high = _extent([each for each in values if each is not None], bottom=bottom, top=top, goal=goal)
    step = (width - LEFT - RIGHT) / max(1, len(labels) - 1)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / ((high - low) or 1) * (HEIGHT - TOP - BOTTOM)

    parts = [_open(title, width), *_grid(low, high, unit, width=width)]
    if goal is not None:
        parts.append(f'<line class="goal" x1="{LEFT}" x2="{width - RIGHT}" y1="{y(goal):.1f}" y2="{y(goal):.1f}"/>')
    for run in _runs(values):
        points = " ".join(f"{LEFT + index * step:.1f},{y(value):.1f}" for index, value in run)
        first, last = LEFT + run[0][0] * step, LEFT + run[-1][0] * step
        if bottom is not None and len(run) > 1:
            parts.append(f'<polygon class="area" points="{first:.1f},{y(low):.1f} {points} {last:.1f},{y(low):.1f}"/>')
        if len(run) > 1:
            parts.append(f'<polyline class="line" points="{points}"/>')
    for index, value in enumerate(values):
        if value is not None:
            x = LEFT + index * step
            parts.append(
                f"<g><title>{escape(labels[index])}: {value:,.4g}{escape(unit)}</title>"
                f'<circle cx="{x:.1f}" cy="{y(value):.1f}" r="{2.5 if len(labels) > 15 else 3.5}"/>'
                + _hot(x - step / 2, step)
            )
    parts += _labels(labels, step, centred=False, width=width)
    return _closed(parts)


def _extent(
    known: Sequence[float], *, bottom: float | None, top: float | None, goal: float | None
) -> tuple[float, float]:
    """From which value to which the plot reaches."""
    low = min(known, default=0.0) if bottom is None else bottom
    high = max([*known, goal or 0], default=1.0)
    if bottom is None:
        margin = max((high - low) * 0.15, abs(high) * 0.01, 0.01)
        low, high = low - margin, high + margin
    else:
        high = nice_top(high)
    return low, high if top is None else top


def bars(rows: Sequence[tuple[str, float, str, str]], *, title: str) -> Markup:
    """Lying bars: (name, value, the value as it is written, tone)."""
    height = 16 + 34 * len(rows)
    top = max((row[1] for row in rows), default=1) or 1
    parts = [f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">']
    for index, (name, value, written, tone) in enumerate(rows):
        y = 8 + index * 34
        width = max(2.0, value / top * (WIDTH - 270))
        parts.append(
            f'<text x="0" y="{y + 17}">{escape(name)}</text>'
            f'<rect class="s-{tone}" x="110" y="{y + 5}" width="{width:.1f}" height="16" rx="3"/>'
            f'<text x="{118 + width:.1f}" y="{y + 17}">{escape(written)}</text>'
        )
    return _closed(parts)


def sparkline(values: Sequence[float], *, title: str) -> Markup:
    """A small line without axes, as steps: a price holds until the next one."""
    if len(values) < 2:
        return Markup("")
    low, high = min(values), max(values)
    step, span = 116 / (len(values) - 1), (high - low) or 1
    points = []
    for index, value in enumerate(values):
        y = 24 - (value - low) / span * 20
        if index:
            points.append(f"{2 + index * step:.1f},{24 - (values[index - 1] - low) / span * 20:.1f}")
        points.append(f"{2 + index * step:.1f},{y:.1f}")
    opening = f'<svg class="chart spark" viewBox="0 0 120 28" role="img" aria-label="{escape(title)}">'
    return _closed([opening, f'<polyline class="line" points="{" ".join(points)}"/>'])


@dataclass(frozen=True)
class Steps:
    """A value that holds until the next: ``points`` of a moment in seconds and its value, oldest first."""

    name: str
    points: Sequence[tuple[float, float]]


def steps(series: Sequence[Steps], *, title: str, until: float, labels: tuple[str, str]) -> Markup:
    """Several values over one time, each a line of its own; ``labels`` stand at its beginning and its end."""
    known = [value for each in series for _at, value in each.points]
    low, high = _extent(known, bottom=None, top=None, goal=None)
    first = min((at for each in series for at, _value in each.points), default=until)
    span = (until - first) or 1

    def place(at: float, value: float) -> str:
        x = LEFT + (at - first) / span * (WIDTH - LEFT - RIGHT)
        return f"{x:.1f},{HEIGHT - BOTTOM - (value - low) / ((high - low) or 1) * (HEIGHT - TOP - BOTTOM):.1f}"

    parts = [_open(title), *_grid(low, high)]
    for number, each in enumerate(series):
        corners, last = [], None
        for at, value in each.points:
            corners += ([place(at, last)] if last is not None else []) + [place(at, value)]
            last = value
        if last is not None:
            corners.append(place(until, last))
        drawn = f'<polyline class="line of-{number % 8}" points="{" ".join(corners)}"/>'
        parts.append(f"<g><title>{escape(each.name)}</title>{drawn}</g>")
    for x, anchor, label in ((LEFT, "start", labels[0]), (WIDTH - RIGHT, "end", labels[1])):
        parts.append(f'<text x="{x}" y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(label)}</text>')
    return _closed(parts)


def _closed(parts: Sequence[str]) -> Markup:
    return Markup("".join(parts) + "</svg>")  # noqa: S704 # nosec B704 - numbers and escaped texts


def _open(title: str, width: int = WIDTH) -> str:
    shape = "chart" if width == WIDTH else "chart half"
    return f'<svg class="{shape}" viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(title)}">'


def _hot(x: float, width: float) -> str:
    """The part that shows its figures under the pointer."""
    return f'<rect class="hot" x="{x:.1f}" y="{TOP}" width="{width:.1f}" height="{HEIGHT - TOP - BOTTOM}"/></g>'


def _grid(low: float, high: float, unit: str = "", *, width: int = WIDTH) -> list[str]:
    parts = []
    for share in (0, 0.5, 1):
        y = HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
        value = low + share * (high - low)
        parts.append(
            f'<line class="axis" x1="{LEFT}" x2="{width - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_short(value)}{escape(unit)}</text>'
        )
    return parts


def _labels(labels: Sequence[str], step: float, *, centred: bool, width: int = WIDTH) -> list[str]:
    """At most seven, four on a narrow plot, so that they never touch; the last is always there, none twice."""
    every = max(1, math.ceil(len(labels) / (7 if width == WIDTH else 4)))
    parts = []
    for index in range(len(labels) - 1, -1, -every):
        if index + every < len(labels) and labels[index] == labels[index + every]:
            continue
        x = LEFT + index * step + (step / 2 if centred else 0)
        anchor = "end" if x > width - 30 else "middle"
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(labels[index])}</text>')
    return parts


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    runs: list[list[tuple[int, float]]] = []
    joined = False
    for index, value in enumerate(values):
        if value is None:
            joined = False
            continue
        if not joined:
            runs.append([])
        runs[-1].append((index, value))
        joined = True
    return runs


def _short(value: float) -> str:
    """Four digits at most, with the reader's decimal mark; outside of a request with a point."""
    if abs(value) >= 1_000_000:
        text = f"{value / 1_000_000:.3g}M"
    else:
        text = f"{value / 1000:.3g}k" if abs(value) >= 10_000 else f"{value:.4g}"
    locale = get_locale()
    return text if locale is None else text.replace(".", get_decimal_symbol(locale))
