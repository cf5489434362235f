"""Lists without columns: lines that end in their price (``- name – 12 EUR``, ``Name ...... 12,50``), made a table.

Only a sheet most of whose lines are such is changed: each of them becomes name and amounts, the others stay one text.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.grid import Grid, Row, Sheet, is_blank, text_of

from .currency import names_currency
from .header import looks_like_header
from .lexicon import lexicon
from .price_cells import PriceReader
from .profile import number_of

_SEPARATOR = re.compile(r"(?<=\s)[-–—=]++|(?<![-–—])[-–—]++(?=[\s$€£₽₴¥])|[–—]|:(?=\s)|…++|\.{3,}+")
_BULLET = re.compile(r"^(?:[-–—•*·▪●○✓»>]|\uf0b7)\s*(?=\S)")
_NUMBER = r"(?:\d{1,3}(?:[.,' \u00a0]\d{3}){1,5}|\d{1,15})(?:[.,]\d{1,4})?"
_SIGN = r"(?:[$€£₽₴₹¥]|[A-Z]{3}|[^\W\d_]{1,4}\.?)"
_MARKED_TAIL = re.compile(
    rf"\s(?P<tail>(?:[$€£₽₴₹¥]\s?{_NUMBER}|{_NUMBER}\s?[$€£₽₴₹¥])"
    rf"(?:(?:\s?/\s?|\s(?:per|pro|je|par|por|al?|la|le|el|za|the)\s)[^\W\d_]{{1,8}}\.?)?)$"
)
_CENTS_TAIL = re.compile(
    r"\s(?P<one>\d{1,3}(?:[.,]\d{3})*[.,]\d\d)(?:\s+(?P<two>\d{1,3}(?:[.,]\d{3})*[.,]\d\d))?(?:\s+(?P<three>\d{1,3}(?:[.,]\d{3})*[.,]\d\d))?$"
)
_BEGINS = re.compile(rf"{_SIGN}?\s?{_NUMBER}")
_PICTURE = re.compile(r"^(\S+\.(?:jpe?g|png|gif|webp|bmp))\s+(?=\S)", re.IGNORECASE)
# R-101, 4006381: not the M8 or 1,5 of a measure
_CODE = re.compile(
    r"^([A-Z]{1,5}-?\d{3}[A-Z\d./-]{0,20}|[A-Z]{1,5}-\d{2}[A-Z\d./-]{0,20}|\d{5,8})\s{1,3}(?=[^\W\d_]{2})"
)
_IN_BRACKETS = re.compile(rf"(?<![^()])([^()]++)\((\s*{_NUMBER}\s*{_SIGN}[^()]*)\)")
_LEAST_LINES, _LETTER_LINES, _MOST, _HALF, _NEARLY_ALL = 5, 3, 0.6, 0.5, 0.9
_WEAK, _COLUMN_SHARE, _FEW = 0.7, 0.75, 0.1
_AMOUNT_CHARS, _WORD_CHARS, _AGAIN = 36, 14, 2

Place = tuple[int, int]


def with_running_lines(grid: Grid) -> list[Sheet]:
    """The sheets of a grid, those that are running lines as columns; a PDF's are one list from the first page on."""
    sheets = [sheet for sheet in grid.sheets if sheet.rows]
    if grid.format == "pdf" and sheets:
        placed = [(place, row) for sheet in sheets for place, row in zip(sheet.places or [], sheet.rows, strict=True)]
        placed.sort(key=lambda each: each[0])
        whole = Sheet(sheets[0].name, [row for _, row in placed], places=[place for place, _ in placed])
        found = _as_columns(whole, staggered=_is_staggered(max(sheets, key=lambda sheet: len(sheet.rows))))
        return [found] if found.running else grid.sheets
    return [_as_columns(sheet, staggered=False) for sheet in grid.sheets]


def _as_columns(sheet: Sheet, *, staggered: bool) -> Sheet:
    """The sheet itself, or its running lines as columns; rows keep their places."""
    if sheet.known is not None or sheet.rest is not None or not sheet.rows:
        return sheet
    single = sum(len(row) == 1 or not any(map(text_of, row[1:])) for row in sheet.rows) >= _NEARLY_ALL * len(sheet.rows)
    places = sheet.places
    filled = sum(not is_blank(row) for row in sheet.rows)
    dashed = single or sum(map(_ends_in_dash, sheet.rows)) >= _HALF * filled
    if not dashed and places is None:
        return sheet  # by far the most
    texts = [" ".join(text for cell in row if (text := text_of(cell))) for row in sheet.rows]
    if places is not None:
        texts, places = _variants_apart(texts, places)
    parted: list[Row] = _by_separators(texts) if dashed else [[text] for text in texts]
    sure = _count(parted) >= max(_LEAST_LINES, (_MOST if single else _HALF) * filled) or _is_letter(parted, single)
    if not sure:
        parted = [_by_cents(text) for text in texts] if single or staggered else []
    if not sure and _count(parted) < max(_LEAST_LINES, _MOST * filled):
        return sheet
    rows = _codes_apart(_pictures_apart(_wrapped_joined(parted)))
    doubt = Doubt(what=DoubtCode.COLUMN, where=sheet.name, choice="lines that end in their price", probability=_WEAK)
    doubts = sheet.doubts if sure else [*sheet.doubts, doubt]
    return replace(sheet, rows=rows, places=places, merges=[], running=True, doubts=doubts)


def _is_staggered(sheet: Sheet) -> bool:
    """Whether amounts end their lines here and there, in no column of their own and under no header."""
    several = sum(sum(number_of(cell) is not None for cell in row) > 1 for row in sheet.rows)
    if several > _FEW * len(sheet.rows) or any(map(looks_like_header, sheet.rows)):
        return False
    ends = Counter(
        max(at for at, cell in enumerate(row) if text_of(cell))
        for row in sheet.rows
        if sum(bool(text_of(cell)) for cell in row) > 1
    )
    return sum(ends.values()) >= _LEAST_LINES and max(ends.values()) < _COLUMN_SHARE * sum(ends.values())


def _is_letter(rows: list[Row], single: bool) -> bool:
    """Whether a few lines one below the other name their currency, with a greeting before and a name behind them."""
    if not single:
        return False
    run = longest = 0
    for row in (row for row in rows if not is_blank(row)):
        run = run + 1 if len(row) > 1 and names_currency(text_of(row[1])) else 0
        longest = max(longest, run)
    return longest >= _LETTER_LINES


def _count(rows: list[Row]) -> int:
    return sum(len(row) > 1 for row in rows)


def _variants_apart(texts: list[str], places: list[Place]) -> tuple[list[str], list[Place]]:
    """``- Gloves K1 (125 EUR), K2 (107 EUR)`` as a line for each; what is not repeated is the first one's."""
    made: list[str] = []
    kept: list[Place] = []
    for text, place in zip(texts, places, strict=True):
        found = [(match[1].strip(" ,;"), match[2]) for match in _IN_BRACKETS.finditer(text)]
        first = found[0][0].split() if found else []
        lines = [text]
        if len(found) > 1 and all(name for name, _ in found):
            whole = [[*first[: len(first) - len(name.split())], *name.split()] for name, _ in found[1:]]
            lines = [f"{' '.join(name)} – {price}" for name, (_, price) in zip([first, *whole], found, strict=True)]
        made += lines
        kept += [place] * len(lines)
    return made, kept


def _by_separators(texts: list[str]) -> list[Row]:
    """Name and amount of each line that has a dash, dots or a sign of money between both."""
    reader = PriceReader(lexicon(), None)
    parts = [_last_part(text, reader) for text in texts]
    words = Counter(part[1].casefold() for part in parts if part and not any(map(str.isdigit, part[1])))
    again = {word for word, count in words.items() if count >= _AGAIN}
    return [
        list(part) if part and (any(map(str.isdigit, part[1])) or part[1].casefold() in again) else [text]
        for part, text in zip(parts, texts, strict=True)
    ]


def _ends_in_dash(row: Row) -> bool:
    """Whether a cell before the last is a text with a dash behind it, and no dash alone."""
    texts = (cell for cell in row[:-1] if isinstance(cell, str))
    return any(text.rstrip().endswith(("-", "–", "—")) and len(text_of(text)) > _AGAIN for text in texts)


def _last_part(text: str, reader: PriceReader) -> tuple[str, str] | None:
    bare = _BULLET.sub("", text.strip()).rstrip(" ;,.")
    if match := _MARKED_TAIL.search(bare):
        return bare[: match.start()].rstrip(" -–—:=.…"), match["tail"]
    for match in reversed(list(_SEPARATOR.finditer(bare))):
        name, rest = bare[: match.start()].strip(), bare[match.end() :].strip()
        if not name or not rest:
            continue
        if _is_amount(rest, reader):
            return name, rest
        if len(rest) <= _WORD_CHARS and rest.isalpha():
            return name, rest  # perhaps a word for no price, if others have it too
        return None
    return None


def _is_amount(text: str, reader: PriceReader) -> bool:
    """Whether a text is one amount, perhaps with a currency and what it is for."""
    if len(text) > _AMOUNT_CHARS or not _BEGINS.match(text):
        return False
    price = reader.read(text)
    return price.value is not None and (not price.others or bool(price.currency) or names_currency(text))


def _by_cents(text: str) -> Row:
    match = _CENTS_TAIL.search(text.strip())
    if match is None:
        return [text]
    return [text.strip()[: match.start()].rstrip(" -–—:=.…"), *filter(None, match.groups())]


def _wrapped_joined(rows: list[Row]) -> list[Row]:
    """A name that begins on the line above, told by its bullet or by what it ends in, goes on in that of the price."""
    for above, row in itertools.pairwise(rows):
        text = text_of(above[0]) if len(above) == 1 else ""
        if len(row) > 1 and (_BULLET.match(text) or text.endswith(",")) and not text.endswith((":", ".")):
            row[0] = f"{_BULLET.sub('', text)} {row[0]}"
            above[0] = None
    return rows


def _pictures_apart(rows: list[Row]) -> list[Row]:
    """Where names begin with the name of a picture, that is a column of its own."""
    priced = [row for row in rows if len(row) > 1]
    if sum(bool(_PICTURE.match(text_of(row[0]))) for row in priced) < _HALF * len(priced):
        return rows
    made: list[Row] = []
    for row in rows:
        match = _PICTURE.match(text_of(row[0])) if row else None
        rest = text_of(row[0])[match.end() :] if match else ""
        made.append([rest, *row[1:], match[1]] if match and len(row) > 1 else row)
    return made


def _codes_apart(rows: list[Row]) -> list[Row]:
    """Where nearly all names begin with a code of their own, the codes are a column."""
    priced = [row for row in rows if len(row) > 1]
    codes = [match[1] for row in priced if (match := _CODE.match(text_of(row[0])))]
    if len(codes) < max(_LEAST_LINES, _NEARLY_ALL * len(priced)) or len(set(codes)) < len(codes):
        return rows
    made: list[Row] = []
    for row in rows:
        match = _CODE.match(text_of(row[0])) if len(row) > 1 else None
        made.append([text_of(row[0])[match.end() :], *row[1:], match[1]] if match else row)
    return made
