"""What names the item of a row where its own name's cell does not, or not alone."""

from __future__ import annotations

import re

from ml_analyze.extraction.grid import Row, Value, text_of

from .layout import Layout
from .lexicon import lexicon
from .names import TELL_APART
from .profile import number_of
from .sayings import named_by
from .tables import Table

_FULL, _NEARLY_FULL = 0.9, 0.8
_WORDED, _SIZES, _SIZE_CHARS = 0.3, 2, 30
_STEM = re.compile(r"(.{2,}[-./_ ])[^-./_ ]{1,6}", re.DOTALL)
DITTO_CHARS = 7
_MARKS_OF_DITTO = frozenset("\"'„“”″〃/|´`-–—_. ")


def cell_text(value: Value) -> str:
    """A cell as one line."""
    return " ".join(value.split()) if isinstance(value, str) else text_of(value)


def is_ditto(name: str) -> bool:
    """Whether a name says no more than *the same as above*: by its marks, or in words."""
    if len(name) <= DITTO_CHARS and _MARKS_OF_DITTO.issuperset(name):
        return any(mark not in "-–—_. '" for mark in name) or "''" in name
    return name.casefold().strip(".:") in lexicon().rows["ditto"]


def is_kin(code: str, other: str) -> bool:
    """Whether two codes are the same up to what stands behind their last stroke: 11-S and 11-M."""
    mine, theirs = _STEM.fullmatch(code), _STEM.fullmatch(other)
    return mine is not None and theirs is not None and mine[1] == theirs[1]


class RowNames:
    """Names that the rows of one table put together from several cells."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table, self._layout = table, layout
        self._name_at = layout.columns.get("name", -1)
        self._price_at = layout.columns.get("price", -1)
        self.parts, self._carried = table.roles.parts, dict[int, str]()
        self.sizes = self._sizes_below_titles()

    def composed(self, row: Row) -> str:
        """The name of columns together; what only the first row of a group says holds for the others too."""
        for at in self.parts:
            if said := cell_text(row[at]):
                self._carried[at] = said
            elif self._table.profiles[at].filled > _FULL:
                self._carried.pop(at, None)
        return " ".join(self._carried[at] for at in self.parts if at in self._carried)

    def below_title(self, row: Row, title: str) -> str:
        """A group's title is the name that its codes and sizes lack."""
        return " ".join([title, *filter(None, (cell_text(row[at]) for at in self.sizes))])

    def _sizes_below_titles(self) -> list[int]:
        """Columns of sizes or the like, where what names the rows is headed as their code and no more."""
        columns, profiles = self._layout.columns, self._table.profiles
        if self._name_at < 0 or columns.get("sku") != self._name_at:
            return []
        said = named_by(self._table.headers[self._name_at])
        if "sku" not in said or "name" in said:
            return []
        aside = {*(at for role, at in columns.items() if role != "pack_size"), *self._layout.prices}
        return [
            at
            for at, look in enumerate(profiles)
            if at not in aside
            and self._table.roles.decoys.get(at) in TELL_APART
            and look.letters > _WORDED
            and look.filled > _NEARLY_FULL
            and look.length < _SIZE_CHARS
            and max(look.url, look.flag, look.dated, look.money, look.unit) < _WORDED
        ][:_SIZES]

    def beside(self, row: Row) -> str:
        """A name that slipped into the column without a header on the left of its own."""
        at, headers = self._name_at - 1, self._table.headers
        if at < self._table.left or headers[at] or not headers[self._name_at]:
            return ""
        taken = at in self._layout.columns.values() or at in self._layout.prices
        return "" if taken or number_of(row[at]) is not None else cell_text(row[at])

    def variant_column(self, row: Row, *, tier_at: int | None) -> int | None:
        """The column between name and price that tells variants of one item apart."""
        columns = self._layout.columns
        taken = {at for role, at in columns.items() if role not in ("description", "pack_size")}
        taken.add(-1 if tier_at is None else tier_at)
        low, high = sorted((self._name_at, self._price_at))
        taken |= self._layout.prices.keys()
        between = [at for at in range(low + 1, high) if at not in taken and cell_text(row[at])]
        return between[0] if between else None
