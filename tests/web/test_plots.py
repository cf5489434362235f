"""Plots say what they show: whole things in whole numbers, texts as large on a narrow one as on a wide one."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_babel import Babel

from app.charts import svg


@pytest.mark.parametrize(("highest", "top"), [(0, 2), (1, 2), (3, 6), (5, 6), (9, 10), (14, 20), (21, 30), (120, 200)])
def test_what_is_counted_has_no_halves_on_its_axis(highest: float, top: float) -> None:
    assert svg.whole_top(highest) == top
    plot = svg.stacked_bars(["Mon"], [svg.Series("Complete", "green", [highest])], title="Files")
    assert re.findall(r'text-anchor="end">([^<]+)</text>', plot)[:3] == ["0", f"{top / 2:g}", f"{top:g}"]


def test_a_plot_that_shares_its_row_is_drawn_narrow_and_stays_inside_its_frame() -> None:
    plot = svg.line([f"{n} Nov" for n in range(1, 31)], list(range(30)), title="Items", width=svg.HALF)
    assert f'viewBox="0 0 {svg.HALF} ' in plot
    assert max(float(x) for x in re.findall(r'c?x[12]?="([\d.]+)"', plot)) <= svg.HALF
    assert len(re.findall(r"\d+ Nov</text>", plot)) <= 4


def test_an_axis_has_the_readers_decimal_mark() -> None:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "ru")
    with app.test_request_context():
        assert re.search(r">\d,\d+</text>", svg.line(["1", "2"], [0.0, 0.4], title="Share"))
    assert re.search(r">\d\.\d+</text>", svg.line(["1", "2"], [0.0, 0.4], title="Share"))
