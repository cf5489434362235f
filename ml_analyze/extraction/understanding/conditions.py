"""What an item's price holds for, gathered from the headers, the columns beside the price and the cell itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handoff.conditions import ConditionColumn, Meaning, PriceKind
from ml_analyze.extraction.grid import Row, text_of

from .lexicon import lexicon
from .numbers import ascii_digits
from .price_cells import Price, PriceReader
from .price_kinds import condition_of, in_short
from .profile import Profile
from .tables import Table

_DAY = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](20\d\d|\d\d)(?!\d)|(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_PER_CENT = re.compile(r"\s*+\d{1,2}(?:[.,]\d++)?\s*+(?:\+\s*+\d{1,2}(?:[.,]\d++)?\s*+)*+%?\s*+")
_TITLE_CHARS = 200
_DAYS = ("valid_from", "valid_to")


@dataclass
class Terms:
    """``fixed`` holds for every item; ``columns`` are (field, column) by row, ``tiers`` (quantity, column).

    ``month_first`` tells of columns of dates with strokes whether 03/04 is in March; a column that does not show it is
    not in there.
    """

    fixed: dict[str, Any] = field(default_factory=dict)
    columns: list[tuple[str, int]] = field(default_factory=list)
    listed: int | None = None
    old: int | None = None
    tiers: list[tuple[str, int]] = field(default_factory=list)
    month_first: dict[int, bool] = field(default_factory=dict)

    @property
    def by_row(self) -> bool:
        return bool(self.columns or self.tiers) or self.listed is not None or self.old is not None

    def of(self, row: Row, price: Price, readers: Mapping[int, PriceReader]) -> dict[str, Any] | None:
        """The conditions of one row's price; None where there is nothing to say."""
        found = dict(self.fixed)
        for name, at in self.columns:
            if value := _value(name, text_of(row[at]), month_first=self.month_first.get(at)):
                found[name] = value
        for name, place in (("list_price", self.listed), ("old_price", self.old)):
            if place is not None and (other := readers[place].read(row[place]).value) is not None:
                found[name] = other
        if price.old:
            found["old_price"] = price.old
        if price.per:
            found["price_unit"] = price.per
        tiers = [{"from_quantity": quantity, "price": amount} for quantity, amount in price.tiers]
        for quantity, at in self.tiers:
            if (amount := readers[at].read(row[at]).value) is not None:
                tiers.append({"from_quantity": quantity, "price": amount})
        if tiers:
            found["tiers"] = tiers
        return found or None


def terms_of(table: Table, *, titles: Sequence[str]) -> Terms:
    """The terms of a table's prices by its headers, the looks of its columns and the file's titles."""
    choice = table.roles.choice
    terms = Terms(fixed=_fixed(table, titles))
    if choice.main is None:
        return terms
    for at in choice.others:
        said = choice.said[at]
        if said.kind is PriceKind.LIST and terms.listed is None:
            terms.listed = at
        elif said.kind is PriceKind.OLD and terms.old is None:
            terms.old = at
        elif said.kind is PriceKind.TIER and said.quantity:
            terms.tiers.append((str(said.quantity), at))
    terms.tiers.sort(key=lambda tier: int(tier[0]))
    for at in range(table.left, min(table.right, len(table.profiles))):
        asked = at not in choice.said and (table.headers[at] or at in table.roles.meant)
        name = _condition(table, at) if asked else None
        if name and name not in {known for known, _ in terms.columns}:
            terms.columns.append((name, at))
            if name in _DAYS and (order := _month_first(table, at)) is not None:
                terms.month_first[at] = order
    return terms


def _month_first(table: Table, at: int) -> bool | None:
    """Whether months stand before days in a column of dates with strokes; None: no date shows it, or two differ."""
    shown = set()
    for row in table.held_rows():
        match = _DAY.search(text_of(row[at])) if at < len(row) else None
        if match and "/" in match[0] and match[1] and (int(match[1]) > 12) != (int(match[2]) > 12):
            shown.add(int(match[2]) > 12)
    return shown.pop() if len(shown) == 1 else None


def _fixed(table: Table, titles: Sequence[str]) -> dict[str, Any]:
    choice = table.roles.choice
    said = choice.said.get(choice.main) if choice.main is not None else None
    fixed: dict[str, Any] = {}
    if said is not None:
        if said.kind is not PriceKind.PRICE:
            fixed["price_kind"] = said.kind.value
        if said.per:
            fixed["price_unit"] = said.per
        if said.vat is not None:
            fixed["vat_included"] = said.vat
        if said.date and all(said.date) and (day := _day(*said.date)):
            fixed["valid_from"] = day
    return fixed | {name: day for name, day in validity(titles).items() if name not in fixed}


def meanings_of(table: Table, terms: Terms) -> dict[int, Meaning]:
    """What each column of money, and each with a condition, was understood to tell; by index."""
    told = {at: Meaning(condition=ConditionColumn(name)) for name, at in terms.columns}
    return told | {at: in_short(said) for at, said in table.roles.choice.said.items()}


def _condition(table: Table, at: int) -> str | None:
    if meaning := table.roles.meant.get(at):
        return meaning.condition.value if meaning.condition else None
    name = condition_of(table.headers[at])
    look = table.profiles[at]
    if name:
        return name if look.count else None
    decoy = table.roles.decoys.get(at)
    if decoy == "tax" and _is_rate(look):
        return "vat_rate"
    return "discount" if decoy == "discount" and _is_rate(look) else None


def _is_rate(look: Profile) -> bool:
    return look.count > 0 and look.money < 0.2 and 0 <= look.typical <= 99


def _value(name: str, text: str, *, month_first: bool | None) -> str | None:
    if name == "discount_group":
        return text or None
    if name in _DAYS:
        return _clear_day(text, month_first)
    if name in ("discount", "vat_rate"):
        return text.replace("%", "").replace(",", ".").strip() if _PER_CENT.fullmatch(text) else None
    match = _NUMBER.search(ascii_digits(text).replace(" ", ""))
    if not match or (name == "price_unit" and match[0] in ("1", "0")):
        return None
    return match[0].replace(",", ".")


def validity(titles: Sequence[str]) -> dict[str, str]:
    """From when and until when a list holds, as a title says it; ISO dates."""
    found: dict[str, str] = {}
    for text in titles:
        if len(text) > _TITLE_CHARS:
            continue
        for match in _DAY.finditer(text):
            day = _day(*((int(match[4]), int(match[5]), int(match[6])) if match[4] else _dotted(match)))
            name = _said_before(text[: match.start()])
            if day and name and name not in found:
                found[name] = day
    return found


def _clear_day(text: str, month_first: bool | None) -> str | None:
    """A cell's date as ISO; nothing where day and month may be the other way round and no date of its column tells."""
    match = _DAY.search(text)
    if match is None:
        return None
    if match[4]:
        return _day(int(match[4]), int(match[5]), int(match[6]))
    year, month, day = _dotted(match)
    if "/" in match[0] and month != day:
        if month > 12:
            return _day(year, day, month)
        if day <= 12 and month_first is None:
            return None
        if day <= 12 and month_first:
            month, day = day, month
    return _day(year, month, day)


def _dotted(match: re.Match[str]) -> tuple[int, int, int]:
    year = int(match[3])
    return (year if year > 99 else 2000 + year), int(match[2]), int(match[1])


def _said_before(text: str) -> str | None:
    words = " ".join(text.casefold().replace(":", " ").split()[-4:])
    rows = lexicon().rows
    if any(words.endswith(word) for word in rows["valid_from"]):
        return "valid_from"
    return "valid_to" if any(words.endswith(word) for word in rows["valid_to"]) else None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
