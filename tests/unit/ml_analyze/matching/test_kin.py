"""A model number that things share is no answer: where they do, and in what, the catalogue and the list say."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.matching_data import write_snapshot
from bench.matching_sets import labelled, with_holes
from bench.matching_trades import trade
from ml_analyze.matching.grounds import Evidence, Stands
from ml_analyze.matching.index import open_index
from ml_analyze.matching.kin import WORD, Kin, siblings_meant, unsettled
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.texts import texts_of
from tests.unit.ml_analyze.matching.test_wrong_links import matcher

COLOURS = ("black", "white", "red", "blue")


def read(folder: Path, names: list[str]) -> list[Record]:
    rows = [{"id": name, "name": name} for name in names]
    index = open_index(write_snapshot(folder / "c.ndjson", rows), cache_dir=folder / "cache")
    return records(rows, [texts_of(each) for each in rows], index)


def styles(share: float) -> list[dict[str, Any]]:
    """Two hundred shoes, of which this share is listed in two colours under one number."""
    rng = random.Random(5)
    goods = []
    for at in range(200):
        name = f"Kestrel KVX{4711 + 13 * at}Q {rng.choice(['sneaker', 'boot', 'sandal', 'loafer'])}"
        goods += [
            {"name": f"{name} {colour}", "brand": "Kestrel"}
            for colour in rng.sample(COLOURS, 2 if rng.random() < share else 1)
        ]
    return goods


@pytest.mark.parametrize(("share", "alone"), [(0.0, True), (0.4, False)])
def test_a_row_that_leaves_out_what_tells_siblings_apart_is_asked_where_siblings_share_numbers(
    tmp_path: Path, share: float, alone: bool
) -> None:
    goods = styles(share)
    numbers = [good["name"].split()[1] for good in goods]
    single = [good for good in goods if numbers.count(good["name"].split()[1]) == 1][:40]
    rows = [
        {"name": good["name"].rsplit(" ", 1)[0], "brand": "Kestrel", "sku": f"Z-{at}"} for at, good in enumerate(single)
    ]
    found = matcher(tmp_path, goods).match(rows, supplier_id="s")
    linked = [each["status"] == "auto_matched" for each in found]
    assert linked == [alone] * len(rows)
    if not alone:
        assert {each["candidates"][0]["why"][-1].split(",")[0] for each in found} == {
            "things that differ share model numbers here"
        }


@pytest.mark.parametrize(("found", "asked"), [(60, False), (20, True)])
def test_a_lone_find_is_asked_where_most_things_are_listed_without_their_number(
    tmp_path: Path, found: int, asked: bool
) -> None:
    """Sixty of a hundred rows have a product, and all tell a number: where few find theirs, siblings are found."""
    row, product = read(tmp_path, ["kestrel kvx4711q boot", "kestrel kvx4711q boot wireless"])
    final = np.where(np.arange(100) < 60, 5.0, -5.0)[:, None]
    kinds = np.where(np.arange(100) < found, Evidence.MODEL, Evidence.WORDS)[:, None].astype(np.int8)
    nothing = np.zeros(final.shape, dtype=bool)
    meant = siblings_meant(
        Kin(1000, {frozenset({WORD}): 8}),
        Stands(kinds, nothing, nothing, nothing),
        final,
        teams=np.arange(100)[:, None],
        numbers=np.arange(100)[:, None],
        items=[row] * 100,
        of=lambda _row, _place: (row, product),
    )
    assert meant[:found].all() == meant.any() == asked


@pytest.mark.parametrize(("more", "settled"), [("", True), ("left", False), ("wireless", False), ("pro", False)])
def test_a_word_that_one_side_alone_says_may_be_what_tells_a_sibling(tmp_path: Path, more: str, settled: bool) -> None:
    row, product = read(tmp_path, [f"kestrel kvx4711q {more} boot", "kestrel kvx4711q boot"])
    assert (WORD not in unsettled(row, product)) == settled


def test_of_few_things_more_may_be_shared_than_was_found() -> None:
    assert Kin(600, {}).share(frozenset({WORD})) < Kin(60, {}).share(frozenset({WORD})) < 0.01
    few, many = (Kin(50 * times, {frozenset({WORD}): times}).share(frozenset({WORD})) for times in (1, 20))
    assert 0.02 < many < 0.03
    assert few < many


def sized(usual: int) -> list[dict[str, Any]]:
    """A hundred and fifty shoes of one colour each, four in five of them listed in so many sizes under one number."""
    rng = random.Random(6)
    goods = []
    for at in range(150):
        name = f"Kestrel KVX{4711 + 13 * at}Q {rng.choice(['sneaker', 'boot', 'sandal'])} {rng.choice(COLOURS)}"
        sizes = rng.sample(("38", "40", "42", "44", "46"), usual if at % 5 else 1)
        goods += [{"name": f"{name} {size}", "brand": "Kestrel"} for size in sizes]
    return goods


@pytest.mark.parametrize("silent", ["row", "product"])
@pytest.mark.parametrize(("usual", "alone"), [(1, True), (4, False)])
def test_a_size_that_one_side_alone_names_is_asked_where_siblings_differ_in_size(
    tmp_path: Path, usual: int, alone: bool, silent: str
) -> None:
    """No number is shared by just two there: what is listed once may be any of its sizes all the same."""
    goods = sized(usual)
    numbers = [good["name"].split()[1] for good in goods]
    single = [at for at, good in enumerate(goods) if numbers.count(good["name"].split()[1]) == 1][:30]
    rows = [{**goods[at], "sku": f"Z-{at}"} for at in single]
    for at, row in zip(single, rows, strict=True):
        told = row if silent == "row" else goods[at]
        told["name"] = told["name"].rsplit(" ", 1)[0]
    found = matcher(tmp_path, goods).match(rows, supplier_id="s")
    assert [each["status"] == "auto_matched" for each in found] == [alone] * len(rows)


def test_a_row_that_says_what_tells_siblings_apart_links_alone_all_the_same(tmp_path: Path) -> None:
    goods = styles(0.4)
    numbers = [good["name"].split()[1] for good in goods]
    single = [good for good in goods if numbers.count(good["name"].split()[1]) == 1][:40]
    rows = [{"name": f"{good['name']} shoe", "brand": "Kestrel", "sku": f"Z-{at}"} for at, good in enumerate(single)]
    found = matcher(tmp_path, goods).match(rows, supplier_id="s")
    assert [each["status"] for each in found] == ["auto_matched"] * len(rows)


def test_rows_of_a_list_that_share_a_number_say_that_numbers_are_shared(tmp_path: Path) -> None:
    """The catalogue has each phone once, and says no size; the list has it in several."""
    goods = [{"name": f"Kestrel KVX{4711 + 13 * at}Q phone", "brand": "Kestrel"} for at in range(60)]
    rows = [
        {"name": f"{good['name']} {size} GB", "brand": "Kestrel", "sku": f"{at}-{size}"}
        for at, good in enumerate(goods[:30])
        for size in (64, 128, 256)
    ]
    found = matcher(tmp_path, goods).match(rows, supplier_id="s")
    assert [each["status"] for each in found].count("auto_matched") == 0


def test_siblings_of_what_the_catalogue_lacks_are_not_linked_alone(tmp_path: Path) -> None:
    """Four in five rows of this list of spare parts are siblings of what is listed, or strangers."""
    made = labelled(trade("parts", 100_007, products=600, items=150, known=0.2))
    found = matcher(tmp_path, made.products).match(made.items, supplier_id="s")
    wrong = [
        item["name"]
        for item, each in zip(made.items, found, strict=True)
        if each["status"] == "auto_matched" and each["product_id"] not in made.gold.get(item["id"], ())
    ]
    assert wrong == []


def test_holes_take_products_and_leave_their_rows(tmp_path: Path) -> None:
    made = labelled(trade("home", 1, products=200, items=80, known=1.0))
    less = with_holes(made, 0.5)
    assert 60 < len(less.products) < 140
    assert less.items == made.items
    assert less.gold == {
        item: products for item, products in made.gold.items() if products <= {p["id"] for p in less.products}
    }
