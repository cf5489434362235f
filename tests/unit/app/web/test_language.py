"""Sizes, spans and marks as people read them; nothing the screen says lacks its Russian."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask

from app.web import language, words

APP = Path(language.__file__).resolve().parent.parent
RUSSIAN = APP / "translations" / "ru" / "LC_MESSAGES"
METHODS = [("web/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "ngettext": (1, 2),
}


def test_every_sentence_of_the_screen_has_its_russian() -> None:
    with (RUSSIAN / "messages.po").open("rb") as file:
        known = {_first(message): message.string for message in read_po(file) if message.id}
    said = {
        each if isinstance(each, str) else each[0]
        for _file, _line, each, _comments, _context in extract_from_dir(APP, METHODS, keywords=KEYWORDS)
    }
    assert len(said) > 500
    assert sorted(each for each in said if not known.get(each)) == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with (RUSSIAN / "messages.po").open("rb") as written, (RUSSIAN / "messages.mo").open("rb") as compiled:
        po = {_first(message): list(message.string) for message in read_po(written) if message.id}
        mo = {_first(message): list(message.string) for message in read_mo(compiled) if message.id}
    assert po == mo


def test_placeholders_survive_the_translation() -> None:
    with (RUSSIAN / "messages.po").open("rb") as file:
        broken = [message.id for message in read_po(file) if message.id and list(message.check())]
    assert broken == []


@pytest.mark.parametrize(
    ("amount", "written"),
    [(None, "–"), (0, "0 B"), (999, "999 B"), (1500, "1.5 KB"), (52_428_800, "52.4 MB"), (10 * 2**30, "10.7 GB")],
)
def test_bytes_are_written_with_a_fitting_unit(app: Flask, amount: int | None, written: str) -> None:
    with app.test_request_context():
        assert language.size(amount) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (None, "–"),
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (273_600, "3 d 4 h"),
    ],
)
def test_a_span_is_written_in_its_two_largest_units(app: Flask, seconds: float | None, written: str) -> None:
    with app.test_request_context():
        assert language.span(seconds) == written


def test_money_keeps_the_suppliers_digits_and_knows_the_language(app: Flask) -> None:
    with app.test_request_context():
        assert language.money(Decimal("1234.5000"), "EUR") == "1,234.50 EUR"
        assert language.money(Decimal("0.1234")) == "0.1234"
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert language.money(Decimal("1234.5")) == "1\xa0234,50"


def test_marking_a_word_escapes_everything_around_it() -> None:
    assert language.marked("<b>Saw</b>", "saw") == "&lt;b&gt;<mark>Saw</mark>&lt;/b&gt;"


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(index: int, name: str) -> None:
    assert words.letters(index) == name
    assert words.cell_columns({"name": f"{name}7"}) == {index}


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def test_an_items_model_number_is_shown_once() -> None:
    characteristics = {"mpn": "MTM-5", "Symbol producenta": "MTM-5", "unit": "szt", "stock": "", "category": ["A", "B"]}
    assert [value for _name, value in words.details(characteristics)] == ["MTM-5", "szt", "A › B"]
