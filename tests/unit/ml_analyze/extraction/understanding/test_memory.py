"""The layout of the last good list is followed where it fits, and missed where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from handoff.api import Hints
from handoff.doubts import DoubtCode
from ml_analyze.extraction import PriceList, read_price_list

GOODS = [
    ("A-1", "Claw hammer", "12.50", "19.90"),
    ("A-2", "Ball hammer", "8.10", "14.90"),
    ("A-3", "Saw", "7.20", "11"),
]


def a_list(tmp_path: Path, head: str, *, name: str) -> Path:
    path = tmp_path / name
    path.write_text("\n".join([head, *map(";".join, GOODS)]) + "\n", encoding="utf-8")
    return path


def read(path: Path, *, last: dict[str, Any] | None = None, hints: Hints | None = None) -> tuple[PriceList, list[Any]]:
    listed = read_price_list(path, hints=hints or Hints(), last_layout=last)
    assert isinstance(listed, PriceList)
    return listed, [line for line in listed.lines if line["kind"] == "item"]


def test_what_a_person_chose_last_time_holds_for_the_next_list(tmp_path: Path) -> None:
    path = a_list(tmp_path, "Code;Name;Zone 1;Zone 2", name="may.csv")
    first, _ = read(path, hints=Hints(columns={"price": "Zone 2"}))
    listed, items = read(path, last=first.findings.layout)
    assert [item["price"] for item in items] == ["19.90", "14.90", "11"]
    assert not [doubt for doubt in listed.findings.doubts if doubt.what is DoubtCode.PRICE_COLUMN]


def test_a_price_column_that_is_gone_is_a_doubt_of_its_own(tmp_path: Path) -> None:
    first, _ = read(a_list(tmp_path, "Code;Name;Dealer;List", name="may.csv"))
    listed, items = read(a_list(tmp_path, "Code;Name;Weight class;List", name="june.csv"), last=first.findings.layout)
    assert [item["price"] for item in items] == ["19.90", "14.90", "11"]
    (doubt,) = [doubt for doubt in listed.findings.doubts if doubt.what is DoubtCode.LAYOUT_CHANGED]
    assert (doubt.choice, doubt.instead) == ("List", "Dealer, which is gone")


def test_other_columns_of_the_same_names_change_nothing(tmp_path: Path) -> None:
    first, _ = read(a_list(tmp_path, "Code;Name;Dealer;List", name="may.csv"))
    listed, items = read(a_list(tmp_path, "Code;Name;Dealer;List", name="june.csv"), last=first.findings.layout)
    assert [item["price"] for item in items] == ["12.50", "8.10", "7.20"]
    assert listed.findings.doubts == []


def test_a_layout_that_is_no_layout_is_passed_over(tmp_path: Path) -> None:
    path = a_list(tmp_path, "Code;Name;Dealer;List", name="may.csv")
    for odd in ({}, {"tables": "none"}, {"tables": [{"headers": 1}]}):
        assert [item["price"] for item in read(path, last=odd)[1]] == ["12.50", "8.10", "7.20"]
