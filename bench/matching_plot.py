"""Draw ``docs/matching-calibration.svg``: what a score said against how often it was right.

``python -m bench.matching_plot [--data DIR]``; a dot's area is the number of first candidates in it.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.matching import DATA, unseen_worlds
from bench.matching_curve import Curve
from bench.matching_data import Labelled, binned, calibration_error, firsts
from bench.matching_trades import TRADES

OUT = Path(__file__).resolve().parent.parent / "docs" / "matching-calibration.svg"
_SIDE, _EDGE = 360, 48
_COLOURS = ("#206bc4", "#d6336c", "#2fb344")


def drawing(series: Sequence[tuple[str, list[tuple[float, bool]]]]) -> str:
    """An SVG of one or more series of (score 0-1, right)."""
    total = _SIDE + 2 * _EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total + 300} {total}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{total + 300}" height="{total}" fill="white"/>',
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#adb5bd"/>',
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#adb5bd" stroke-dasharray="4"/>',
        f'<text x="{_x(0.5)}" y="{total - 8}" text-anchor="middle">score of the first candidate</text>',
        f'<text x="14" y="{_y(0.5)}" text-anchor="middle" transform="rotate(-90 14 {_y(0.5)})">right, %</text>',
    ]
    for tick in (0, 25, 50, 75, 100):
        parts.append(f'<text x="{_x(tick / 100)}" y="{_y(0) + 16}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{_EDGE - 6}" y="{_y(tick / 100) + 4}" text-anchor="end">{tick}</text>')
    for place, ((name, judged), colour) in enumerate(zip(series, _COLOURS, strict=False)):
        dots = []
        for part in binned(judged):
            if part:
                said, right = (sum(pair[i] for pair in part) / len(part) for i in (0, 1))
                dots.append((said, right, 2 + 14 * (len(part) / len(judged)) ** 0.5))
        line = " ".join(f"{_x(said):.1f},{_y(right):.1f}" for said, right, _ in dots)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}"/>')
        parts += [
            f'<circle cx="{_x(said):.1f}" cy="{_y(right):.1f}" r="{size:.1f}" fill="{colour}" fill-opacity="0.6"/>'
            for said, right, size in dots
        ]
        label = f"{name} (n {len(judged)}, error {calibration_error(judged):.3f})"
        parts.append(f'<text x="{_EDGE + _SIDE + 14}" y="{_EDGE + 18 * (place + 1)}" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _x(share: float) -> float:
    return _EDGE + share * _SIDE


def _y(share: float) -> float:
    return _EDGE + (1 - share) * _SIDE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    given = parser.parse_args()
    made = [
        one
        for _, world, run in unseen_worlds(tuple(TRADES))
        for one in firsts(run, [item["id"] for item in world.items], world.truth)
    ]
    with tempfile.TemporaryDirectory() as folder:
        bench = Curve(Labelled.read(given.data), Path(folder))
        fresh = firsts(bench.fresh, bench.held, bench.data.gold)
        reviewed = bench.after(bench.reviewed(random.Random(0).sample(bench.pool, 200)))
        after = firsts(reviewed, bench.held, bench.data.gold)
    OUT.write_text(
        drawing([("made up, no label", made), ("sample, no label", fresh), ("sample, 200 reviews", after)]),
        encoding="utf-8",
    )
    print(OUT)


if __name__ == "__main__":
    main()
