"""Where the headers stand: by the words of the lexicon, or, in a language it does not know, by the values below.

One room: both ways to find a header, and what they agree on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ml_analyze.extraction.grid import Row, Sheet, Value, text_of

from .currency import CODES
from .lexicon import DECOYS, ROLES, lexicon, normal
from .profile import is_fiscal_year, number_of

_LONG = 60
_WORD = 12
_WHOLE = 0.95
_SAID = 0.55
_PLAIN_NUMBER = re.compile(r"[.,' \u00a0]*+\d[\d.,' \u00a0]*+")
_SURE = 0.68
_FEW_DIGITS = 5
_SIGNS = "€$£₽₴₹¥"
_PER_HUNDRED = re.compile(r"[€$£]\s?/\s?10{1,3} ?[^\W\d]")
_FIRST_YEAR, _LAST_YEAR, _STEPS = 2000, 2050, 3


@dataclass
class Header:
    """``rows``: indices of the header's rows, joined; ``texts``: one text a column."""

    rows: list[int]
    texts: list[str]

    @property
    def signature(self) -> tuple[str, ...]:
        return tuple(normal(text) for text in self.texts if text)

    @property
    def next_row(self) -> int:
        return self.rows[-1] + 1


def find_headers(sheet: Sheet) -> list[Header]:
    """All headers of a sheet in order, repeated ones included; empty when there is none."""
    headers: list[Header] = []
    numbered: list[int] = []
    for index, row in enumerate(sheet.rows):
        if numbered and len(row) > numbered[-1] and all(_is_plain_number(row[at]) for at in numbered):
            continue  # numbers where the row before had them: an item, no header
        if headers and index < headers[-1].next_row:
            continue
        if headers and any(at < len(row) and _is_plain_number(row[at]) for at in _priced(headers[-1])):
            continue  # a number below a header that says price: an item whose words are those of a header
        known = looks_like_header(row, again=bool(headers)) or _heads_tiers(row)
        if known or (not headers and _names_what_is_below(sheet, index)):
            headers.append(_grow(sheet, index, floor=headers[-1].next_row if headers else 0))
        else:
            numbered = _plain_columns(row)
    if not headers:
        unnamed = header_by_values(sheet)
        return [unnamed] if unnamed else []
    return headers


def _priced(header: Header) -> list[int]:
    """Columns of a header that are called prices without a doubt."""
    return [at for at, text in enumerate(header.texts) if text and lexicon().roles_of(text).get("price", 0.0) >= _WHOLE]


def _is_plain_number(cell: Value) -> bool:
    if isinstance(cell, str):
        return _PLAIN_NUMBER.fullmatch(cell) is not None
    return isinstance(cell, (int, float))


def _plain_columns(row: Row) -> list[int]:
    """Columns of plain numbers where there are so many that the row cannot be a header."""
    filled = sum(cell is not None and cell != "" for cell in row)
    found = [at for at, cell in enumerate(row) if _is_plain_number(cell)]
    return found if len(found) >= 2 and len(found) >= 0.3 * filled else []


def header_at(sheet: Sheet, index: int) -> Header:
    """The header that a person says stands in this row."""
    return _join(sheet, [index])


def looks_like_header(row: Row, *, again: bool = False) -> bool:
    """Whether a row names columns: few numbers, short texts, and words for a price and for what is priced.

    ``again``: below a first header, where items stand, only words that a header has throughout are believed.
    """
    texts = [(index, cell.strip()) for index, cell in enumerate(row) if isinstance(cell, str) and cell.strip()]
    if len(texts) < 2 or len(texts) > 400:
        return False
    typed = sum(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in row)
    plain = sum(_PLAIN_NUMBER.fullmatch(text) is not None for _, text in texts) + typed
    if (plain >= 2 and plain >= 0.3 * len(texts)) or sum(len(text) for _, text in texts) > _LONG * len(texts):
        return False
    digits = sum((text[0].isdigit() or _is_amount(text)) and not _heads_with_a_number(text) for _, text in texts)
    if (digits + typed) * 2 > len(texts):
        return False
    said, decoys = said_roles([text for _, text in texts], least=_SURE if again else _SAID)
    named = said & {"name", "sku", "barcode", "description", "category", "brand", "unit"}
    hits = len(said) + 0.5 * decoys
    if digits + typed and len(said) < 3:
        return False
    if "price" in said and named:
        return hits >= 0.3 * len(texts) or hits >= 3
    return len(said) >= 3 and bool(said & {"name", "sku"}) and hits >= 0.5 * len(texts)


def _heads_tiers(row: Row) -> bool:
    """Names of columns and then growing whole numbers: prices by quantity (1, 10, 100), by size or by year."""
    steps = [(at, number) for at, cell in enumerate(row) if (number := number_of(cell)) is not None]
    numbers = [number for _, number in steps]
    together = len(steps) >= 2 and steps[-1][0] - steps[0][0] == len(steps) - 1
    if not together or not all(number.is_integer() and number >= 0 for number in numbers):
        return False
    years = all(_FIRST_YEAR <= number < _LAST_YEAR for number in numbers) and len(set(numbers)) == len(numbers)
    grows = years or all(before < after for before, after in pairwise(numbers))
    counts = numbers[0] <= 1 and numbers == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))
    if not grows or counts:
        return False
    texts = [text for cell in row if number_of(cell) is None and (text := text_of(cell))]
    said, _ = said_roles(texts, least=_SURE if years or len(steps) >= _STEPS else _WHOLE)
    if not years and said_roles(texts, least=_SURE)[0] >= {"name", "sku"} and len(texts) == 2:
        return True  # a code, a name, and nothing else but quantities
    return len(said) >= (1 if years else 2) and bool(said & {"name", "sku"})


def _names_what_is_below(sheet: Sheet, index: int) -> bool:
    """Names of items and one more role over a row with numbers: a header whose prices are called by sites or sizes."""
    texts = list(_texts(sheet.rows[index]).values())
    if len(texts) < 3 or any(number_of(text) is not None for text in texts):
        return False
    said, _ = said_roles(texts, least=_SURE)
    below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
    return "name" in said and len(said) >= 2 and any(number_of(cell) is not None for cell in below)


def said_roles(texts: Sequence[str], least: float = _SAID) -> tuple[set[str], int]:
    """Roles that the texts name, each text at most one, and how many name a decoy."""
    said: set[str] = set()
    several: list[list[str]] = []
    decoys = 0
    for text in texts:
        if _heads_with_a_number(text):
            said.add("price")
            continue
        if len(text) > 2 * _LONG or number_of(text) is not None:
            continue
        named = lexicon().roles_of(" ".join(text.split()))
        if not named:
            if is_currency_head(text):
                said.add("price")
            continue
        best = max(named.values())
        roles = {role for role, score in named.items() if score >= max(least, best - 0.05)}
        if any(role.startswith("price") for role in roles):
            said.add("price")
        mine = [role for role in ROLES if role in roles]
        if mine:
            several.append(mine)
        elif roles & set(DECOYS):
            decoys += 1
            if is_currency_head(text):
                said.add("price")
    for mine in sorted(several, key=len):  # words that can mean only one thing come first
        said.add(next((role for role in mine if role not in said), mine[0]))
    return said, decoys


def _is_amount(text: str) -> bool:
    return number_of(text) is not None and not _heads_with_a_number(text)


def _heads_with_a_number(text: str) -> bool:
    """``VAT 20 % £``, ``Ár €/100 m``, ``2025/26 £``: a tax, a price or a year of money: a head, no amount."""
    if number_of(text) is None:
        return is_fiscal_year(text) and any(sign in text for sign in _SIGNS)
    roles = lexicon().roles_of(text)
    return ("%" in text and "tax" in roles) or (_PER_HUNDRED.search(text) is not None and "price" in roles)


def is_currency_head(text: str) -> bool:
    """A sign of money with words, no amount (``$ -`` is an accountant's zero), or nothing but a currency."""
    if len(text) <= 8 and text.strip(" .()[],").upper() in CODES:
        return True
    signs = any(sign in text for sign in _SIGNS) and not any(char.isdigit() for char in text)
    return signs and (bool(re.search(r"[^\W\d_]", text)) or not re.search(r"[-–—.]", text))


def _grow(sheet: Sheet, index: int, *, floor: int) -> Header:
    """Take the rows above and below a header row that belong to the same header."""
    rows = [index]
    above = index - 1
    while above >= floor and index - above <= 3 and _is_part(sheet, above, core=index):
        rows.insert(0, above)
        above -= 1
    below = index + 1
    while below < len(sheet.rows) and below - index <= 3 and _is_continued(sheet, below, core=index):
        rows.append(below)
        below += 1
    return _join(sheet, rows)


def _texts(row: Row) -> dict[int, str]:
    return {index: text for index, text in enumerate(map(text_of, row)) if text}


def _is_part(sheet: Sheet, index: int, *, core: int) -> bool:
    """A row above a header belongs to it when several short texts stand over the header's own columns."""
    texts, below = _texts(sheet.rows[index]), _texts(sheet.rows[core])
    if not texts or (any(number_of(cell) is not None for cell in sheet.rows[index]) and not _is_span(sheet, index)):
        return False
    if any(len(text) > _LONG for text in texts.values()):
        return False
    spans = [column for column in texts if _is_span_start(sheet, index, column)]
    if not spans and any(map(_is_of_a_letterhead, texts.values())):
        return False
    over = [column for column in texts if column in below or column in spans]
    named_below = all(column in below and lexicon().roles_of(below[column]) for column in texts)
    if not spans and len(texts) * 2 < len(below) and named_below:
        return False  # a title; what stands below needs no more words
    named = sum(1 for text in texts.values() if lexicon().roles_of(text))
    return len(texts) >= 2 and len(over) >= 0.5 * len(texts) and (named >= 1 or len(texts) >= 0.5 * len(below))


def _is_of_a_letterhead(text: str) -> bool:
    """Many digits under no word that heads columns: an address, a telephone, an account."""
    digits = sum(map(str.isdigit, text))
    return digits > _FEW_DIGITS and max(lexicon().roles_of(text).values(), default=0.0) < _SURE


def _is_continued(sheet: Sheet, index: int, *, core: int) -> bool:
    """A row below a header belongs to it when it holds words, no numbers, and no item's name."""
    texts, above = _texts(sheet.rows[index]), _texts(sheet.rows[core])
    if not texts:
        return _is_merged_down(sheet, core, index)
    numbers = any(number_of(cell) is not None for cell in sheet.rows[index])
    if numbers or any(len(text) > _LONG for text in texts.values()) or _is_like_an_item(sheet, index, texts):
        return False
    said, decoys = said_roles(list(texts.values()))
    fills_gaps = [column for column in texts if column not in above]
    if len(said) + decoys >= 2 and len(said) + decoys >= 0.4 * len(texts):
        named = "name" in said and "name" in said_roles(list(above.values()))[0]
        return not named or any(at + 1 in texts and _is_span_start(sheet, core, at) for at in texts)  # parts it in two
    after = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
    numbers_follow = any(number_of(cell) is not None for cell in after)
    joined = [f"{above[column]} {text}" for column, text in texts.items() if column in above]
    says_more = any(max(lexicon().roles_of(text).values(), default=0) >= _WHOLE for text in joined)
    if says_more and not fills_gaps and numbers_follow:
        return all(len(text) <= _WORD for text in texts.values())
    if min(above) in texts:
        return False
    parted = fills_gaps and len(texts) > 1 and _is_over_numbers(sheet, index, texts)  # net and gross below one "price"
    units = all(len(text) <= _WORD for text in texts.values())
    return bool(parted) or (units and (len(said) + decoys >= 1 or (len(texts) >= 2 and not fills_gaps)))


def _is_like_an_item(sheet: Sheet, index: int, texts: dict[int, str]) -> bool:
    """Whether a code stands in the row that is shaped as that of the next, or words for no price."""
    after = _texts(sheet.rows[index + 1]) if index + 1 < len(sheet.rows) else {}
    coded = any(_shape(text) == _shape(after.get(at, "")) and any(map(str.isdigit, text)) for at, text in texts.items())
    return coded or any(lexicon().is_missing(text) for text in texts.values())


def _shape(text: str) -> str:
    return "".join("9" if char.isdigit() else "a" if char.isalpha() else char for char in text)


def _is_over_numbers(sheet: Sheet, index: int, texts: dict[int, str]) -> bool:
    """Whether each of the texts has a number below it, in the next row that holds any."""
    for row in sheet.rows[index + 1 : index + 4]:
        numbers = {at for at, cell in enumerate(row) if number_of(cell) is not None}
        if numbers:
            return numbers >= texts.keys()
    return False


def _is_span(sheet: Sheet, index: int) -> bool:
    return any(top <= index <= bottom and right > left for top, left, bottom, right in sheet.merges[:2000])


def _is_span_start(sheet: Sheet, index: int, column: int) -> bool:
    return any(top == index and left == column and right > left for top, left, _, right in sheet.merges[:2000])


def _is_merged_down(sheet: Sheet, core: int, index: int) -> bool:
    return any(top <= core and bottom >= index for top, _, bottom, _ in sheet.merges[:2000])


def _join(sheet: Sheet, rows: list[int]) -> Header:
    width = sheet.width
    texts = [""] * width
    for index in rows:
        spread = _spread(sheet, index, width=width, last=index == rows[-1])
        for column, text in spread.items():
            if text and text not in texts[column].split(" \n "):
                texts[column] = f"{texts[column]} {text}".strip()
    return Header(rows, texts)


def _spread(sheet: Sheet, index: int, *, width: int, last: bool) -> dict[int, str]:
    """Texts of a header row; a merged cell speaks for all columns that it spans, except in the last row."""
    texts = _texts(sheet.rows[index])
    if last:
        return texts
    for top, left, _, right in sheet.merges[:2000]:
        if top == index and left in texts and right > left:
            for column in range(left + 1, min(right + 1, width)):
                texts.setdefault(column, texts[left])
    return texts


def header_by_values(sheet: Sheet) -> Header | None:
    """A header in unknown words: texts above columns that are numbers from there on."""
    rows = sheet.rows[:400]
    filled = [(index, row) for index, row in enumerate(rows) if any(text_of(cell) for cell in row)]
    if len(filled) < 3:
        return None
    numeric = [column for column in range(sheet.width) if _is_numeric(column, filled)]
    if not numeric:
        return None
    for place, (index, row) in enumerate(filled):
        if sum(number_of(row[column]) is not None for column in numeric if column < len(row)) * 2 >= len(numeric):
            above = [_row_above(sheet, each, numeric, index) for each in reversed(filled[max(0, place - 3) : place])]
            return next((header for header in above if header), None)
    return None


def _is_numeric(column: int, filled: list[tuple[int, Row]]) -> bool:
    cells: list[Value] = [row[column] for _, row in filled if column < len(row) and text_of(row[column])]
    return len(cells) >= 0.4 * len(filled) and sum(number_of(cell) is not None for cell in cells) >= 0.7 * (
        len(cells) - 1
    )


def _row_above(sheet: Sheet, candidate: tuple[int, Row], numeric: list[int], first_data: int) -> Header | None:
    index, row = candidate
    texts = _texts(row)
    over = [column for column in numeric if column in texts and number_of(row[column]) is None]
    if any(lexicon().is_missing(texts[column]) for column in over):
        return None  # an item without a price
    short = all(len(text) <= _LONG for text in texts.values()) or "name" in said_roles(list(texts.values()))[0]
    if first_data - index <= 3 and short and len(texts) >= 2 and 2 * len(over) >= len(numeric):
        return _join(sheet, [index])
    return None
