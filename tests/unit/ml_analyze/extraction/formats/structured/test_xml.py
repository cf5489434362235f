"""A large XML file goes by element by element; nothing outside it is opened, and a damaged one says its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_analyze.extraction.formats.structured.xml import (
    beginning,
    child,
    elements,
    inside,
    local,
    shape,
    text_in,
    value,
)
from ml_analyze.extraction.limits import Unreadable


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "list.xml"
    path.write_text(text, encoding="utf-8")
    return path


GOODS = '<a:list xmlns:a="urn:x"><a:item n="1"><name>Saw</name></a:item><item><name>A<b>x</b>e</name></item></a:list>'


def test_elements_are_found_whatever_their_namespace_and_each_is_whole(tmp_path: Path) -> None:
    assert [value(each, "name") for each in elements(write(tmp_path, GOODS), "item")] == ["Saw", "Axe"]


def test_blank_lines_before_the_declaration_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, f'\n\n  <?xml version="1.0"?>{GOODS}')
    assert [local(each) for each in elements(path, "item", "name")] == ["name", "item", "name", "item"]


def test_entities_of_web_pages_are_letters_and_files_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    head = f'<!DOCTYPE l [<!ENTITY own SYSTEM "{secret.as_uri()}"><!ENTITY uuml "">]>'
    path = write(tmp_path, f"{head}<l><item>T&uuml;r &own;&lt;</item></l>")
    (found,) = [text_in(each) for each in elements(path, "item")]
    assert "hidden" not in found
    assert found.startswith("T") and found.endswith("r <")


def test_entities_in_entities_do_not_grow(tmp_path: Path) -> None:
    grown = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 20}">' for at in range(1, 9))
    path = write(tmp_path, f'<!DOCTYPE l [<!ENTITY e0 "ha">{grown}]><l><item>x&e8;</item></l>')
    try:
        texts = [text_in(each) for each in elements(path, "item")]
    except Unreadable:
        texts = []
    assert sum(map(len, texts)) < 1000


def test_a_damaged_file_names_its_line_after_what_stood_before(tmp_path: Path) -> None:
    path = write(tmp_path, "<l>\n<item>Saw</item>\n<item>Axe</l>")
    found = elements(path, "item")
    assert text_in(next(found)) == "Saw"
    with pytest.raises(Unreadable, match="line 3"):
        list(found)
    with pytest.raises(Unreadable, match="line 3"):
        shape(path)
    assert [each.name for each in beginning(path)] == ["l", "item", "item"]


def test_what_is_missing_is_empty(tmp_path: Path) -> None:
    (item, _) = [
        (local(each), inside(each), child(each, "no", "such"), value(each, "no"))
        for each in elements(write(tmp_path, GOODS), "item")
    ]
    assert item[0] == "item" and item[2] is None and item[3] == ""
    assert text_in(None) == "" and inside(None) == []


def test_the_shape_tells_every_place_once_with_how_often_it_comes(tmp_path: Path) -> None:
    found = shape(write(tmp_path, GOODS))
    assert {place: (kind.count, kind.attributes) for place, kind in found.items()} == {
        ("list",): (1, 0),
        ("list", "item"): (2, 1),
        ("list", "item", "name"): (2, 0),
        ("list", "item", "name", "b"): (1, 0),
    }


def test_the_beginning_tells_space_parent_and_currency(tmp_path: Path) -> None:
    path = write(tmp_path, '<l xmlns="urn:x"><price currencyId="EUR">5</price></l>')
    first, second = beginning(path)
    assert (first.space, first.name, first.parent, first.attributes) == ("urn:x", "l", "", 0)
    assert (second.name, second.parent, second.attributes, second.currency) == ("price", "l", 1, "EUR")
