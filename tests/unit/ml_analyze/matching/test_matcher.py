"""What a catalogue and the decisions in it make of a supplier's rows."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.matching_synthetic import world
from handoff.api import Match
from ml_analyze.matching import CatalogUnreadable, Matcher

CAMERAS = [
    {"id": "a", "name": "Sony Cyber-shot DSC-W120 digital camera black", "brand": "Sony", "price": "199.00"},
    {"id": "b", "name": "Sony Cyber-shot DSC-W130 digital camera black", "brand": "Sony", "price": "229.00"},
    {"id": "c", "name": "Seagate external drive 500 GB", "brand": "Seagate", "barcode": "4006381333931"},
    {"id": "d", "name": "Seagate external drive 1 TB", "brand": "Seagate"},
    {"id": "e", "name": "Apfelsaft klar 6 x 1 l", "brand": "Hof", "price": "9.90"},
    {"id": "f", "name": "Apfelsaft klar 1 l", "brand": "Hof", "price": "1.79"},
    {"id": "g", "name": "Перфоратор РА-800 синий", "brand": "Молот"},
    {"id": "h", "name": "不锈钢保温杯 500ml", "brand": "象印"},
]


def matcher(folder: Path, lines: list[dict[str, Any]], **thresholds: float) -> Matcher:
    path = folder / f"{random.Random(repr(lines)).getrandbits(64):x}.ndjson"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    given = {"auto_threshold": 95.0, "potential_threshold": 70.0, **thresholds}
    return Matcher.open(path, cache_dir=folder / "cache", **given)


def products(rows: list[dict[str, Any]] = CAMERAS) -> list[dict[str, Any]]:
    return [{"kind": "product", **row} for row in rows]


def ean(number: int) -> str:
    body = f"400638{number:06}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def firsts(results: list[dict[str, Any]]) -> list[str | None]:
    return [r["candidates"][0]["product_id"] if r["candidates"] else None for r in results]


def test_a_copy_of_a_products_own_name_matches_it_first(tmp_path: Path) -> None:
    results = matcher(tmp_path, products()).match([{"name": row["name"]} for row in CAMERAS], supplier_id="s")
    assert firsts(results) == [row["id"] for row in CAMERAS]


def test_made_up_names_of_every_script_match_their_copies_first(tmp_path: Path) -> None:
    for language in ("de", "ru", "zh"):
        made = world(5, products=120, items=1, language=language)
        names = [product["name"] for product in made.products]
        lone = [product for product in made.products if names.count(product["name"]) == 1]
        results = matcher(tmp_path, made.lines()).match([{"name": p["name"]} for p in lone], supplier_id=None)
        right = [first == product["id"] for first, product in zip(firsts(results), lone, strict=True)]
        assert sum(right) >= 0.99 * len(right)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_and_of_the_catalogue_makes_no_difference(tmp_path: Path, seed: int) -> None:
    made = world(3, products=60, items=40)
    straight = matcher(tmp_path, made.lines()).match(made.items, supplier_id="s")
    shuffler = random.Random(seed)
    lines, rows = made.lines(), list(range(len(made.items)))
    shuffler.shuffle(lines)
    shuffler.shuffle(rows)
    mixed = matcher(tmp_path, lines).match([made.items[at] for at in rows], supplier_id="s")
    assert mixed == [straight[at] for at in rows]


def test_results_are_what_the_treaty_says_and_reasons_are_given(tmp_path: Path) -> None:
    rows = [
        {"name": "SONY DSCW120 camera", "price": "131.34"},
        {"name": "Seagate external drive 1TB"},
        {"name": "Apfelsaft klar 12 x 1 l", "brand": "Hof"},
    ]
    camera, drive, juice = matcher(tmp_path, products()).match(rows, supplier_id="s")
    for result in (camera, drive, juice):
        Match.model_validate(result)
    why = {c["product_id"]: c["why"] for c in camera["candidates"]}
    assert "same model number DSCW120" in why["a"]
    assert "price 34 % lower" in why["a"]
    assert "model number differs: DSCW120 / DSCW130" in why["b"]
    against = {c["product_id"]: [c["why"][place] for place in c.get("against", ())] for c in camera["candidates"]}
    assert "model number differs: DSCW120 / DSCW130" in against["b"] and "price 34 % lower" not in against["a"]
    assert "size differs: 1 TB / 500 GB" in {c["product_id"]: c["why"] for c in drive["candidates"]}["c"]
    assert "pack differs: 12 / 6" in {c["product_id"]: c["why"] for c in juice["candidates"]}["e"]


def test_a_barcode_links_alone_unless_the_pack_contradicts_it(tmp_path: Path) -> None:
    rows = [
        {"name": "drive external seagate 500gb", "barcode": "4006381333931"},
        {"name": "seagate external drive 500 GB pack of 10", "barcode": "4006381333931"},
    ]
    ready = matcher(tmp_path, products())
    alone, packed = (ready.match([row], supplier_id="s")[0] for row in rows)
    assert (alone["status"], alone["product_id"]) == ("auto_matched", "c")
    assert "same barcode 4006381333931" in alone["candidates"][0]["why"]
    assert packed["status"] != "auto_matched"


def test_a_list_in_another_currency_is_compared_at_its_own_rate(tmp_path: Path) -> None:
    """Every price 60 times ours is a currency; one price 60 times ours is a contradiction."""
    goods = [
        {"kind": "product", "id": f"p{n}", "name": f"Torque wrench {n} Nm", "barcode": ean(n), "price": f"{20 + n}.00"}
        for n in range(30)
    ]
    ready = matcher(tmp_path, goods)

    def rows(rate: float) -> list[dict[str, Any]]:
        one_off = {5: 60.0}
        return [
            {"name": f"Динамометрический ключ {n} Нм", "barcode": ean(n), "currency": "RUB",
             "price": f"{(20 + n) * 0.7 * rate * one_off.get(n, 1.0):.2f}"}
            for n in range(30)
        ]  # fmt: skip

    ours, theirs = ready.match(rows(1), supplier_id="s"), ready.match(rows(60), supplier_id="s")
    assert [each["status"] for each in theirs] == [each["status"] for each in ours]
    assert [n for n, each in enumerate(theirs) if each["status"] != "auto_matched"] == [5]
    assert "same price at the list's rate of 42" in theirs[0]["candidates"][0]["why"]
    few = ready.match(rows(60)[:5], supplier_id="s")
    assert {each["status"] for each in few} == {"potential_match"}


def test_without_decisions_nothing_but_an_identifier_links_alone(tmp_path: Path) -> None:
    made = world(21, products=300, items=150, language="en")
    plain = [{key: row[key] for key in ("id", "name") if key in row} for row in made.items]
    words_only = [row for row in plain if not any(c.isdigit() for c in row["name"])]
    assert words_only
    results = matcher(tmp_path, made.lines()).match(words_only, supplier_id="s")
    assert all(result["status"] != "auto_matched" for result in results)


def test_rows_that_say_the_same_count_as_one_and_get_the_same_answer(tmp_path: Path) -> None:
    row = {"name": "Seagate external drive 1 TB"}
    ready = matcher(tmp_path, products())
    assert ready.match([row] * 5, supplier_id="s") == ready.match([row], supplier_id="s") * 5


def test_two_rows_do_not_both_take_one_product(tmp_path: Path) -> None:
    """The better one keeps it; the other one is a question, if anything."""
    rows = [
        {"name": "Sony DSC-W120 digital camera black", "price": "199"},
        {"name": "Sony DSC-W120 case", "price": "19"},
    ]
    better, worse = matcher(tmp_path, products()).match(rows, supplier_id="s")
    assert better["product_id"] == "a"
    assert better["score"] > worse["score"]
    assert worse["status"] != "auto_matched"


def said(kind: str, sku: str, product_id: str, name: str = "something else", supplier: str = "s") -> dict[str, Any]:
    return {"kind": kind, "supplier_id": supplier, "supplier_sku": sku, "name": name, "product_id": product_id}


def test_a_linked_row_is_linked_again_at_once_and_only_for_its_supplier(tmp_path: Path) -> None:
    ready = matcher(tmp_path, [*products(), said("link", "77", "d")])
    row = {"name": "a name that nobody has seen", "sku": "77"}
    linked = ready.match([row], supplier_id="s")[0]
    assert (linked["status"], linked["product_id"], linked["score"]) == ("auto_matched", "d", 100.0)
    assert ready.match([row], supplier_id="other")[0]["status"] == "unmatched"


def test_a_row_without_a_sku_is_known_again_by_its_name(tmp_path: Path) -> None:
    link = {"kind": "link", "supplier_id": "s", "name": "Drive,  big", "product_id": "d"}
    result = matcher(tmp_path, [*products(), link]).match([{"name": "drive, BIG"}], supplier_id="s")[0]
    assert (result["status"], result["product_id"]) == ("auto_matched", "d")


def test_a_link_to_a_product_that_left_the_catalogue_is_forgotten(tmp_path: Path) -> None:
    ready = matcher(tmp_path, [*products(), said("link", "77", "gone")])
    assert (
        ready.match([{"name": "Seagate external drive 1 TB", "sku": "77"}], supplier_id="s")[0]["product_id"] != "gone"
    )


def test_a_vetoed_pair_is_never_proposed_again(tmp_path: Path) -> None:
    ready = matcher(tmp_path, [*products(), said("veto", "77", "c"), said("link", "77", "c")])
    row = {"name": "Seagate external drive 500 GB", "sku": "77", "barcode": "4006381333931"}
    vetoed = ready.match([row], supplier_id="s")[0]
    assert "c" not in {c["product_id"] for c in vetoed["candidates"]}
    other = ready.match([row], supplier_id="other")[0]
    assert other["candidates"][0]["product_id"] == "c"


def test_a_row_with_every_candidate_vetoed_is_unmatched(tmp_path: Path) -> None:
    vetoes = [said("veto", "77", row["id"]) for row in CAMERAS]
    row = {"name": CAMERAS[0]["name"], "sku": "77"}
    result = matcher(tmp_path, [*products(), *vetoes]).match([row], supplier_id="s")[0]
    assert (result["status"], result["candidates"]) == ("unmatched", [])


def test_decisions_with_odd_fields_are_read(tmp_path: Path) -> None:
    odd = [{**said("link", "77", "d"), "name": name} for name in (5, None, ["a", "b"])]
    result = matcher(tmp_path, [*products(), *odd]).match([{"name": "x", "sku": "77"}], supplier_id="s")[0]
    assert result["product_id"] == "d"


def test_a_product_that_the_catalogue_has_twice_is_a_question(tmp_path: Path) -> None:
    twice = [{"id": i, "name": "Makita DHP484 combi drill"} for i in ("m1", "m2")]
    result = matcher(tmp_path, products([*CAMERAS, *twice])).match(
        [{"name": "Makita DHP484 combi drill"}], supplier_id="s"
    )[0]
    assert (result["status"], result["product_id"] in ("m1", "m2")) == ("potential_match", True)


@pytest.mark.parametrize(
    ("name", "product_id"),
    [
        ("Sony Cybershot DSCW130", "b"),
        ("seagate extern drive 1000 GB", "d"),
        ("Apfelsaft klar 1 l x 6", "e"),
        ("Apfelsaft klar 1000 ml", "f"),
    ],
)
def test_siblings_are_told_apart_by_size_pack_and_code(tmp_path: Path, name: str, product_id: str) -> None:
    assert firsts(matcher(tmp_path, products()).match([{"name": name}], supplier_id="s")) == [product_id]


@pytest.mark.parametrize("name", ["ماكينة قهوة ديلونجي", "מקדחה בוש", "เครื่องชงกาแฟ", "삼성 냉장고", "बॉश ड्रिल मशीन"])
def test_names_of_scripts_without_capitals_or_spaces_are_found(tmp_path: Path, name: str) -> None:
    catalogue = products([*CAMERAS, {"id": "own", "name": f"{name} 750 W"}])
    assert firsts(matcher(tmp_path, catalogue).match([{"name": name}], supplier_id="s")) == ["own"]


@pytest.mark.parametrize("barcode", ["036000291452", "0036000291452", "36000291452", 36000291452.0, "00036000291452"])
def test_a_upc_and_its_ean_are_one_barcode(tmp_path: Path, barcode: object) -> None:
    catalogue = products([*CAMERAS, {"id": "upc", "name": "paper tissues", "barcode": "036000291452"}])
    result = matcher(tmp_path, catalogue).match([{"name": "paper tissues", "barcode": barcode}], supplier_id="s")[0]
    assert (result["status"], result["product_id"]) == ("auto_matched", "upc")


def test_an_empty_catalogue_answers_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.ndjson").write_bytes(b"")
    ready = Matcher.open(
        tmp_path / "empty.ndjson", cache_dir=tmp_path / "cache", auto_threshold=95, potential_threshold=70
    )
    assert (
        ready.match([{"name": "x"}] * 3, supplier_id=None)
        == [{"status": "unmatched", "product_id": None, "score": None, "candidates": []}] * 3
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"kind": "product", "id": "x"', "Line 9 of the catalogue bad.ndjson is not JSON"),
        ('{"kind": "product", "id": "x"}', "Line 9 of the catalogue bad.ndjson is a product without name."),
        ('{"kind": "link", "supplier_sku": "1"}', "Line 9 of the catalogue bad.ndjson is a link without product_id."),
        ("[1]", "Line 9 of the catalogue bad.ndjson has no kind."),
        ('{"kind": "product", "id": "a", "name": "x"}', "The catalogue bad.ndjson has two products with the id a."),
    ],
)
def test_a_broken_snapshot_is_refused_with_its_line(tmp_path: Path, line: str, sentence: str) -> None:
    good = "\n".join(json.dumps(row) for row in products())
    (tmp_path / "bad.ndjson").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(CatalogUnreadable) as refused:
        Matcher.open(tmp_path / "bad.ndjson", cache_dir=tmp_path / "cache", auto_threshold=95, potential_threshold=70)
    assert str(refused.value).startswith(sentence)


def test_a_missing_snapshot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogUnreadable, match="cannot be opened"):
        Matcher.open(tmp_path / "no.ndjson", cache_dir=tmp_path, auto_threshold=95, potential_threshold=70)


def test_odd_rows_are_matched_without_an_error(tmp_path: Path) -> None:
    rows = [
        {"name": ""},
        {"name": "\u0000\n\t"},
        {"name": "9" * 5000},
        {"name": "x", "price": "-1", "barcode": 4006381333931.0, "category": ["a", "b"], "description": None},
        {"name": "1,2,3.4.5 x x 6 x", "price": "NaN", "brand": 7, "pack_size": "six"},
        {"name": "½ ﬁ Ⅷ \U0001f600 \U00020000", "sku": 12},
    ]
    for result in matcher(tmp_path, products()).match(rows, supplier_id="s"):
        Match.model_validate(result)
