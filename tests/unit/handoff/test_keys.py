"""One key on both sides: what was decided on a row is found again for it, with and without an article number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.apply.staging import D, Lines, Q
from handoff.api import Reading
from handoff.keys import RowKeys, article_number, plain_key, wording
from ml_analyze.matching.decisions import Decisions
from ml_analyze.matching.snapshot import decision_of
from ml_analyze.result import ResultLines

ROWS: list[dict[str, Any]] = [
    {"sku": "A1", "name": "Drill"},
    {"sku": "A1", "name": "Drill, ex display"},
    {"sku": "A1", "name": "Drill"},
    {"sku": " B-2 ", "name": "Saw"},
    {"sku": "B#7", "name": "Saw"},
    {"sku": "x" * 300, "name": "y" * 700},
    {"name": "Шуруп 4x40", "unit": "шт", "pack_size": "100"},
    {"name": "Шуруп 4x40", "unit": "шт", "pack_size": "200"},
    {"name": "Screw 4x40"},
    {"sku": "", "name": "Screw 4x40"},
    {"sku": "0", "name": "zero"},
]


def test_rows_of_every_kind_have_one_key_each_that_fits_the_column() -> None:
    keys = RowKeys()
    found = [keys.of(row) for row in ROWS]
    assert len(set(found)) == len(found) == len(keys)
    assert max(map(len, found)) <= 255
    assert found[0] == "A1"
    assert plain_key(ROWS[6]).startswith("name:")


def kept_by_the_courier(rows: list[dict[str, Any]]) -> list[str]:
    """The keys that the courier stages the items of a result file under."""
    written: list[bytes] = []
    result = ResultLines(written.append)
    result.header(source_sha256="0" * 64, reading=Reading(format="csv"))
    for row in rows:
        result.line({"kind": "item", **row})
    result.totals(rows_read=len(rows), seconds=0.0, model=None, reading=Reading(format="csv"))
    lines = b"".join(written).splitlines(keepends=True)
    staged = "".join(Lines(Path("result.ndjson")).rows(iter(lines)))
    return [line.split(D)[1].strip(Q) for line in staged.splitlines()]


def test_the_courier_keeps_the_key_that_the_matcher_looks_up() -> None:
    """Each row is refused once, stored as the courier does, and found again with its own decision only."""
    keys = RowKeys()
    lines = [
        {
            **row,
            "kind": "veto",
            "supplier_id": "s",
            "supplier_sku": key,
            "name": row["name"][:500],
            "product_id": f"p{n}",
        }
        for n, (row, key) in enumerate(zip(ROWS, kept_by_the_courier(ROWS), strict=True))
    ]
    decisions = Decisions(map(decision_of, lines))
    for n, row in enumerate(ROWS):
        said = decisions.of("s", row | {"row_key": keys.of(row)})
        assert said is not None
        assert said.refused == {f"p{n}"}
        assert decisions.of("other", row) is None


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
    line["supplier_sku"] = RowKeys().of(line)
    said = Decisions([decision_of(line)]).of("s", {"name": after, "row_key": RowKeys().of({"name": after})})
    assert said is not None
    assert said.refused == {"p"}


@pytest.mark.parametrize(
    "other", ["canon 5ds black body and lens", "canon 6ds black body", "canon 5ds black body 2 pcs"]
)
def test_other_goods_are_not_taken_for_the_same(other: str) -> None:
    assert wording({"name": "canon 5ds black body"}) != wording({"name": other})


def test_the_article_number_is_found_in_a_key() -> None:
    keys = RowKeys()
    assert [article_number(keys.of(row)) for row in ROWS[:4]] == ["A1", "A1", "A1", "B-2"]
    assert article_number(keys.of(ROWS[6])) is None
