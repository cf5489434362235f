"""matching.fraction: fractions of a name as decimals, inches where a thread or a unit says so, and codes left alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from ml_analyze.matching.fraction import in_decimals
from ml_analyze.matching.normalize import normalize
from ml_analyze.matching.sizes import measures

_VULGAR = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞"}
_INCHES = ('"', ' "', " inch", "-inch", " Zoll", "″", "''", " дюйма", " pouces", " in", "in")


def told(text: str) -> str:
    return in_decimals(normalize(text))


@pytest.mark.parametrize("unit", _INCHES)
def test_one_width_is_one_size_however_it_is_written(unit: str) -> None:
    """Every whole number of inches and every fraction of them that pipes and tools are sold in."""
    for whole in range(4):
        for part in (*_VULGAR, "1/16", "5/16", "15/16", "9/32", "1/64"):
            value = f"{float(whole + Fraction(part)) * 25.4:.4g}"
            ways = [f"{whole} {part}{unit}", f"{whole}-{part}{unit}"] if whole else [f"{part}{unit}"]
            if part in _VULGAR:
                ways += [f"{whole or ''}{_VULGAR[part]}{unit}", f"{whole or ''} {_VULGAR[part]}{unit}".strip()]
            read = {way: measures(told(f"elbow {way}"))["length"] for way in ways}
            assert {way: float(next(iter(size))) for way, size in read.items()} == pytest.approx(
                dict.fromkeys(ways, float(value)), rel=2e-3
            )


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("EU 43 1/3", "eu 43.3333"),
        ("43⅓", "43.3333"),
        ("G½", 'g 0.5"'),
        ("3/4 NPT", '0.75" npt'),
        ('3/4" x 1/2"', '0.75 x 0.5"'),
        ('¾"x½"', '0.75 x 0.5"'),
        ('DN 15 1/2"', 'dn 15 0.5"'),
        ("1/2 l", "0.5 l"),
        ("1/2-13 UNC", "0.5-13 unc"),
        ('11/4"', '2.75"'),
    ],
)
def test_fractions_are_spelled_as_decimals(text: str, spelled: str) -> None:
    assert told(text) == spelled


@pytest.mark.parametrize(
    "text", ["ge12lr3/8", "ss-1/2-k", "bv-1/2", "1/2/3", "205/55 r16", "24/7", "12/24 v", "0/4", "s/m"]
)
def test_codes_tyres_and_ranges_are_no_fractions(text: str) -> None:
    assert in_decimals(text) == text


def test_a_text_without_end_is_read_once() -> None:
    assert in_decimals("1/2 " * 50_000).count("0.5") == 50_000
    assert in_decimals("9" * 200_000 + "/2") == "9" * 200_000 + "/2"
    assert in_decimals("1x" * 100_000 + "1/3").endswith("0.3333")
