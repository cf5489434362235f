"""Compiled loops say what the arrays say: candidates, trees and whole results."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz

from bench.matching_data import write_snapshot
from bench.matching_trades import trade
from ml_analyze.matching import Matcher
from ml_analyze.matching.compiled import COLUMNS, LIBRARY, hot
from ml_analyze.matching.compiled.__main__ import compiled
from ml_analyze.matching.features import FEATURES
from ml_analyze.matching.model import shipped
from ml_analyze.matching.sheet import Strings, ends_of, sheet_of
from ml_analyze.matching.spellings import Letters

_ALPHABETS = ("abc de", "abcdefghijklmnop 0123", "абвгд еж", "ab \u4e2d\u6587\U0001f600", "aé\u0100\u0500 b")


@pytest.fixture(autouse=True)
def _again() -> Iterator[None]:
    """The library is looked for anew, before and after."""
    assert compiled() == bool(shutil.which("cc"))
    yield
    hot.cache_clear()


def _without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ml_analyze.matching.compiled.LIBRARY", tmp_path / "none.so")
    hot.cache_clear()
    assert hot() is None


def test_a_list_is_matched_the_same_with_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = trade("parts", 5, products=400, items=150)
    path = write_snapshot(tmp_path / "c.ndjson", made.products)
    fast = Matcher.open(path, cache_dir=tmp_path / "cache").match(made.items, supplier_id="a")
    _without(monkeypatch, tmp_path)
    assert Matcher.open(path, cache_dir=tmp_path / "cache").match(made.items, supplier_id="a") == fast
    assert {each["status"] for each in fast} >= {"auto_matched", "unmatched"}


def test_trees_end_in_the_same_leaves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = np.random.default_rng(2).normal(0.4, 0.4, (1500, len(FEATURES))).astype(np.float32)
    fast = shipped().pair.trees.logits(table)
    _without(monkeypatch, tmp_path)
    np.testing.assert_allclose(fast, shipped().pair.trees.logits(table), atol=1e-5)


def test_strings_are_as_alike_as_rapidfuzz_finds_them() -> None:
    rng = np.random.default_rng(4)
    texts = [
        " ".join("".join(rng.choice(list(letters), rng.integers(0, most))).split())
        for letters in _ALPHABETS
        for most in (3, 12, 45, 150)
        for _ in range(25)
    ]
    strings = [
        Strings(text, " ".join(sorted(text.split())), text, text.replace(" ", "")[:40], "", "", ()) for text in texts
    ]
    letters = Letters.of(strings)
    facts = np.zeros(len(texts), dtype=sheet_of([]).facts.dtype)
    for name in ("weight", "norm", "all_norm"):
        facts[name] = 1.0
    empty = sheet_of([])
    sheet = type(empty)(ends_of(facts["words"].astype(np.int64)), *list(vars(empty).values())[1:-1], facts)
    lefts = np.repeat(np.arange(len(texts)), 10)
    rights = (lefts + np.tile(np.arange(10), len(texts))) % len(texts)
    for loops in filter(None, [hot()]):
        found, _ = loops.measured((sheet, letters), (sheet, letters), lefts, rights)
        for at, (left, right) in enumerate(zip(lefts.tolist(), rights.tolist(), strict=True)):
            a, b = strings[left], strings[right]
            wanted = (
                fuzz.ratio(a.name, b.name),
                fuzz.token_set_ratio(a.name, b.name),
                fuzz.token_sort_ratio(a.name, b.name),
                fuzz.partial_ratio(a.start, b.start),
            )
            told = [100 * found[name][at] for name in COLUMNS[9:13]]
            assert told == pytest.approx(wanted, abs=1e-7), (a.name, b.name)


def test_a_library_of_another_source_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "pairs.c"
    other.write_bytes(b"/* changed */")
    monkeypatch.setattr("ml_analyze.matching.compiled.SOURCE", other)
    hot.cache_clear()
    assert hot() is None
    assert LIBRARY.exists() == bool(shutil.which("cc"))
