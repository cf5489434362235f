"""Body text is read without effort: AAA contrast on every ground it stands on, in both themes."""

from __future__ import annotations

import re

import pytest

from app.web.assets import STATIC

TOKEN = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
AAA = 7.0


def _tokens(theme: int) -> dict[str, str]:
    css = (STATIC / "app.css").read_text("utf-8")
    return {name: both[theme] for name, *both in TOKEN.findall(css)}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["bg", "surface", "raised", "sunken", "hover"])
@pytest.mark.parametrize("text", ["text", "muted"])
def test_text_stands_out_by_seven_to_one(theme: int, ground: str, text: str) -> None:
    tokens = _tokens(theme)
    assert contrast(tokens[text], tokens[ground]) >= AAA
