"""Whatever the machine says in English, a Russian reader is told in Russian."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from flask import Flask

from app.errors import CourierError, IngestError
from app.web.sentences import Catalogue, catalogue, told
from embedded.environment import PROJECT
from handoff.doubts import Doubt, DoubtCode, in_words
from handoff.errors import VolumeError
from ml_analyze.extraction import Unreadable, read_price_list
from ml_analyze.matching import CatalogUnreadable, Matcher
from ml_analyze.order import Failed, Failure

SAMPLES = PROJECT / "embedded" / "samples"
#: what speaks to people through a door of its own: the screen, programs in English, the operator's shell
OWN_WORDS = {"web", "api", "cli"}


def _family(error: type) -> set[str]:
    return {error.__name__, *(name for each in error.__subclasses__() for name in _family(each))}


ERRORS = {
    name
    for base in (IngestError, CourierError, VolumeError, Unreadable, Failed, Failure, CatalogUnreadable)
    for name in _family(base)
}
#: functions and classes with a sentence that is kept: events of a job, its waits, alerts, lines of a file
KEEPERS = {"event", "settle", "postpone", "resettle", "_end", "_each_portion", "_fail", "append"}
KEEPERS |= {"skip", "Matter", "ErrorLine", "Skipped"}
VARIABLES = {"message", "sentence", "reason", "told", "error"}
#: starts like a sentence, or with a value, has several words and ends like one
_SENTENCE = re.compile(r"(?!SELECT |now\(\) )[A-Za-z{“][^ ]* .*[.)]", re.DOTALL)


def said_in_the_code() -> Iterator[str]:
    """Templates of all sentences that errors, events and alerts are made with."""
    for part in ("app", "handoff", "ml_analyze"):
        for file in sorted((PROJECT / part).rglob("*.py")):
            inside = file.relative_to(PROJECT / part).parts
            if part == "app" and inside[0] in OWN_WORDS:
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                for value in _kept(node):
                    for choice in _choices(value):
                        if _SENTENCE.fullmatch(text := _template(choice)):
                            yield text


def _kept(node: ast.AST) -> list[ast.expr]:
    """What an error or a keeper is made with, and what is put by for them in a variable, a list or an answer."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in ERRORS or name in KEEPERS:
            return [*node.args, *(each.value for each in node.keywords if each.arg != "details")]
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in VARIABLES:
        return [node.value]
    return [node.value] if isinstance(node, ast.Return) and node.value else []


def _choices(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*_choices(node.body), *_choices(node.orelse)]
    if isinstance(node, ast.BoolOp):
        return [choice for each in node.values for choice in _choices(each)]
    return [node] if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp) else []


def _template(node: ast.expr) -> str:
    """``{1}`` for the first value, ``{2}`` for the second."""
    values = 0

    def text(part: ast.expr) -> str:
        nonlocal values
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            return part.value
        if isinstance(part, ast.JoinedStr):
            return "".join(map(text, part.values))
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            return text(part.left) + text(part.right)
        values += 1
        return f"{{{values}}}"

    return text(node)


def test_every_sentence_of_an_error_or_event_is_told_in_german(app: Flask) -> None:
    """The templates themselves are held against the Russian ones; here, that each is found by them."""
    german = catalogue("de")
    said = {each: re.sub(r"\{(\d)\}", r"value\1", each) for each in sorted(set(said_in_the_code()))}
    assert [each for each, text in said.items() if german.say(text) == text] == []
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert told("colour differs: black, red / grey") == "andere Farbe: schwarz, rot / grau"
        assert told("Gold: The file is empty.") == "Gold: Die Datei ist leer."


def test_every_sentence_of_an_error_or_event_has_its_russian(app: Flask) -> None:
    templates = sorted(set(said_in_the_code()))
    assert len(templates) > 220
    russian = catalogue("ru")
    # Values that no template could mean, so that only the sentence itself can be found.
    said = {each: re.sub(r"\{(\d)\}", r"value\1", each) for each in templates}
    assert [each for each, text in said.items() if not _is_russian(russian.say(text))] == []


def _is_russian(text: str) -> bool:
    return re.search("[а-я]{2}", text) is not None


@pytest.fixture(scope="module")
def reasons(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Why the matcher proposes what it proposes for the sample suppliers' lists."""
    folder = tmp_path_factory.mktemp("matching")
    with (SAMPLES / "catalogue.csv").open(encoding="utf-8") as file:
        products = [{"kind": "product", "id": row["internal_sku"], **row} for row in csv.DictReader(file)]
    snapshot = folder / "catalogue.ndjson"
    snapshot.write_bytes(b"\n".join(map(orjson.dumps, products)) + b"\n")
    matcher = Matcher.open(snapshot, cache_dir=folder / "cache")
    found: set[str] = set()
    for name in ("kestrel-supply.csv", "instrument-opt.xlsx", "werkzeug-brandt.csv", "outillage-mercier.pdf"):
        for result in matcher.match(_items(SAMPLES / name), supplier_id=name):
            found.update(why for candidate in result["candidates"] for why in candidate["why"])
    return found


def _items(path: Path) -> list[dict[str, object]]:
    return [line for line in read_price_list(path).lines if line["kind"] == "item"]


def test_every_reason_of_the_matcher_has_its_russian(app: Flask, reasons: set[str]) -> None:
    assert len({re.sub(r"[\d.]+", "", reason).split(":")[0] for reason in reasons}) > 30
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert [reason for reason in sorted(reasons) if not _is_russian(told(reason))] == []


def test_how_a_file_was_read_has_its_russian(app: Flask) -> None:
    said: set[str | None] = set()
    for path in SAMPLES.iterdir():
        if path.suffix in (".csv", ".xlsx", ".pdf") and path.name not in ("catalogue.csv", "rates.csv"):
            reading = read_price_list(path).reading
            said |= {reading.encoding_evidence, reading.delimiter_evidence, reading.currency_evidence}
            said |= {*reading.warnings, *(sheet.reason for sheet in reading.sheets)}
            said |= {column.evidence for sheet in reading.sheets for column in sheet.columns.values()}
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert [each for each in sorted(filter(None, said)) if not _is_russian(told(each))] == []


@pytest.mark.parametrize(
    ("where", "choice", "instead"),
    [
        ("Прайс, row 12", "Цена (price)", ""),
        ("page 3", "Наименование (name)", ""),
        ("page 3", "column 4", "column 5"),
        ("Прайс", "sizes across and down", ""),
        ("Прайс", "lines that end in their price", ""),
        ("Прайс, row 2", "1.234 as thousands", "1.234 with three decimals behind ,"),
        ("Прайс, row 2", "РРЦ, from which Скидка is not taken off", ""),
        ("page 1", "7 items have only the price of the row above, in a merged cell", ""),
        ("Прайс, row 9", "40 rows left out: the columns are too doubtful (0.31)", ""),
        ("", "90 of 100 items", ""),
        ("", "12 names were put together from rows of a page", ""),
        ("", "8 names are labels, as cards of products have", ""),
        ("", "60 rows beside 100 items", ""),
        ("", "4 rows with a number above the header", ""),
        ("", "30 items have no name but their code", ""),
        ("Прайс", "no price", "Цена, which is gone"),
        ("line 12", "", ""),
    ],
)
def test_what_was_chosen_in_a_doubt_is_told_too(app: Flask, where: str, choice: str, instead: str) -> None:
    doubt = Doubt(what=DoubtCode.COLUMN, where=where, choice=choice, instead=instead, probability=0.5)
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert re.search("[a-z]", told(in_words(doubt))) is None


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("colour differs: black, red / grey", "цвет другой: чёрный, красный / серый"),
        ("price 4 % lower at the list's rate of 61.2", "цена на 4 % ниже по курсу списка 61.2"),
        (
            "https://a.example/x.csv answers 404 Not Found: the file is not there. Correct the supplier's address."
            " Trying again (2 of 3).",
            "https://a.example/x.csv отвечает: 404 Not Found: файла там нет. Исправьте адрес поставщика."
            " Новая попытка (2 из 3).",
        ),
        (
            "Held: The currency of 31 items changed. 40 of 60 items are missing in the file.",
            "Задержано: Валюта изменилась у позиций: 31. В файле нет позиций: 40 из 60.",
        ),
        (
            "Held: 19 of 20 prices moved by a factor of 10, 100 or 1000: the decimal mark may have been misread."
            " 19 of 20 prices changed by more than 30 %.",
            "Задержано: Цены изменились в 10, 100 или 1000 раз: 19 из 20. Возможно, неверно прочитан десятичный знак."
            " Цены изменились больше чем на 30 %: 19 из 20.",
        ),
        ("1,299 new, 0 updated, 2 skipped", "новых: 1\u00a0299, обновлено: 0, пропущено: 2"),
        ("Gold: The file is empty.", "Gold: Файл пуст."),
        ("Line 7: the SKU or the name is empty.", "Строка 7: артикул или название пусты."),
        ("The workbook cannot be read: zip: bad magic.", "Книга не читается: zip: bad magic."),
        ("95% filled, 97% numbers", "заполнено 95%, чисел 97%"),
        ("95% filled, 97% moonlight", "95% filled, 97% moonlight"),
        ("The moon is full.", "The moon is full."),
        ("", ""),
    ],
)
def test_parts_and_words_are_told_and_names_are_left(app: Flask, english: str, russian: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert told(english) == russian
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert told(english) == english


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("12/13 items processed; 1 errors, 0 matched", "12/13 items processed; 1 error, 0 matched"),
        ("1 rows were left out, beside 21 items.", "1 row was left out, beside 21 items."),
        ("1 items matched again: 1 linked.", "1 item matched again: 1 linked."),
        ("1,001 items, 2.1 items, 1/1 items, 1 of 60 items", "1,001 items, 2.1 items, 1/1 items, 1 of 60 items"),
    ],
)
def test_one_is_told_in_the_singular(app: Flask, kept: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert told(kept) == said


def test_the_surest_template_speaks() -> None:
    said = Catalogue({"{1} is empty.": "{1} – пусто.", "The shelf is empty.": "Полка пуста.", "{1} of {2}": "{1}/{2}"})
    assert said.say("The shelf is empty.") == "Полка пуста."
    assert said.say("The box is empty.") == "The box – пусто."
    assert said.say("3 of 4") == "3/4"


def test_a_hostile_sentence_costs_no_time(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        for text in (": , / of ; " * 20_000, "a: b " * 200, "1 of 2 " * 140, "3/4 items processed; " * 45):
            assert told(text).strip()


@pytest.mark.parametrize(("language", "thousand"), [("ru", "1\N{NO-BREAK SPACE}234"), ("de", "1.234")])
def test_counts_are_grouped_as_the_reader_does_and_a_suppliers_text_stays(language: str, thousand: str) -> None:
    told = catalogue(language).say("1,234 of 12,345 prices changed by more than 30 %.")
    assert thousand in told and "1,234" not in told
    both = "19 of 19 prices moved by a factor of 10, 100 or 1000: the decimal mark may have been misread."
    assert "moved" not in catalogue(language).say(f"{both} 1,234 of 12,345 prices changed by more than 30 %.")
    assert "1,234" in catalogue(language).say("“1,234” is no price.")
