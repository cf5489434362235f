"""What looks like proof and is none: shared sizes and interfaces, accessories, in-store and reused barcodes."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench.matching_synthetic import trade_number
from ml_analyze.matching import Matcher

GOODS = [
    {"name": "Kestrel LaserPoint Pro M404dn", "brand": "Kestrel"},
    {"name": "Storage Kingsley DataStick 16GB USB3.0 Gen4", "brand": "Kingsley"},
    {"name": "Fokus Skarlet 2i2 Generation 3 2-In/2-Out USB-C Audio Interface", "brand": "Fokus"},
    {"name": "Borsch GBH 2-26 Professional Bohrhammer 06112A3000", "brand": "Borsch"},
    {"name": "Mikado DHP484 Akku-Schlagbohrschrauber", "brand": "Mikado"},
    {"name": "Marcelin Primat 4 205/55R16 91V", "brand": "Marcelin"},
    {"name": "Wirth Senkschraube M8x40 verzinkt 100 Stück", "brand": "Wirth"},
    {"name": "Delta P2419H Monitor 24", "brand": "Delta"},
]
FALSE_FRIENDS = [
    ("Kestrel", "Kestrel LaserPoint Pro M404dn 3 year care pack"),
    ("Kingsley", "Kingsley Micro Twin USB3.0 16GB"),
    ("Fokus", "Fokus Skarlet Solo Generation 3 2-In/2-Out USB-C Audio Interface"),
    ("Borsch", "Borsch Ersatzkohlen für GBH 2-26 06112A3000"),
    ("Mikado", "Mikado DHP484 Ladegerät"),
    ("Marcelin", "Marcelin Alpin 6 205/55R16 91H Winterreifen"),
    ("Wirth", "Wirth Zylinderschraube M8x40 8.8 verzinkt 100 Stück"),
    ("Delta", "Delta P2419H Standfuss"),
]
ACCESSORIES = [
    "case for {}",
    "Tasche für {}",
    "funda para {}",
    "housse pour {}",
    "custodia per {}",
    "hoes voor {}",
    "etui dla {}",
    "pouzdro pro {}",
    "чехол для {}",
    "fodral för {}",
    "kotelo {} varten",
    "{} için kılıf",
    "{} replacement filter",
    "{} Ersatzteil",
    "{} гарантия 2 года",
]


def matcher(folder: Path, goods: list[dict[str, Any]]) -> Matcher:
    snapshot = folder / f"{random.Random(repr(goods)).getrandbits(64):x}.ndjson"
    rows = [{"kind": "product", "id": f"p{number}"} | each for number, each in enumerate(goods)]
    snapshot.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return Matcher.open(snapshot, cache_dir=folder / "cache")


@pytest.mark.parametrize(("brand", "name"), FALSE_FRIENDS)
def test_a_shared_size_interface_or_model_number_of_another_thing_links_nothing_alone(
    tmp_path: Path, brand: str, name: str
) -> None:
    (found,) = matcher(tmp_path, GOODS).match([{"sku": "Z-1", "name": name, "brand": brand}], supplier_id="s")
    assert found["status"] != "auto_matched"


@pytest.mark.parametrize("words", ACCESSORIES)
def test_an_accessory_is_never_its_machine_in_any_language(tmp_path: Path, words: str) -> None:
    machine = "Kestrel KX-4711 washing machine"
    (found,) = matcher(tmp_path, [{"name": machine, "brand": "Kestrel"}]).match(
        [{"name": words.format("Kestrel KX-4711"), "brand": "Kestrel"}], supplier_id="s"
    )
    assert found["status"] != "auto_matched"


@pytest.mark.parametrize(
    "token", ["USB3.0", "HDMI 2.1", "M10x80", "225/45R17", "DIN 912", "IP67", "CAT6A", "1920x1080", "DDR4", "3in1"]
)
def test_what_many_things_share_is_no_model_number(tmp_path: Path, token: str) -> None:
    goods = [{"name": f"Kestrel alpha widget {token}", "brand": "Kestrel"}, {"name": "Other thing", "brand": "Delta"}]
    (found,) = matcher(tmp_path, goods).match(
        [{"name": f"Kestrel beta gadget {token}", "brand": "Kestrel"}], supplier_id="s"
    )
    assert found["status"] != "auto_matched"
    assert not any("model number" in reason for c in found["candidates"] for reason in c["why"])


def test_a_barcode_that_all_else_contradicts_is_a_question_that_names_the_contradiction(tmp_path: Path) -> None:
    code = trade_number(random.Random(1))
    goods = [{"name": "Samson Galaxy S9 64GB", "brand": "Samson", "barcode": code}]
    row = {"name": "Шланг садовый 20 м зелёный", "brand": "Gardenia", "barcode": code, "price": "1250"}
    (found,) = matcher(tmp_path, goods).match([row], supplier_id="s")
    assert found["status"] == "potential_match" or found["status"] == "unmatched"
    assert "brand differs: gardenia / samson" in found["candidates"][0]["why"]
    assert not any(reason.startswith("nothing but the number") for reason in found["candidates"][0]["why"])
    same_alphabet = {"name": "Garden hose green", "barcode": code}
    (found,) = matcher(tmp_path, goods).match([same_alphabet], supplier_id="s")
    assert found["status"] != "auto_matched"
    assert "the names have little in common" in found["candidates"][0]["why"]


def test_a_barcode_links_where_the_brand_is_called_otherwise_but_the_names_agree(tmp_path: Path) -> None:
    code = trade_number(random.Random(2))
    goods = [{"name": "EliteDesk 800 G6 desktop mini", "brand": "Hewlett-Packard", "barcode": code}]
    row = {"name": "EliteDesk 800 G6 mini desktop", "brand": "HP", "barcode": code}
    (found,) = matcher(tmp_path, goods).match([row], supplier_id="s")
    assert (found["status"], found["product_id"]) == ("auto_matched", "p0")


def test_the_makers_number_and_the_brand_come_first_and_link(tmp_path: Path) -> None:
    """Whatever the names say, and although siblings' names are nearer."""
    goods = [{"name": f"Cordless drill {n} V set", "brand": "Mikado", "sku": f"DHP{480 + n}Z"} for n in range(12)]
    rows = [
        {
            "sku": f"L-{n}",
            "name": "Akkuschrauber Satz",
            "brand": "Mikado",
            "characteristics": {"mpn": f"DHP {480 + n} Z"},
        }
        for n in range(12)
    ]
    for n, found in enumerate(matcher(tmp_path, goods).match(rows, supplier_id="s")):
        assert (found["status"], found["product_id"]) == ("auto_matched", f"p{n}")
        assert found["score"] >= 95


TWICE = [
    {"sku": "A1", "name": "borsch serie 4 wat28421 washing machine 8kg 1400 rpm white", "price": "399.00"},
    {"sku": "A1-B", "name": "borsch wat28421 washer 8 kg graded stock", "price": "329.00"},
    {"sku": "A2", "name": "zanetti zbm26642xa built in solo microwave stainless steel", "price": "219.00"},
    {"sku": "A2-B", "name": "zanetti zbm26642xa microwave oven 26 litre stainless ex display", "price": "179.00"},
    {"sku": "A3", "name": "liebhart cn4213 no frost fridge freezer", "price": "699.00"},
]


def test_a_product_on_several_rows_of_a_list_is_proposed_on_each(tmp_path: Path) -> None:
    goods = [{"name": TWICE[at]["name"], "price": TWICE[at]["price"]} for at in (0, 2, 4)]
    ready = matcher(tmp_path, goods)
    alone = [ready.match([row], supplier_id="s")[0] for row in TWICE]
    together = ready.match(TWICE, supplier_id="s")
    assert [found["product_id"] for found in together] == ["p0", "p0", "p1", "p1", "p2"]
    assert [found["status"] for found in together] == [found["status"] for found in alone]


@pytest.mark.parametrize(
    ("ours", "theirs", "never"),
    [
        ("LG 4G phone 64GB", "LG 4G mobile 64 GB", "4 g"),
        ("Monitor 1024 x 768 dual", "Display 1024 x 768", "pack"),
        ("AMD Athlon X4 boxed", "Athlon X4 processor", "pack"),
        ("Engine oil 5W-30 4 l", "Oil 5W-30 4l", "5 W"),
    ],
)
def test_reasons_are_true_or_absent(tmp_path: Path, ours: str, theirs: str, never: str) -> None:
    (found,) = matcher(tmp_path, [{"name": ours}]).match([{"name": theirs}], supplier_id="s")
    assert not any(never in reason for reason in found["candidates"][0]["why"])


def test_a_suppliers_own_number_is_no_model_number_that_differs(tmp_path: Path) -> None:
    goods = [{"name": "Йогурт клубника 400г*12", "sku": "PRD-00123"}]
    (found,) = matcher(tmp_path, goods).match(
        [{"name": "Йогурт клубника 400 г х 12", "sku": "L300456"}], supplier_id="s"
    )
    why = found["candidates"][0]["why"]
    assert not any("model number" in reason for reason in why)
    assert "same pack of 12" in why
    assert any("йогурт" in reason for reason in why)
