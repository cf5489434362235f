"""Sizes, spans and marks as people read them; nothing the screen says lacks its Russian."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask

from app.web import language, words
from app.web.sentences import CONTEXT
from docs import languages

APP = Path(language.__file__).resolve().parent.parent
TRANSLATED = [code for code in language.LANGUAGES if code != "en"]


def _file(code: str, name: str) -> Path:
    return APP / "translations" / code / "LC_MESSAGES" / name


@pytest.fixture(scope="module")
def spoken() -> list[tuple[languages.Text, str | None]]:
    """All that the screen says, and what of it is a kept sentence."""
    return languages.said()


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_of_the_screen_has_its_words_in_every_language(
    code: str, spoken: list[tuple[languages.Text, str | None]]
) -> None:
    with _file(code, "messages.po").open("rb") as file:
        known = {_first(message): message.string for message in read_po(file) if message.id and not message.context}
    pages = {text if isinstance(text, str) else text[0] for text, context in spoken if context is None}
    assert len(pages) > 1500
    lacking = [each for each in pages if not known.get(each) or not all(known[each])]
    assert sorted(lacking) == [], "python -m docs.languages adds them to the file"


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_kept_sentence_has_its_words_and_the_same_places(
    code: str, spoken: list[tuple[languages.Text, str | None]]
) -> None:
    told = catalogue_pairs(code)
    sentences = [str(text) for text, context in spoken if context]
    assert len(sentences) > 700
    assert [each for each in sentences if not told.get(each)] == []
    places = re.compile(r"\{(\d)(?::words|:number)?\}")
    differ = [each for each in sentences if set(places.findall(each)) - set(places.findall(told[each]))]
    assert [each for each in differ if code != languages.TWO_FILES] == []


def catalogue_pairs(code: str) -> dict[str, str]:
    own = _file(code, "sentences.po")
    with (own if own.exists() else _file(code, "messages.po")).open("rb") as file:
        wanted = None if own.exists() else CONTEXT
        return {str(each.id): str(each.string or "") for each in read_po(file) if each.id and each.context == wanted}


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_compiled_catalogue_is_the_written_one(code: str) -> None:
    with _file(code, "messages.po").open("rb") as written, _file(code, "messages.mo").open("rb") as compiled:
        po = {(_first(each), bool(each.context)): list(each.string) for each in read_po(written) if each.id}
        mo = {(_first(each), bool(each.context)): list(each.string) for each in read_mo(compiled) if each.id}
    assert po == mo


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_survive_the_translation(code: str) -> None:
    with _file(code, "messages.po").open("rb") as file:
        broken = [each.id for each in read_po(file) if each.id and not each.context and list(each.check())]
    assert broken == []


def test_a_further_language_is_one_file_and_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("babel.cfg", "ru/LC_MESSAGES/sentences.po"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((languages.TRANSLATIONS / name).read_bytes())
    monkeypatch.setattr(languages, "TRANSLATIONS", tmp_path)
    days = ("%(num)s day", "%(num)s days")
    monkeypatch.setattr(languages, "said", lambda: [("Save", None), (days, None), ("No.", CONTEXT)])
    assert languages.update("it") == ["Save", days, "No."]
    file = tmp_path / "it" / "LC_MESSAGES" / "messages.po"
    file.write_text(file.read_text().replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Salva"'))
    assert "Save" not in languages.update("it"), "what is written stays"
    assert list(languages.one_file()) == ["it"]
    with file.with_suffix(".mo").open("rb") as compiled:
        assert {_first(each): each.string for each in read_mo(compiled)}["Save"] == "Salva"


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


def test_a_rate_is_written_to_the_last_place_that_was_told(app: Flask) -> None:
    with app.test_request_context():
        assert language.rate(Decimal("4.257100000000")) == "4.2571"
        assert language.rate(Decimal("0.0000573")) == "0.0000573"
        assert language.rate(Decimal("0.234901693641"), 6) == "0.234902"


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


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (12.34, "+12.3 %"),
        (-3, "−3.0 %"),
        (-0.04, "0.0 %"),
        (0.04, "0.0 %"),
        (-0.06, "−0.1 %"),
        (0, "0.0 %"),
        (None, "–"),
    ],
)
def test_what_moved_by_less_than_is_written_has_no_sign(app: Flask, moved: float, said: str) -> None:
    with app.test_request_context():
        assert language.by_percent(moved) == said


@pytest.mark.parametrize(("share", "said"), [(-0.004, "0 %"), (0.5, "50 %"), (-0.5, "−50 %"), (-0.0, "0 %")])
def test_a_share_that_is_written_as_nothing_has_no_sign(app: Flask, share: float, said: str) -> None:
    with app.test_request_context():
        assert language.percent(share) == said
