"""Compiled loops say what the arrays say: candidates, trees and whole results."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
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
from ml_analyze.matching.hashed_words import Tokens, trigrams, words, words_and_codes
from ml_analyze.matching.index import open_index
from ml_analyze.matching.model import Trees, shipped
from ml_analyze.matching.retrieve import retrieve
from ml_analyze.matching.sheet import Strings, ends_of, sheet_of
from ml_analyze.matching.spellings import Letters
from ml_analyze.matching.texts import texts_of

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


def _texts() -> list[str]:
    rng = np.random.default_rng(7)
    alphabets = ("ab1", "a1-", "ab12 -_/.", "x9 ", "аб1 -", "a\u4e2d1 ", "\U0001f600a1 .", "é\u0661b -")
    made = ["".join(rng.choice(list(letters), rng.integers(0, 40))) for letters in alphabets for _ in range(60)]
    return ["", "1", "a 1 b 2 c 3", "1-2-3-a 4", *made]


@pytest.mark.parametrize("cut", [words, words_and_codes, trigrams])
def test_texts_are_cut_the_same_with_and_without(
    cut: Callable[[list[str]], Tokens], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    each = [[text] for text in _texts()]
    fast = [cut(texts) for texts in (_texts(), *each)]
    _without(monkeypatch, tmp_path)
    for one, other in zip(fast, [cut(texts) for texts in (_texts(), *each)], strict=True):
        assert sorted(zip(one.doc, one.hash, strict=True)) == sorted(zip(other.doc, other.hash, strict=True))
    if cut is words:  # whose order says which of several tokens of a word is which
        np.testing.assert_array_equal(fast[0].hash, cut(_texts()).hash)


def test_the_same_candidates_are_found_with_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = trade("electronics", 3, products=300, items=100)
    index = open_index(write_snapshot(tmp_path / "c.ndjson", made.products), cache_dir=tmp_path / "cache")
    texts = [*map(texts_of, made.items), texts_of({})]
    refused = [frozenset(range(at % 7, 300, 5)) if at % 3 else frozenset[int]() for at in range(len(texts))]
    fast = [retrieve(index, texts, width=15, without=without) for without in (refused, ())]
    _without(monkeypatch, tmp_path)
    slow = [retrieve(index, texts, width=15, without=without) for without in (refused, ())]
    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_array_equal(one.numbers, other.numbers)
        np.testing.assert_array_equal(one.ranks, other.ranks)
        np.testing.assert_allclose(one.scores, other.scores, atol=1e-6)
    assert (fast[0].numbers != fast[1].numbers).any()


def test_an_index_is_the_same_with_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml_analyze.matching.index._LONGEST_LIST", 50)
    monkeypatch.setattr("ml_analyze.matching.index._CHUNK", 70)
    made = trade("grocery", 3, products=300, items=1)
    path = write_snapshot(tmp_path / "c.ndjson", made.products)
    fast = open_index(path, cache_dir=tmp_path / "fast")
    _without(monkeypatch, tmp_path)
    slow = open_index(path, cache_dir=tmp_path / "slow")
    for name, one in fast.lists.items():
        for part in ("starts", "docs", "counts", "weights"):
            np.testing.assert_array_equal(getattr(one, part), getattr(slow.lists[name], part), err_msg=f"{name} {part}")
    assert max(np.diff(fast.lists["full"].starts)) <= 50 < max(fast.lists["full"].counts)


def test_trees_of_many_leaves_are_left_to_arrays() -> None:
    """A tree of 40 leaves in a row, where the loops hold 32."""
    size = 79
    left, right = (np.arange(size, dtype=np.int16)[None] for _ in range(2))
    left, right = left.copy(), right.copy()
    left[0, 0:78:2], right[0, 0:78:2] = np.arange(1, 79, 2), np.arange(2, 80, 2)
    threshold = np.linspace(0, 1, size, dtype=np.float32)[None]
    grown = Trees(np.zeros((1, size), np.int16), threshold, left, right, 100 * threshold, 40, 0.5)
    table = np.linspace(-0.1, 1.1, 200, dtype=np.float32)[:, None]
    assert len(set(grown.logits(table).tolist())) == 40
    for loops in filter(None, [hot()]):
        assert loops.leaves(table, grown) is None


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
    monkeypatch.setattr("ml_analyze.matching.compiled.SOURCES", (other,))
    hot.cache_clear()
    assert hot() is None
    assert LIBRARY.exists() == bool(shutil.which("cc"))


def test_what_texts_stand_in_is_found_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    words_ = ["".join(rng.choice(list("ab1é"), rng.integers(0, 9))) for _ in range(90)]
    letters = Letters.of([Strings(w, w, w + w, w, "b1", "a", (w,)) for w in words_])
    texts = [frozenset(rng.choice(["a1", "ab", "1é", "bb1", "é", ""], rng.integers(0, 3)).tolist()) for _ in range(40)]
    records, asked = rng.integers(0, 90, 500), rng.integers(0, 40, 500)
    fast = letters.mentioning(records, asked, texts)
    _without(monkeypatch, tmp_path)
    assert letters.mentioning(records, asked, texts).tolist() == fast.tolist()
    assert {*fast.tolist()} == {True, False}
