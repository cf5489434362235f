"""Records of any structured form as one sheet whose first row names the columns, held up to a limit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handoff.doubts import DoubtCode
from ml_analyze.extraction.formats.structured.read import as_feed, read_structured
from ml_analyze.extraction.grid import Grid, Row, Sheet
from ml_analyze.extraction.limits import Limits, Unreadable


def write(tmp_path: Path, text: str, name: str = "list.xml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def yml(count: int, extra: str = "") -> str:
    offers = "".join(
        f"<offer id='{at}'><name>Saw {at}</name><price>{at}.5</price>{extra if at == count - 1 else ''}</offer>"
        for at in range(count)
    )
    return f"<yml_catalog><shop><offers>{offers}</offers></shop></yml_catalog>"


def test_a_known_form_names_its_columns_and_their_roles(tmp_path: Path) -> None:
    (sheet,) = read_structured(write(tmp_path, yml(2)), "yml", Limits()).sheets
    assert sheet.rows == [["sku", "name", "price"], ["0", "Saw 0", "0.5"], ["1", "Saw 1", "1.5"]]
    assert sheet.known == {"sku": 0, "name": 1, "price": 2}
    assert (sheet.name, sheet.rest, sheet.rows_total) == ("list", None, 3)


def test_rows_beyond_what_is_held_come_when_asked_for_with_columns_that_appear_late(tmp_path: Path) -> None:
    (sheet,) = read_structured(write(tmp_path, yml(5, "<weight>2</weight>")), "yml", Limits(held_rows=3)).sheets
    assert len(sheet.rows) == 4 and sheet.rows_total is None and sheet.rest is not None
    assert [row for batch in sheet.rest for row in batch] == [["3", "Saw 3", "3.5"], ["4", "Saw 4", "4.5", "2"]]
    assert sheet.known is not None and sheet.known["has:weight"] == 3


def test_more_rows_columns_and_letters_than_allowed_are_refused_or_left_out(tmp_path: Path) -> None:
    (long,) = read_structured(write(tmp_path, yml(9)), "yml", Limits(held_rows=3, rows=5)).sheets
    with pytest.raises(Unreadable) as refused:
        list(long.rest or ())
    assert refused.value.code == "TOO_LARGE"
    (narrow,) = read_structured(write(tmp_path, yml(2)), "yml", Limits(columns=2, cell_chars=3)).sheets
    assert narrow.rows[1] == ["0", "Saw"]


def test_named_values_that_say_what_they_are_need_no_guess_and_others_are_a_table(tmp_path: Path) -> None:
    plain = json.dumps([{"sku": "A-1", "name": "Saw", "price": 5, "currency": "EUR"}])
    known = read_structured(write(tmp_path, plain), "json", Limits())
    odd = read_structured(write(tmp_path, json.dumps([{"f1": "A-1", "f2": "Saw", "f3": 5}])), "json", Limits())
    assert known.sheets[0].known is not None and odd.sheets[0].known is None
    assert odd.sheets[0].rows == [["f1", "f2", "f3"], ["A-1", "Saw", "5"]]
    assert (known.format, known.encoding) == ("json", "utf-8")


def test_a_file_without_rows_or_articles_is_refused(tmp_path: Path) -> None:
    for text, kind, code in (("<a><b>x</b></a>", "xml_rows", "NOT_A_TABLE"), (yml(0), "yml", "NO_ITEMS")):
        with pytest.raises(Unreadable) as refused:
            read_structured(write(tmp_path, text), kind, Limits())
        assert refused.value.code == code


def test_two_prices_of_equal_right_are_asked_about(tmp_path: Path) -> None:
    offers = "<offer id='1'><name>Saw</name><price_a>5</price_a><price_b>6</price_b></offer>"
    (sheet,) = read_structured(
        write(tmp_path, f"<yml_catalog><shop><offers>{offers}</offers></shop></yml_catalog>"), "yml", Limits()
    ).sheets
    assert [(doubt.what, doubt.choice, doubt.instead) for doubt in sheet.doubts] == [
        (DoubtCode.PRICE_COLUMN, "price_a", "price_b")
    ]


def table(head: Row) -> Grid:
    rows: list[Row] = [head, ["1", "Saw", "5.00 EUR", "in stock", "http://a.example", "new"]]
    return Grid("csv", [Sheet("list", rows)])


def test_a_table_with_the_names_of_a_feed_is_one() -> None:
    (feed,) = as_feed(table(["id", "g:title", "Price", "availability", "link", "condition"]), Limits()).sheets
    assert feed.known is not None and feed.rows[1][feed.known["price"]] == "5.00"
    assert feed.rows[1][feed.known["currency"]] == "EUR"


@pytest.mark.parametrize(
    "head", [["id", "title", "price", "a", "b", "c"], ["id", "name", "price", "availability", "link", "condition"], []]
)
def test_any_other_table_stays_as_it_is(head: Row) -> None:
    grid = table(head)
    assert as_feed(grid, Limits()) is grid and grid.sheets[0].known is None
