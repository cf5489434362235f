"""Kinds of lists that were once read wrong without a word; each was written before the reader was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from handoff.doubts import DoubtCode
from ml_analyze.extraction import Unreadable, read_price_list
from tests.unit.ml_analyze.extraction.price_files import Page, items_of, write_csv, write_text, write_xlsx

NAMES = (
    "Claw hammer", "Tape measure", "Steel ruler", "Bench vice", "Chisel set", "Pipe wrench", "Hacksaw", "Spirit level",
    "Utility knife", "Masonry bit", "Paint brush", "Wire brush",
)  # fmt: skip
PRICES = [f"{3 + 7 * at}.{10 + 7 * at}" for at in range(len(NAMES))]
CODES = [f"AB-{1203 + 7 * at}" for at in range(len(NAMES))]


def _doubts(path: Path) -> set[DoubtCode]:
    listed = read_price_list(path)
    list(listed.lines)
    return {doubt.what for doubt in listed.findings.doubts}


def _prices(path: Path) -> list[str]:
    return [item["price"] for item in items_of(path)]


@pytest.mark.parametrize("head", ["Nr", "No.", "№", "Pos", "Artikel"])
def test_a_column_headed_number_holds_the_codes_where_it_counts_nothing(tmp_path: Path, head: str) -> None:
    rows = [[head, "Bezeichnung", "Preis"], *zip(CODES, NAMES, PRICES, strict=True)]
    assert [item["sku"] for item in items_of(write_csv(tmp_path / "list.csv", rows))] == CODES


def test_prices_of_steps_are_no_prices_with_tax(tmp_path: Path) -> None:
    rows: list[Sequence[Any]] = [["MPN", "Description", "Break 1", "Price 1", "Break 2", "Price 2"]]
    rows += [
        [code, name, 1, float(price), 100, round(float(price) * 0.8, 2)]
        for code, name, price in zip(CODES, NAMES, PRICES, strict=True)
    ]
    assert _prices(write_xlsx(tmp_path / "list.xlsx", {"List": rows})) == [f"{float(price):g}" for price in PRICES]


@pytest.mark.parametrize(
    ("by_weight", "each"), [("Prezzo al kg", "Prezzo pezzo"), ("Цена за кг", "Цена"), ("Price/kg", "Price")]
)
def test_the_piece_is_bought_and_not_the_kilogram(tmp_path: Path, by_weight: str, each: str) -> None:
    rows = [["Code", "Name", by_weight, each]]
    rows += [
        [code, name, f"{float(price) * 2:.2f}", price] for code, name, price in zip(CODES, NAMES, PRICES, strict=True)
    ]
    path = write_csv(tmp_path / "list.csv", rows)
    assert (_prices(path), _doubts(path)) == (PRICES, {DoubtCode.PRICE_COLUMN})


def test_decimal_commas_without_quotes_are_joined_in_a_list_parted_by_commas(tmp_path: Path) -> None:
    rows = "".join(
        f"{code},{name},{price.replace('.', ',')}\n" for code, name, price in zip(CODES, NAMES, PRICES, strict=True)
    )
    assert _prices(write_text(tmp_path / "list.csv", f"Kod,Nazwa,Cena\n{rows}")) == PRICES


@pytest.mark.parametrize(
    ("cell", "price"),
    [("260 руб. 97 коп.", "260.97"), ("3 Euro 50 Cent", "3.50"), ("12.май", None), ("May-12", None), ("5.дек", None)],
)
def test_coins_are_part_of_the_price_and_a_month_makes_a_date(tmp_path: Path, cell: str, price: str | None) -> None:
    rows = [["Code", "Name", "Price"], *zip(CODES, NAMES, [*PRICES[:-1], cell], strict=True)]
    assert _prices(write_csv(tmp_path / "list.csv", rows)) == [*PRICES[:-1], price]


def test_entities_of_a_page_and_letters_of_an_old_code_page_are_read(tmp_path: Path) -> None:
    names = [name.replace("e", "&eacute;") for name in NAMES]
    page = write_csv(tmp_path / "page.csv", [["Code", "Name", "Price"], *zip(CODES, names, PRICES, strict=True)])
    assert [item["name"] for item in items_of(page)] == [name.replace("e", "é") for name in NAMES]
    german = [f"{name} für Dübel" for name in NAMES]
    rows = [["Artikelnummer", "Bezeichnung", "Preis"], *zip(CODES, german, PRICES, strict=True)]
    old = write_csv(tmp_path / "old.csv", rows, delimiter=";", encoding="cp850")
    assert [item["name"] for item in items_of(old)] == german


@pytest.mark.parametrize("name", ['Pipe 14" steel', 'Pipe 14"'])
def test_inches_are_no_doubt_about_quotes(tmp_path: Path, name: str) -> None:
    names = [f"{at} {name}" for at in range(len(NAMES))]
    quoted = write_csv(tmp_path / "quoted.csv", [["Code", "Name", "Price"], *zip(CODES, names, PRICES, strict=True)])
    lines = "".join(f"{code},{name},{price}\n" for code, name, price in zip(CODES, names, PRICES, strict=True))
    bare = write_text(tmp_path / "bare.csv", f"Code,Name,Price\n{lines}")
    for path in (quoted, bare):
        assert ([item["name"] for item in items_of(path)], _doubts(path)) == (names, set())


def test_bare_numbers_under_a_word_that_nobody_knows_are_a_doubt(tmp_path: Path) -> None:
    rows = [
        ["Foo", "Bar", "Baz"],
        *([code, name, 1000 + 37 * (5 * at % 12)] for at, (code, name) in enumerate(zip(CODES, NAMES, strict=True))),
    ]
    assert DoubtCode.COLUMN in _doubts(write_csv(tmp_path / "list.csv", rows))


def test_a_few_merged_prices_may_be_those_of_sets(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Code", "Name", "Price"])
    for at, row in enumerate(zip(CODES, NAMES, PRICES, strict=True)):
        sheet.append([*row[:2], None if at == 5 else float(row[2])])
    sheet.merge_cells("C6:C7")
    book.save(tmp_path / "sets.xlsx")
    assert DoubtCode.MISSING_PRICES in _doubts(tmp_path / "sets.xlsx")


def test_a_line_through_a_price_on_a_page_strikes_it(tmp_path: Path) -> None:
    page = Page()
    for x, head in ((10, "Code"), (40, "Product"), (130, "Price")):
        page.put(x, 20, head)
    for at, (code, name, price) in enumerate(zip(CODES, NAMES, PRICES, strict=True)):
        y = 28 + 8 * at
        old = f"$9{price}"
        for x, text in ((10, code), (40, name), (130, old), (150, f"${price}")):
            page.put(x, y, text)
        page.pdf.line(130, y - 1.2, 130 + page.pdf.get_string_width(old), y - 1.2)
        page.pdf.line(40, y + 0.6, 40 + page.pdf.get_string_width(name), y + 0.6)  # underlined
    items = items_of(page.save(tmp_path / "list.pdf"))
    assert [(item["name"], item["price"]) for item in items] == list(zip(NAMES, PRICES, strict=True))


def test_a_code_that_runs_over_its_drawn_border_ends_behind_it(tmp_path: Path) -> None:
    page = Page()
    page.pdf.set_font("Courier", size=9)
    wide = page.pdf.get_string_width("0")
    codes = [f"KPK.BANT.{at:02d}.50" for at in range(len(NAMES))]
    border = 10 + (len(codes[0]) - 0.7) * wide  # within the last digit
    for at, (code, name, price) in enumerate(zip(codes, NAMES, PRICES, strict=True)):
        y = 20 + 6 * at
        for x, text in ((10, code), (border + 0.5, name), (120, price)):
            page.put(x, y + 4, text)
        for left, right in ((9, border), (border, 118), (118, 150)):
            page.pdf.rect(left, y, right - left, 6)
    items = items_of(page.save(tmp_path / "list.pdf"))
    assert [item["name"] for item in items] == list(NAMES)


def test_last_years_tab_is_left_out_and_said_where_it_shares_some_articles(tmp_path: Path) -> None:
    head = ["Indeks", "Nazwa", "Cena"]
    old = [[code, name, float(price) - 1] for code, name, price in zip(CODES[:8], NAMES, PRICES, strict=False)]
    new = [list(row) for row in zip(CODES[4:], NAMES[4:], map(float, PRICES[4:]), strict=True)]
    path = write_xlsx(tmp_path / "list.xlsx", {"2024": [head, *old], "2026": [head, *new]})
    assert ([item["sku"] for item in items_of(path)], _doubts(path)) == (CODES[4:], {DoubtCode.TABLE_LEFT_OUT})


def test_names_under_a_header_of_several_words_are_not_taken_from_the_codes(tmp_path: Path) -> None:
    rows = [
        ["Ценовая группа/ Номенклатура/ Характеристика", "Артикул", "Цена"],
        *zip(NAMES, CODES, PRICES, strict=True),
    ]
    items = items_of(write_csv(tmp_path / "list.csv", rows))
    assert [(item["name"], item["sku"]) for item in items] == list(zip(NAMES, CODES, strict=True))


def test_one_code_with_two_prices_is_a_doubt_in_a_short_list_too(tmp_path: Path) -> None:
    rows = [["Code", "Name", "Price"]]
    rows += [[CODES[at // 2], NAMES[at // 2], price] for at, price in enumerate(PRICES)]
    assert DoubtCode.REPEATED_ITEMS in _doubts(write_csv(tmp_path / "list.csv", rows))


def test_batches_of_one_code_are_told_apart_by_a_column_and_are_no_doubt(tmp_path: Path) -> None:
    rows = [["Code", "Name", "Batch", "Price"]]
    rows += [[CODES[at // 2], NAMES[at // 2], f"B{at}", price] for at, price in enumerate(PRICES)]
    assert _doubts(write_csv(tmp_path / "list.csv", rows)) == set()


def test_a_price_that_no_header_names_beside_one_that_goes_up_and_down_with_it_is_a_doubt(tmp_path: Path) -> None:
    rows = [["Vorna", "Teluk", "Asmir", "Kodra"]]
    rows += [
        [code, name, price, f"{float(price) * 1.1:.0f}"] for code, name, price in zip(CODES, NAMES, PRICES, strict=True)
    ]
    assert DoubtCode.PRICE_COLUMN in _doubts(write_csv(tmp_path / "list.csv", rows))


def test_a_header_repeated_with_a_year_in_it_is_no_item(tmp_path: Path) -> None:
    head = ["Code", "Name", "Price 2026"]
    rows = [head, *zip(CODES, NAMES, PRICES, strict=True), head, ["AB-9", "Anvil", "9.10"]]
    assert _prices(write_csv(tmp_path / "list.csv", rows)) == [*PRICES, "9.10"]


def test_titles_of_groups_of_one_are_a_doubt_where_items_have_no_names(tmp_path: Path) -> None:
    rows: list[Sequence[Any]] = [["Code", "Unit", "Price"]]
    for code, name, price in zip(CODES, NAMES, PRICES, strict=True):
        rows += [[None, name, None], [code, "pcs", price]]
    assert DoubtCode.ROWS_LEFT_OUT in _doubts(write_xlsx(tmp_path / "list.xlsx", {"List": rows}))


@pytest.mark.parametrize(
    ("head", "since"),
    [("Cena od 01.02.2026", "2026-02-01"), ("Price 2026-02-01", "2026-02-01"), ("Preis ab 1.2.26", "2026-02-01")],
)
def test_a_dated_column_says_from_when_its_price_holds(tmp_path: Path, head: str, since: str) -> None:
    rows = [["Code", "Name", head], *zip(CODES, NAMES, PRICES, strict=True)]
    items = items_of(write_csv(tmp_path / "list.csv", rows))
    assert {item["conditions"]["valid_from"] for item in items} == {since}


def test_a_list_price_beside_a_discount_that_nobody_took_off_is_a_doubt(tmp_path: Path) -> None:
    rows = [["Artikel-Nr", "Bezeichnung", "Bruttopreis", "Rabatt"]]
    rows += [[code, name, price, "40"] for code, name, price in zip(CODES, NAMES, PRICES, strict=True)]
    path = write_csv(tmp_path / "list.csv", rows)
    assert (_prices(path), _doubts(path)) == (PRICES, {DoubtCode.PRICE_COLUMN})


@pytest.mark.parametrize(
    ("title", "head", "sure"),
    [
        ("Prices in k€", "Price", False),
        ("Цены в тыс. руб.", "Цена", False),
        ("Machines 2026", "Price, k€", True),
    ],
)
def test_thousands_that_only_a_title_says_are_asked_about(tmp_path: Path, title: str, head: str, sure: bool) -> None:
    rows = [[title], ["Code", "Name", head], *zip(CODES, NAMES, PRICES, strict=True)]
    path = write_xlsx(tmp_path / "list.xlsx", {"List": rows})
    assert {float(price) for price in _prices(path)} == {1000 * float(price) for price in PRICES}
    assert (DoubtCode.CURRENCY not in _doubts(path)) == sure


@pytest.mark.parametrize(
    ("heads", "sure"),
    [
        (("Мелкий опт", "Опт"), False),
        (("Partner A", "Partner B"), False),
        (("Price 1", "Price 2"), False),
        (("Cena EUR netto", "Cena PLN netto"), False),
        (("EK", "VK"), True),
        (("Cost price", "Purchase price"), True),
        (("Price, 0.9 kg", "Price, 2 kg"), True),
    ],
)
def test_classes_of_buyers_are_asked_about(tmp_path: Path, heads: tuple[str, str], sure: bool) -> None:
    dear = [f"{float(price) * 1.13 + at:.2f}" for at, price in enumerate(PRICES)]
    rows = [["Code", "Name", *heads], *zip(CODES, NAMES, PRICES, dear, strict=True)]
    path = write_csv(tmp_path / "list.csv", rows)
    assert (_prices(path), DoubtCode.PRICE_COLUMN not in _doubts(path)) == (PRICES, sure)


def test_a_size_that_heads_the_price_is_what_the_price_is_for(tmp_path: Path) -> None:
    rows = [["Coffee", "250 g", "500 g", "1 kg"]]
    dearer = [[f"{float(price) * many:.2f}" for price in PRICES] for many in (2, 3)]
    rows += [list(row) for row in zip(NAMES, PRICES, *dearer, strict=True)]
    assert {item["pack_size"] for item in items_of(write_csv(tmp_path / "list.csv", rows))} == {"250 g"}


def test_sentences_with_commas_are_no_columns(tmp_path: Path) -> None:
    lines = ["Dear Sir or Madam,", "we offer:", "Beech, 125,00 EUR per m", "Spruce, 85,00 EUR per m", "Chips, 4,50 EUR"]
    with pytest.raises(Unreadable):
        read_price_list(write_text(tmp_path / "letter.txt", "\n".join(lines)))
