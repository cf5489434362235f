"""No text holds up a pattern: what a stranger sends is looked at in a time that grows as the text does."""

from __future__ import annotations

import re

import pytest

from tests.security.patterns import PATIENCE, Found, collected, slowest

BAD = (r"(?:<!--.*?-->)*<html", r"\s+$", r"(a+)+b", r"\S+$", r"<x.*?</x>", r"(?:a|aa)+$")


def test_the_texts_show_what_is_slow() -> None:
    for bad in BAD:
        seconds, _ = slowest(Found("here", re.compile(bad, re.S), ("search",)))
        assert seconds > PATIENCE, bad
    assert slowest(Found("here", re.compile(r"\d++[a-z]{1,3}"), ("fullmatch",)))[0] < PATIENCE


@pytest.mark.timeout(600)  # processor seconds: a busy machine takes its time
def test_every_pattern_of_the_tree_takes_a_time_that_grows_as_the_text_does() -> None:
    found = collected()
    assert len(found) > 150, "they are found"
    slow = [f"{each.where}: {text}" for each in found for seconds, text in [slowest(each)] if seconds > PATIENCE]
    assert not slow, "rewrite them (possessive *+, atomic groups, bounds), or bound the text before it is asked"
