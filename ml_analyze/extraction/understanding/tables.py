"""Sheet → tables: between which rows, in which columns, under which header, in which roles.

One room: one walk over a sheet's rows that parts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from handoff.api import Hints
from handoff.conditions import Meaning
from ml_analyze.extraction.grid import Row, Sheet, text_of
from ml_analyze.extraction.limits import Unreadable

from .blocks_apart import cuts_of
from .header import Header, find_headers, header_at, header_by_values
from .lexicon import normal
from .names import Roles
from .profile import Profile, number_of, profile, sample_rows
from .quoted_codes import unquote_codes
from .roles import decide_roles
from .shops import name_variants, roles_of, shop_of

_NOTHING = Profile()
_SPARSE = 10
_RUNNING = {"name": 0, "price": 1}  # of lines without columns
_COUNTING, _GAPS = 0.8, 1.2
_RULE = re.compile(r"[-=_*+|. ]+")
_ABOVE = 4  # rows with prices above the first known header that make a list of their own


@dataclass
class Table:
    """Rows ``first`` to before ``last`` of a sheet, in columns ``left`` to before ``right``.

    ``last`` is None when the table goes on into the sheet's rest. ``headers`` and ``profiles`` have one
    entry a column of the sheet, empty outside the table's own columns. ``shared_prices`` counts rows with a name of
    their own that have only the price of the row above, whose cell is merged down to them.
    """

    sheet: Sheet
    header: Header | None
    first: int
    last: int | None
    left: int
    right: int
    headers: list[str]
    profiles: list[Profile]
    roles: Roles
    repeats: set[int] = field(default_factory=set)
    shared_prices: int = 0

    def held_rows(self) -> list[Row]:
        return self.sheet.rows[self.first : self.last]


def find_tables(sheet: Sheet, hints: Hints) -> list[Table]:
    """All tables of a sheet in order; a sheet without any cell has none."""
    if not sheet.rows or not sheet.width:
        return []
    headers = _headers(sheet, hints)
    if not headers:
        return _blocks(sheet, None, first=0, last=_end(sheet, len(sheet.rows)), hints=hints)
    tables = _above(sheet, headers[0].rows[0]) if not hints.header_row and not hints.names_columns else []
    groups = _group(headers)
    for place, group in enumerate(groups):
        end = groups[place + 1][0].rows[0] if place + 1 < len(groups) else len(sheet.rows)
        found = _blocks(sheet, group[0], first=group[0].next_row, last=_end(sheet, end), hints=hints)
        repeats = {index for header in group[1:] for index in header.rows}
        for table in found:
            table.repeats = repeats
        tables.extend(found)
    return tables


def _above(sheet: Sheet, end: int) -> list[Table]:
    """A list that stands above the first header that is understood; most often there is only a preamble."""
    if end < _ABOVE + 1:
        return []
    part = replace(sheet, rows=sheet.rows[:end], rest=None)
    header = header_by_values(part)
    found = _blocks(sheet, header, first=header.next_row if header else 0, last=end, hints=Hints())
    return [table for table in found if _is_list(table)]


def _is_list(table: Table) -> bool:
    if not {"name", "price"} <= table.roles.columns.keys():
        return False
    price = table.profiles[table.roles.columns["price"]]
    return price.count >= _ABOVE and price.numeric > 0.8 and (price.money > 0.6 or price.cents > 0.5)


def _end(sheet: Sheet, end: int) -> int | None:
    return None if end == len(sheet.rows) and sheet.rest is not None else end


def _headers(sheet: Sheet, hints: Hints) -> list[Header]:
    if hints.header_row == 0 or sheet.running:
        return []
    if hints.header_row:
        if hints.header_row > len(sheet.rows):
            raise Unreadable(
                "HEADER_ROW_MISSING", f"The header row {hints.header_row} lies behind the last row of {sheet.name!r}."
            )
        first = header_at(sheet, hints.header_row - 1)
        return [
            first,
            *(
                header
                for header in find_headers(sheet)
                if header.signature == first.signature and header.rows != first.rows
            ),
        ]
    return find_headers(sheet)


def _group(headers: list[Header]) -> list[list[Header]]:
    """Headers that repeat the one before them belong to its table."""
    groups: list[list[Header]] = []
    for header in headers:
        if groups and _same(groups[-1][0], header):
            groups[-1].append(header)
        else:
            groups.append([header])
    return groups


def _same(one: Header, other: Header) -> bool:
    """Whether two headers say the same in the same columns, up to a group's title in one of them."""
    if one.signature == other.signature:
        return True
    pairs = [(normal(a), normal(b)) for a, b in zip(one.texts, other.texts, strict=False) if a or b]
    return len(pairs) >= 3 and sum(a == b for a, b in pairs) >= len(pairs) - 1


def _blocks(sheet: Sheet, header: Header | None, *, first: int, last: int | None, hints: Hints) -> list[Table]:
    rows = sample_rows([row for row in sheet.rows[first:last] if _says_anything(row)])
    if not rows:
        return []
    # titles of groups and notes fill one cell and say nothing about the columns
    full = [row for row in rows if sum(bool(text_of(cell)) for cell in row) >= 2]
    rows = full or rows
    width = max(sheet.width, *map(len, rows))
    columns = [[row[index] if index < len(row) else None for row in rows] for index in range(width)]
    profiles = [profile(column) for column in columns]
    for index, look in enumerate(profiles):
        if look.count < _SPARSE and len(rows) >= 300:
            profiles[index] = _sparse_profile(sheet.rows[first:last], index, look)
    profiles = [_that_counts(sheet.rows[first:last], index, look) for index, look in enumerate(profiles)]
    if sheet.faults:
        profiles = [_with_faults(sheet, index, look, first) for index, look in enumerate(profiles)]
    texts = (header.texts if header else [])[:width]
    texts += [""] * (width - len(texts))
    if sheet.places is not None:
        texts = _beside_values(texts, profiles)
    cuts = cuts_of(texts, profiles)
    made = []
    for left, right in pairwise(cuts):
        inside = range(left, right)
        own_texts = [texts[index] if index in inside else "" for index in range(width)]
        own_profiles = [profiles[index] if index in inside else _NOTHING for index in range(width)]
        fixed = _by_shop(sheet, own_texts, own_profiles, first=first) | _fixed(hints, own_texts)
        if sheet.running:
            fixed = _RUNNING | fixed
        hidden = {index for index in sheet.hidden_columns if index in inside}
        shown = [_NOTHING if index in hidden else look for index, look in enumerate(own_profiles)]
        meant = _meant(hints, own_texts, inside)
        roles = decide_roles(own_texts, shown, rows, fixed=fixed, meant=meant)
        if not {"name", "price"} <= roles.columns.keys() and hidden:
            roles = decide_roles(own_texts, own_profiles, rows, fixed=fixed, meant=meant)
        table = Table(sheet, header, first, last, left, right, own_texts, own_profiles, roles)
        table.shared_prices = _fill_down(sheet, roles, first)
        if "sku" in roles.columns:
            unquote_codes(sheet, roles.columns["sku"], first)
        made.append(table)
    return made


def _says_anything(row: Row) -> bool:
    """Whether a row has a cell that is not empty, nor a rule drawn below the header."""
    return any((text := text_of(cell)) and not _RULE.fullmatch(text) for cell in row)


def _by_shop(sheet: Sheet, texts: Sequence[str], profiles: Sequence[Profile], *, first: int) -> dict[str, int]:
    shop = shop_of(texts)
    if shop is None:
        return {}
    if shop.group:
        name_variants(shop, sheet, texts, first=first)
    return roles_of(shop, texts, [look.count > 0 for look in profiles])


def _with_faults(sheet: Sheet, index: int, look: Profile, first: int) -> Profile:
    """A column whose formulas have no stored values still holds numbers: no other column may stand in for it."""
    faulty = sum(1 for row, column in sheet.faults if column == index and row >= first)
    filled = len(sheet.rows) - first
    if faulty * 2 < filled or not filled:
        return look
    share = faulty / filled
    numbers = replace(look, numeric=1.0, cents=0.6, distinct=1.0, zero=0.0, steps=0.0)
    return replace(numbers, filled=share, count=faulty, faulty=share)


def _beside_values(texts: Sequence[str], profiles: Sequence[Profile]) -> list[str]:
    """On a page a header may stand beside its numbers: over an empty column, next to one without a header."""
    moved = list(texts)
    for at, text in enumerate(texts):
        if text and not profiles[at].count:
            free = [to for to in (at + 1, at - 1) if 0 <= to < len(texts) and profiles[to].count and not moved[to]]
            if free:
                moved[at], moved[free[0]] = "", text
    return moved


def _fill_down(sheet: Sheet, roles: Roles, first: int) -> int:
    """A price, group or brand in a cell merged over several rows holds for each of them.

    Returns how many rows with a name of their own have a price so: it may also be that of all of them together.
    """
    price, name, shared = roles.columns.get("price"), roles.columns.get("name"), 0
    columns = {roles.columns[role] for role in ("price", "category", "brand", "unit") if role in roles.columns}
    for top, left, bottom, _ in sheet.merges:
        if bottom > top >= first and left in columns:
            for row in sheet.rows[top + 1 : bottom + 1]:
                if left < len(row) and not text_of(row[left]):
                    row[left] = sheet.rows[top][left]
                    shared += left == price and name is not None and name < len(row) and bool(text_of(row[name]))
    return shared


def _sparse_profile(rows: Sequence[Row], index: int, look: Profile) -> Profile:
    """A column that the sampled rows hardly fill, judged by all its cells."""
    cells = [row[index] for row in rows if index < len(row) and text_of(row[index])]
    return replace(profile(cells[:300]), filled=len(cells) / len(rows)) if len(cells) > look.count else look


def _that_counts(rows: Sequence[Row], index: int, look: Profile) -> Profile:
    """Numbers in steps of one that reach beyond the count of the rows are codes with gaps, and count nothing."""
    if look.steps < _COUNTING or look.count < _SPARSE:
        return look
    numbers = [number for row in rows if index < len(row) and (number := number_of(row[index])) is not None]
    reach = max(numbers) - min(numbers) + 1
    return replace(look, steps=look.steps * len(numbers) / reach) if reach > _GAPS * len(numbers) else look


def _fixed(hints: Hints, texts: Sequence[str]) -> dict[str, int]:
    """A person's columns as indices; a header that is not there is an error, not a guess."""
    fixed: dict[str, int] = {}
    for role, where in hints.columns.items():
        if role.startswith("price:"):
            continue
        if where == "":
            fixed[role] = -1
        elif isinstance(where, int):
            fixed[role] = where if where < len(texts) else -1
        else:
            fixed[role] = column_named(where, texts)
    return fixed


def _meant(hints: Hints, texts: Sequence[str], inside: range) -> dict[int, Meaning]:
    """What a person said of the table's columns; what he said of others is not of this table."""
    placed = {column_named(where, texts): meaning for where, meaning in hints.meanings.items()}
    return {index: meaning for index, meaning in placed.items() if index in inside}


def column_named(wanted: str, texts: Sequence[str]) -> int:
    """The column under a header's text, compared without case and punctuation; digits alone are an index. -1: none."""
    for index, text in enumerate(texts):
        if text and normal(text) == normal(wanted):
            return index
    return int(wanted) if wanted.isdigit() and int(wanted) < len(texts) else -1
