"""One list written in many ways: delimiters, blanks, quotes, escapes, marks that nobody sees, code pages."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from handoff.api import Hints
from handoff.doubts import DoubtCode
from ml_analyze.extraction.formats.csv.read import read_csv
from ml_analyze.extraction.limits import Limits
from tests.unit.ml_analyze.extraction.formats.made_lists import MadeList, made_list
from tests.unit.ml_analyze.extraction.price_files import items_of, write_text

SEEDS = range(10)


def _read(path: Path) -> list[tuple[str | None, str, str | None]]:
    return [(item.get("sku"), item["name"], item["price"]) for item in items_of(path)]


def _plain(made: MadeList, delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(row) + end for row in [made.head, *made.rows])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("blanks", [" ", "   "])
@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_blanks_behind_a_delimiter_belong_to_no_cell(tmp_path: Path, seed: int, blanks: str, delimiter: str) -> None:
    made = made_list(seed)
    assert _read(write_text(tmp_path / "a.csv", _plain(made, delimiter + blanks))) == made.items


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_apostrophes_that_stand_around_cells_are_quotes(tmp_path: Path, seed: int, end: str) -> None:
    made = made_list(seed, comma=True)
    rows = [[f"'{cell}'" if "," in cell else cell for cell in row] for row in [made.head, *made.rows]]
    text = "".join(",".join(row) + end for row in rows)
    assert _read(write_text(tmp_path / "a.csv", text)) == made.items


@pytest.mark.parametrize("seed", SEEDS)
def test_a_backslash_before_a_quote_inside_a_cell_escapes_it(tmp_path: Path, seed: int) -> None:
    made = made_list(seed, comma=True, extra=' 21" LED')
    rows = [['"' + cell.replace('"', '\\"') + '"' if "," in cell else cell for cell in row] for row in made.rows]
    text = "".join(",".join(row) + "\r\n" for row in [made.head, *rows])
    assert _read(write_text(tmp_path / "a.csv", text)) == made.items


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_quote_that_is_never_closed_swallows_no_row(tmp_path: Path, seed: int, delimiter: str) -> None:
    made, chance = made_list(seed), random.Random(seed)
    rows = [list(row) for row in made.rows]
    at = made.rows[0].index(made.items[0][1])
    stray = sorted(chance.sample(range(len(rows)), chance.choice([1, 2, 3])))
    for index in stray:
        rows[index][at] = '"' + rows[index][at]
    path = write_text(tmp_path / "a.csv", "".join(delimiter.join(row) + "\r\n" for row in [made.head, *rows]))
    assert _read(path) == made.items
    (doubt,) = read_csv(path, Hints(), Limits()).sheets[0].doubts
    assert doubt.what is DoubtCode.QUOTING and str(stray[0] + 2) in doubt.where


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cell_over_several_lines_stays_one(tmp_path: Path, seed: int) -> None:
    made = made_list(seed)
    at = made.rows[0].index(made.items[0][1])
    rows = [[*row[:at], f'"{row[at]}\nsteel, ""zinc""\nblue"', *row[at + 1 :]] for row in made.rows]
    text = "".join(",".join(row) + "\n" for row in [made.head, *rows])
    expected = [(code, f'{name} steel, "zinc" blue', price) for code, name, price in made.items]
    path = write_text(tmp_path / "a.csv", text)
    assert _read(path) == expected
    assert read_csv(path, Hints(), Limits()).sheets[0].doubts == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("trick", ['="{}"', '"=""{}"""', "'{}"])
def test_what_a_spreadsheet_does_to_keep_zeros_is_no_part_of_a_code(tmp_path: Path, seed: int, trick: str) -> None:
    made = made_list(seed)
    codes = {code: f"00{number}{code[2:]}" for number, (code, _, _) in enumerate(made.items)}
    rows = [[trick.format(codes[cell]) if cell in codes else cell for cell in row] for row in made.rows]
    text = "".join(",".join(row) + "\n" for row in [made.head, *rows])
    expected = [(codes[code], name, price) for code, name, price in made.items]
    assert _read(write_text(tmp_path / "a.csv", text)) == expected


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mark", ["\u200b", "\u200e", "\ufeff", "\x00", "\u2060", "\u202a"])
def test_marks_that_nobody_sees_are_left_out(tmp_path: Path, seed: int, mark: str) -> None:
    made, chance = made_list(seed), random.Random(seed)
    rows = [[f"{cell}{mark}" if chance.random() < 0.3 else f"{mark}{cell}" for cell in row] for row in made.rows]
    text = ";".join(mark + cell for cell in made.head) + "\n" + "".join(";".join(row) + "\n" for row in rows)
    assert _read(write_text(tmp_path / "a.csv", text)) == made.items


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("language", "encoding"), [("de", "cp1252"), ("fr", "cp1252"), ("ru", "cp1251"), ("pl", "cp1250")]
)
def test_lines_of_two_encodings_are_each_read_right(tmp_path: Path, seed: int, language: str, encoding: str) -> None:
    made, chance = made_list(seed, languages=language), random.Random(seed)
    lines = [";".join(row) + "\n" for row in [made.head, *made.rows]]
    path = tmp_path / "a.csv"
    path.write_bytes(b"".join(line.encode("utf-8" if chance.random() < 0.5 else encoding) for line in lines))
    assert _read(path) == made.items


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("language", "encoding"), [("de", "mac-roman"), ("fr", "mac-roman"), ("ru", "mac-cyrillic")])
def test_what_was_written_on_an_old_mac_is_read(tmp_path: Path, seed: int, language: str, encoding: str) -> None:
    made = made_list(seed, languages=language)
    assert _read(write_text(tmp_path / "a.csv", _plain(made, ";", "\r"), encoding)) == made.items


@pytest.mark.parametrize("seed", SEEDS)
def test_amounts_cut_at_their_thousands_are_joined(tmp_path: Path, seed: int) -> None:
    made, chance = made_list(seed, languages="en"), random.Random(seed)
    prices = {code: f"${chance.randint(1, 9)},{chance.randint(100, 999)}.50" for code, _, _ in made.items}
    at = made.rows[0].index(made.items[0][2])
    by_name = {name: code for code, name, _ in made.items}
    rows = []
    for row in made.rows:
        code = next(by_name[cell] for cell in row if cell in by_name)
        rows.append([*row[:at], prices[code], *row[at + 1 :]])
    text = "".join(",".join(row) + "\n" for row in [made.head, *rows])
    expected = [(code, name, prices[code][1:].replace(",", "")) for code, name, _ in made.items]
    assert _read(write_text(tmp_path / "a.csv", text)) == expected


@pytest.mark.parametrize("said", [",", ";", "\t"])
def test_a_line_that_names_the_wrong_delimiter_is_not_believed(tmp_path: Path, said: str) -> None:
    made = made_list(3, comma=True)
    assert _read(write_text(tmp_path / "a.csv", f"sep={said}\n" + _plain(made, ";"))) == made.items


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_entities_are_letters_also_where_their_last_sign_parts_cells(tmp_path: Path, delimiter: str) -> None:
    rows = [
        "Artikel;Bezeichnung;Preis",
        "A1;Stichs&auml;ge 700;64.95",
        "A2;Bolts &amp; Nuts;3.20",
        "A3;Monitor 24&quot;;99.00",
    ]
    rows += ["A4;T&uuml;rgriff 1800;42.90"]
    text = "\n".join(re.sub(r"(?<!&auml)(?<!&amp)(?<!&quot)(?<!&uuml);", delimiter, row) for row in rows)
    inch = "″" if delimiter == ";" else '"'
    names = [("A1", "Stichsäge 700", "64.95"), ("A2", "Bolts & Nuts", "3.20"), ("A3", f"Monitor 24{inch}", "99.00")]
    assert _read(write_text(tmp_path / "a.csv", text)) == [*names, ("A4", "Türgriff 1800", "42.90")]


def test_one_entity_is_enough_where_it_would_part_a_cell(tmp_path: Path) -> None:
    text = "Code;Name;Price\nA1;Bolts &amp; Nuts 12;3.20\nA2;Hammer;9.90\nA3;Saw;7.00\n"
    assert _read(write_text(tmp_path / "a.csv", text))[0] == ("A1", "Bolts & Nuts 12", "3.20")
