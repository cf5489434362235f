"""What is not wanted is said with plain wildcards, and costs one walk through a value."""

from __future__ import annotations

import time

import pytest

from handoff.exclusions import Exclusion, Sieve


@pytest.mark.parametrize(
    ("field", "pattern", "fits"),
    [
        ("name", "garden hose", True),
        ("name", "garden", False),
        ("name", "GARDEN*", True),
        ("name", "*ho*e", True),
        ("name", "*hose*garden*", False),
        ("name", "garden hose*garden hose", False),
        ("name", "garden.hose", False),
        ("brand", "gr\u00fcnwald", True),
        ("brand", "gr*", True),
        ("category", "watering", True),
        ("category", "outdoor > *", True),
        ("category", "out*watering", True),
        ("category", "water", False),
    ],
)
def test_a_pattern_fits_a_whole_value_whatever_its_letters(field: str, pattern: str, fits: bool) -> None:
    known = {"brand": "GR\u00dcNWALD", "category": ["Outdoor", "Watering"]}
    rule = Exclusion.model_validate({"field": field, "pattern": pattern})
    assert rule.fits({"name": "Garden  Hose", "characteristics": known}) is fits
    assert rule.fits({"name": "Garden  Hose"} | known) is fits
    assert rule.fits({"name": "Garden hose"}) is (fits and field == "name")


def test_a_hostile_pattern_is_not_slow() -> None:
    rule = Exclusion(field="name", pattern="a*" * 100 + "b")
    began = time.process_time()
    assert not rule.fits({"name": "a" * 500})
    assert time.process_time() - began < 10


def test_what_is_kept_out_is_counted_with_the_first_three() -> None:
    sieve = Sieve([Exclusion(field="name", pattern="x*")])
    rows = [{"name": f"{letter}{n}", "source": {"row": n}} for n in range(5) for letter in "xy"]
    assert [row["name"] for row in rows if sieve.wants(row)] == ["y0", "y1", "y2", "y3", "y4"]
    (told,) = sieve.told()
    assert (told.kind, told.count, [each.text for each in told.examples]) == ("excluded", 5, ["x0", "x1", "x2"])
