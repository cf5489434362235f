"""The shape every reader gives and every later step takes: sheets of rows of cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from handoff.doubts import Doubt

Value = str | float | int | bool | datetime | date | time | timedelta | None
Row = list[Value]

# first row, first column, last row, last column; all count from 0 and include the last
Span = tuple[int, int, int, int]


@dataclass
class Sheet:
    """One sheet, text file, HTML table or region of PDF pages.

    ``rows`` are held in memory and are what decisions rest on; ``rest`` goes on where they end, for
    files too long to hold. ``places`` gives (page, row on that page), both from 1, for rows of a PDF;
    elsewhere a row stands at its index + 1. ``money`` maps a column to the currency its cell format shows.
    ``doubts`` are those of the format's own reader, for instance where the columns of a page stand.

    The rest is what a reader sees beside the values, places being (row, column): ``money_cells`` the currency of a
    cell whose format shows another one than its column's, ``faults`` cells without a value (``#REF!``, or ``formula``
    where a formula has no stored one), ``struck`` the struck-out part of a cell, whose value is what is left,
    ``levels`` how deep a row is indented or outlined, counted from 0.

    ``known`` is set where the format says what each column is: role, name of a condition, ``price:NAME`` or
    ``has:NAME`` → column. The first row names the columns then, and each other row is one item. Columns that appear
    late are added while ``rest`` is read. ``running``: lines without columns, parted into name and price.
    """

    name: str
    rows: list[Row]
    rest: Iterator[list[Row]] | None = None
    merges: list[Span] = field(default_factory=list)
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    places: list[tuple[int, int]] | None = None
    money: dict[int, str] = field(default_factory=dict)
    rows_total: int | None = None
    ragged_rows: int = 0
    hidden_rows: frozenset[int] = frozenset()
    money_cells: dict[tuple[int, int], str] = field(default_factory=dict)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: dict[tuple[int, int], str] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    known: dict[str, int] | None = None
    running: bool = False

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


@dataclass
class Grid:
    """A whole file as sheets, with how it was decoded; ``doubts`` are those about the file as a whole.

    ``member`` is the path of the list within its archive.
    """

    format: str
    sheets: list[Sheet]
    encoding: str | None = None
    encoding_evidence: str | None = None
    delimiter: str | None = None
    delimiter_evidence: str | None = None
    titles: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    member: str | None = None


def text_of(value: Value) -> str:
    """A cell as one line of text, white space collapsed. Whole floats lose their ``.0``."""
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return str(value)


def number_text(value: float) -> str:
    """A binary cell as decimal digits without exponent; noise beyond 15 significant digits is dropped."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    if len(text) > 15 or "e" in text:
        text = f"{value:.15g}"
        if "e" in text:
            text = f"{value:.15f}".rstrip("0").rstrip(".")
    return text


def is_blank(row: Row) -> bool:
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in row)


_LETTERS: list[str] = []


def column_letters(index: int) -> str:
    """A1 letters of a column that counts from 0."""
    while len(_LETTERS) <= index:
        number, letters = len(_LETTERS) + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        _LETTERS.append(letters)
    return _LETTERS[index]
