"""One key on both sides: what was decided on a row is found again for it, with and without an article number."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from app.apply.identity import Offer, resolve
from app.apply.staging import D, Lines, Q
from handoff.api import HeaderLine, Reading
from handoff.exclusions import Sieve
from handoff.keys import article_number, plain_key, wording
from ml_analyze.matching.decisions import Decisions
from ml_analyze.matching.snapshot import decision_of

ROWS: list[dict[str, Any]] = [
    {"sku": "A1", "name": "Drill"},
    {"sku": "A1", "name": "Drill, ex display"},
    {"sku": "A1", "name": "Drill", "unit": "box"},
    {"sku": " B-2 ", "name": "Saw"},
    {"sku": "B#7", "name": "Saw"},
    {"sku": "B#8", "name": "Saw"},
    {"sku": "x" * 300, "name": "y" * 700},
    {"name": "Шуруп 4x40", "unit": "шт", "pack_size": "100"},
    {"name": "Шуруп 4x40", "unit": "шт", "pack_size": "200"},
    {"sku": "", "name": "Screw 4x40"},
    {"sku": "0", "name": "zero"},
]


def kept_by_the_courier(rows: list[dict[str, Any]]) -> list[str]:
    """The keys of the items of a result file, those of one article number told apart."""
    header = HeaderLine(source_sha256="0" * 64, reading=Reading(format="csv")).model_dump(mode="json")
    lines = [orjson.dumps(line) + b"\n" for line in (header, *({"kind": "item", **row} for row in rows))]
    staged = "".join(Lines(Path("result.ndjson"), Sieve([]), {}).rows(iter(lines))).splitlines()
    keys = [line.split(D)[1].strip(Q) for line in staged]
    for sku in {key for key in keys if keys.count(key) > 1}:
        places = [place for place, key in enumerate(keys) if key == sku]
        ids = {uuid4(): place for place in places}
        offers = [
            Offer(rows[place]["name"], details={"unit": rows[place].get("unit")}, id=each)
            for each, place in ids.items()
        ]
        for each, key in resolve(sku, offers, ()).keys.items():
            keys[ids[each]] = key
    return keys


def test_the_courier_keeps_the_key_that_the_matcher_looks_up() -> None:
    """Each row is refused once, stored as the courier does, and found again with its own decision only."""
    kept = kept_by_the_courier(ROWS)
    assert len(set(kept)) == len(kept)
    assert max(map(len, kept)) <= 255
    lines = [
        {
            **row,
            "kind": "veto",
            "supplier_id": "s",
            "supplier_sku": key,
            "name": row["name"][:500],
            "product_id": str(n),
        }
        for n, (row, key) in enumerate(zip(ROWS, kept, strict=True))
    ]
    decisions = Decisions(map(decision_of, lines))
    numbers = [row.get("sku") for row in ROWS]
    for n, (row, key) in enumerate(zip(ROWS, kept, strict=True)):
        said = decisions.of("s", row, shared=numbers.count(row.get("sku")) > 1)
        assert said is not None
        assert said.refused == {str(n)}
        again = decisions.of("s", {**row, "sku": article_number(key), "row_key": key})
        assert again is not None
        assert again.refused == {str(n)}
        assert decisions.of("other", row) is None


def test_an_article_number_says_what_a_row_is_whatever_its_name() -> None:
    lines = [{"kind": "veto", "supplier_id": "s", "supplier_sku": "7", "name": "Drill", "product_id": "p"}]
    decisions = Decisions(map(decision_of, lines))
    renamed = decisions.of("s", {"sku": "7", "name": "Hammer drill 700 W"})
    assert renamed is not None and renamed.refused == {"p"}
    assert decisions.of("s", {"sku": "7", "name": "Hammer drill 700 W"}, shared=True) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("liebhart cn4213 no frost fridge freezer", "liebhart cn4213 No Frost Fridge-Freezer, new"),
        ("kanon 5ds black digital camera body only", "kanon 5ds black digital camera body only - offer"),
        ("beko wr862441w a rated freestanding machine", "beko wr862441w a rated Freestanding  Machine"),
        ("Шуруповёрт ДШ-12", "шуруповерт дш 12 АКЦИЯ!"),
    ],
)
def test_a_row_without_an_article_number_is_known_in_other_words(before: str, after: str) -> None:
    line = {"kind": "veto", "supplier_id": "s", "name": before, "product_id": "p"}
    line["supplier_sku"] = plain_key(line)
    said = Decisions([decision_of(line)]).of("s", {"name": after})
    assert said is not None
    assert said.refused == {"p"}


@pytest.mark.parametrize(
    "other", ["canon 5ds black body and lens", "canon 6ds black body", "canon 5ds black body 2 pcs"]
)
def test_other_goods_are_not_taken_for_the_same(other: str) -> None:
    assert wording({"name": "canon 5ds black body"}) != wording({"name": other})


def test_the_article_number_is_found_in_a_key() -> None:
    kept = kept_by_the_courier(ROWS)
    assert [article_number(key) for key in kept[:4]] == ["A1", "A1", "A1", "B-2"]
    assert article_number(kept[7]) is None
