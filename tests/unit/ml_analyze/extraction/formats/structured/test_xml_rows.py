"""Elements that come again and again are rows; attributes, parameters and repeated elements are their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_analyze.extraction.formats.structured.known import Row
from ml_analyze.extraction.formats.structured.xml_rows import row_elements, xml_rows
from ml_analyze.extraction.limits import Unreadable


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "list.xml"
    path.write_text(text, encoding="utf-8")
    return path


def rows(tmp_path: Path, text: str) -> list[Row]:
    path = write(tmp_path, text)
    return list(xml_rows(path, row_elements(path)))


def good(inside: str, *, times: int = 2, attributes: str = "") -> str:
    return f"<goods>{f'<good {attributes}>{inside}</good>' * times}</goods>"


def test_the_outermost_elements_that_come_again_with_several_values_are_rows(tmp_path: Path) -> None:
    inner = "<name>Saw</name><price>5</price><part><a>1</a><b>2</b></part><part><a>1</a><b>2</b></part>"
    assert row_elements(write(tmp_path, good(inner))) == ("good",)
    assert row_elements(write(tmp_path, good("<name>Saw</name><price>5</price>", times=1))) == ("good",)
    assert row_elements(write(tmp_path, "<goods><name>Saw</name><name>Axe</name></goods>")) == ()
    assert row_elements(write(tmp_path, good("<name>Saw</name>"))) == ()


def test_rows_of_another_name_count_only_where_they_name_a_price(tmp_path: Path) -> None:
    shops = "<shop><city>A</city><street>B</street></shop>" * 2
    goods = "<good><name>Saw</name><price>5</price></good>" * 2
    services = "<service><name>Cut</name><price>5</price></service>" * 2
    assert row_elements(write(tmp_path, f"<all>{goods}{shops}{services}</all>")) == ("good", "service")


def test_attributes_and_elements_are_values_alike(tmp_path: Path) -> None:
    assert rows(tmp_path, good("<name>Saw</name><price>5</price>", attributes="sku='A-1'"))[0] == {
        "sku": "A-1",
        "name": "Saw",
        "price": "5",
    }


def test_a_parameter_stands_under_the_name_that_it_bears(tmp_path: Path) -> None:
    inside = "<name>Saw</name><price>5</price><param name='Length'>60</param><param name='Colour'>red</param>"
    assert rows(tmp_path, good(inside))[0] == {"name": "Saw", "price": "5", "Length": "60", "Colour": "red"}


def test_the_currency_of_a_price_or_of_the_whole_list_is_everyones(tmp_path: Path) -> None:
    own = "<name>Saw</name><price currency='CHF'>5</price>"
    assert rows(tmp_path, good(own))[0] == {"name": "Saw", "price": "5", "currency": "CHF"}
    whole = good("<name>Saw</name><price>5</price>").replace("<goods>", "<goods currency='PLN'>")
    assert rows(tmp_path, whole)[0] == {"name": "Saw", "price": "5", "currency": "PLN"}


def test_empty_values_are_none_and_a_damaged_file_is_refused(tmp_path: Path) -> None:
    assert rows(tmp_path, good("<name>Saw</name><price>5</price><note> </note><link/>"))[0] == {
        "name": "Saw",
        "price": "5",
    }
    with pytest.raises(Unreadable):
        row_elements(write(tmp_path, "<goods><good><name>Saw</name><price>5</price></good><good><na"))
