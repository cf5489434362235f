"""What is measured for all pairs at once is what is measured of each by itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.matching_data import write_snapshot
from bench.matching_synthetic import world
from bench.matching_trades import trade
from ml_analyze.matching.compiled import COLUMNS, hot
from ml_analyze.matching.compiled.__main__ import compiled
from ml_analyze.matching.feature_table import WIDTH
from ml_analyze.matching.features import PAIR, SIBLING
from ml_analyze.matching.grounds import Stands, stands
from ml_analyze.matching.index import open_index
from ml_analyze.matching.measure import measured
from ml_analyze.matching.pairs import shared
from ml_analyze.matching.products import Products
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.sheet import Sheet, sheet_of, strings_of
from ml_analyze.matching.siblings import sibling_columns
from ml_analyze.matching.spellings import Letters
from ml_analyze.matching.texts import texts_of
from tests.unit.ml_analyze.matching.pair_by_pair import pair_features, sibling_features, stands_on

_ROWS = 700


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """Rows and products of trades and languages, read by one index of them all."""
    worlds = [trade(kind, 5, products=60, items=40) for kind in ("parts", "grocery", "fashion", "drugs", "software")]
    worlds += [world(3, products=60, items=40, language=language) for language in ("ru", "de", "zh")]
    rows: list[dict[str, Any]] = [row for made in worlds for row in (*made.products, *made.items)]
    folder = tmp_path_factory.mktemp("measure")
    path = write_snapshot(folder / "c.ndjson", [row | {"id": str(at)} for at, row in enumerate(rows)])
    return records(rows, [texts_of(row) for row in rows], open_index(path, cache_dir=folder / "cache"))


def test_ten_thousand_pairs_have_the_numbers_they_have_alone(read: list[Record]) -> None:
    rng = np.random.default_rng(1)
    own = rng.permutation(len(read))[:_ROWS]
    lefts = np.repeat(np.arange(_ROWS), WIDTH)
    # Neighbours are of one world, often siblings; some rows meet themselves.
    near = np.clip(own[lefts] + rng.integers(-30, 30, len(lefts)), 0, len(read) - 1)
    items = [read[at] for at in own]
    each, rights = np.unique(near, return_inverse=True)
    products = [read[at] for at in each]
    ours, theirs = [strings_of(item) for item in items], [strings_of(product) for product in products]
    common = shared(sheet_of(items), sheet_of(products), lefts, rights)
    columns = measured(common, [ours[at] for at in lefts], [theirs[at] for at in rights])
    siblings = sibling_columns(common, columns["name_cosine"])
    rounded = sibling_columns(common, columns["name_cosine"].astype(np.float32).astype(np.float64))
    _compiled_loops_agree((items, products), (lefts, rights), columns, rounded)
    pairs = [(items[left], products[right]) for left, right in zip(lefts, rights, strict=True)]
    assert len(pairs) > 10_000

    alone = np.array([pair_features(*pair) for pair in pairs])
    for place, name in enumerate(PAIR):
        np.testing.assert_allclose(columns[name].astype(float), alone[:, place], atol=1e-9, err_msg=name)
    told = [
        sibling_features(item, [product for _, product in pairs[start : start + WIDTH]], alone[start:, 0][:WIDTH])
        for start, item in zip(range(0, len(pairs), WIDTH), items, strict=True)
    ]
    np.testing.assert_allclose(siblings, np.concatenate(told), atol=1e-9, err_msg=str(SIBLING))
    _evidence_is_the_same(pairs, alone, stands(columns, lefts))


def _compiled_loops_agree(records: Any, pairs: Any, columns: Any, siblings: Any) -> None:
    """Where there is no compiler there are no compiled loops, and nothing to hold against the arrays."""
    assert compiled() == bool(shutil.which("cc"))
    for loops in filter(None, [hot()]):
        ours, theirs = ((sheet_of(each), Letters.of([strings_of(one) for one in each])) for each in records)
        found, told = loops.measured(ours, theirs, *pairs)
        for name in COLUMNS:
            np.testing.assert_allclose(found[name].astype(float), columns[name].astype(float), atol=1e-9, err_msg=name)
        np.testing.assert_allclose(told, siblings, atol=1e-9, err_msg=str(SIBLING))


def _evidence_is_the_same(pairs: list[tuple[Record, Record]], alone: Any, found: Stands) -> None:
    code, barcode = PAIR.index("code_equal"), PAIR.index("barcode_equal")
    for at, (item, product) in enumerate(pairs):
        row = alone[at - at % WIDTH :][:WIDTH]
        kind, contradicted = stands_on(
            item,
            product,
            lone_barcode=row[:, barcode].sum() <= 1,
            lone_code=row[:, code].sum() - alone[at, code] == 0,
        )
        assert (found.kind[at], found.contradicted[at]) == (kind, contradicted), (item.name, product.name)


def _entries(sheet: Sheet) -> Any:
    """In an order of their own: a set has none."""
    record = np.repeat(np.arange(len(sheet)), np.diff(sheet.starts))
    return np.sort(np.rec.fromarrays([record, sheet.hashes, sheet.kinds, sheet.flags, sheet.weights, sheet.amounts]))


def test_products_are_the_same_from_disk_and_read_when_they_are_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trade("parts", 7, products=80, items=1)
    index = open_index(write_snapshot(tmp_path / "c.ndjson", made.products), cache_dir=tmp_path / "cache")
    kept = Products(index)
    monkeypatch.setattr("ml_analyze.matching.products.MOST_READ", 0)
    met = Products(index)
    for numbers in (np.array([3, 5, 70]), np.array([5, 1]), np.arange(80)):
        (one, words, places), (other, same_words, slots) = kept.compared(numbers), met.compared(numbers)
        told = [words.strings(place) for place in places.tolist()]
        assert told == [same_words.strings(slot) for slot in slots.tolist()]
        one, other = one.take(places), other.take(slots)
        np.testing.assert_array_equal(one.facts, other.facts)
        np.testing.assert_array_equal(one.starts, other.starts)
        np.testing.assert_array_equal(_entries(one), _entries(other))
    assert [kept.record(n) for n in range(80)] == [met.record(n) for n in range(80)]
