"""Rows → items: the plain row by a short path, every other row by its kind.

A row that is not taken is passed over under its kind (blank, category, total, …) or becomes an error line.

One room: every kind of row is one short verb on what the rows before it left behind, and parted they would pass it
about.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

from handoff.conditions import PriceKind
from ml_analyze.extraction.grid import Row, column_letters, is_blank, text_of

from .currency import BARE_DOLLAR, find_currency
from .item_warnings import is_zero, warning_of
from .layout import Layout
from .levels import Titles, levels_of
from .lexicon import lexicon
from .passed import Passed
from .plain import PlainRun
from .price_cells import EMPTY, Price, is_phone
from .profile import number_of
from .row_kinds import RowKinds
from .row_names import RowNames, cell_text, is_ditto, is_kin
from .tables import Table
from .tier_rows import Tiers, tier_column
from .unit_lines import unit_lines

_CATEGORY_DEPTH = 6
_FULL = 0.9
_RUN = 4
_LAST_ROWS = 3
_ADDRESS = re.compile(r"^(?:www\.|https?://)|\S@[^\s@.]++\.")
_NOT_REDUCED = {PriceKind.NET, PriceKind.PRICE, PriceKind.GROSS, PriceKind.LIST, PriceKind.OLD}
_OWN = ("description", "sku", "barcode", "brand")
Line = dict[str, Any]


class RowTaker:
    """Takes the rows of one table in order. ``path`` is the category path that stands when it starts.

    ``guide`` are the paths by row of the block on the left, whose titles span the blocks beside it.
    """

    def __init__(
        self,
        table: Table,
        layout: Layout,
        *,
        passed: Passed,
        path: list[str] | None = None,
        guide: list[tuple[int, list[str]]] | None = None,
    ) -> None:
        self.table = table
        self.layout = layout
        self.passed = passed
        self.path = path or []
        self._run: list[str] = []
        self._titles = Titles(levels_of(table.sheet))
        self._name_at = layout.columns.get("name", -1)
        self._price_at = layout.columns.get("price", -1)
        self._currency_at = layout.columns.get("currency", -1)
        self._category_at = layout.columns.get("category", -1)
        self._sheet = table.sheet.name
        self._places = table.sheet.places
        self._faults = table.sheet.faults
        self._money = table.sheet.money_cells
        self._base: tuple[Line, str, Row] | None = None
        self._above: Row = []
        self._kinds = RowKinds(table, layout)
        self._opening = lexicon().opening_words()
        self._heads = _heads(table, self._name_at)
        self._unit_lines = unit_lines(table.held_rows(), table.first)
        self._plain = [(role, at) for role, at in layout.plain if role != "category"]
        self._instead = _instead(table, layout)
        self._sparse = bool(self._instead) and table.profiles[self._price_at].filled < _FULL
        self._grouped = self._name_at >= 0 and (
            table.profiles[self._name_at].filled < _FULL
            or any(left <= self._name_at <= right and bottom > top for top, left, bottom, right in table.sheet.merges)
        )
        self._merged = sorted(
            (top, bottom) for top, left, bottom, right in table.sheet.merges if left <= self._name_at <= right
        )
        self._guide = guide or []
        self._paths: list[tuple[int, list[str]]] = []
        self._names = RowNames(table, layout)
        self._tier_at = tier_column(table)
        self._tiers = Tiers(self._tier_at) if self._tier_at is not None else None
        self._last: list[Line] = []
        odd_cells = bool(self._faults or self._money or layout.name_prefix or self._guide)
        odd_cells = odd_cells or bool(self._unit_lines or self._names.parts or self._names.sizes)
        odd_cells = odd_cells or bool(layout.named_codes or layout.priced_size)
        self._has_plain = self._name_at >= 0 and self._price_at >= 0 and not odd_cells
        self.items = self.variants = self.several = 0

    @property
    def path_after(self) -> list[str]:
        """The category path for a table that follows: titles behind the last item belong to it."""
        return self._run[-_CATEGORY_DEPTH:] or self.path

    def take(self, rows: list[Row], start: int) -> list[Line]:
        """Lines of consecutive rows, the first of which has the index ``start`` in the sheet."""
        if not any(map(any, rows)):
            self.passed.counts["blank"] += len(rows)
            return []
        width = self.layout.width
        if len(set(map(len, rows))) > 1 or (rows and len(rows[0]) < width):
            rows = [row if len(row) >= width else row + [None] * (width - len(row)) for row in rows]
        if self._tiers is not None:
            return self._but_last(self._each(rows, start))
        if not self._has_plain or len(rows) < _RUN:
            return self._each(rows, start)
        taken: list[Line] = []
        run = PlainRun(rows, self.layout)
        odd = run.odd_rows()
        if not self._heads.isdisjoint(run.names):
            odd = sorted({*odd, *(at for at, name in enumerate(run.names) if name in self._heads)})
        odd = (
            sorted({*odd, *(index - start for index in self.table.repeats if start <= index < start + len(rows))})
            if self.table.repeats
            else odd
        )
        done = 0
        for at in (*odd, len(rows)):
            if at - done >= _RUN:
                taken += self._each(rows[done : done + 1], start + done)  # enters a group that a title has opened
                done += 1
                lines = run.items(done, at, first_row=start, path=self.path, sheet=self._sheet, places=self._places)
                self.items += len(lines)
                taken += lines
                self._base = (lines[-1], run.names[at - 1], rows[at - 1])
                self._above = rows[at - 1]
            elif at > done:
                taken += self._each(rows[done:at], start + done)
            if at < len(rows):
                taken += self._each(rows[at : at + 1], start + at)
            done = at + 1
        return taken

    def _each(self, rows: list[Row], start: int) -> list[Line]:
        repeats = self.table.repeats
        taken = [
            self._row(row, index) if index not in repeats else self._skip("header_repeat", row, index)
            for index, row in enumerate(rows, start)
        ]
        if self._tiers is None:
            return [line for line in taken if line is not None]
        kept = [(line, row) for line, row in zip(taken, rows, strict=True) if line is not None]
        own = [line for line, row in kept if line["kind"] != "item" or not self._tiers.takes(line, row)]
        self.items -= len(kept) - len(own)
        return own

    def _but_last(self, lines: list[Line]) -> list[Line]:
        """The lines without the last, which may have further tiers in rows to come."""
        if not lines:
            return []
        whole, self._last = [*self._last, *lines[:-1]], lines[-1:]
        return whole

    def rest(self) -> list[Line]:
        """What was kept for rows that did not come."""
        last, self._last = self._last, []
        return last

    def _row(self, row: Row, index: int) -> Line | None:
        if index in self._unit_lines:
            return self._skip("note", row, index)
        raw = row[self._name_at] if self._name_at >= 0 else None
        name = " ".join(raw.split()) if isinstance(raw, str) else text_of(raw)
        price = self.layout.price.read(row[self._price_at]) if self.layout.price else EMPTY
        if price.value is not None:
            name = self._full_name(row, name)
        if price.value is None and self._sparse and not cell_text(row[self._price_at]) and not self._fault(index):
            return self._row_with_further(row, index, name=name)
        if name and self.layout.name_prefix:
            name = f"{self.layout.name_prefix} {name}"
        if name in self._heads and self._kinds.is_header(row):
            return self._skip("header_repeat", row, index)  # a price's header may hold a year, which is a number
        if name and price.value is not None:
            kind = self._no_item(row, name)
            return self._skip(kind, row, index) if kind else self._item(row, index, name=name, price=price)
        return self._other(row, index, name=name, price=price)

    def _no_item(self, row: Row, name: str) -> str | None:
        """The kind of a row that has a name and a price and is no item."""
        first = name.split(" ", 1)[0].rstrip(":").casefold()
        if first in self._opening:
            if self._kinds.is_total(row, name):
                return "total"
            return "note" if self._kinds.is_charge(row, name) else None
        numbered = first.isdigit() and self._kinds.is_column_numbers(row)
        return "header_repeat" if numbered or self._kinds.is_second_header(row) else None

    def _full_name(self, row: Row, name: str) -> str:
        """The name of a row with a price, where its own cell alone does not say it."""
        if self._names.parts:
            return self._names.composed(row)
        if self._names.sizes and (path := self._run or self.path):
            return self._names.below_title(row, path[-1])
        return self._base[1] if self._base and is_ditto(name) else name

    def _item(self, row: Row, index: int, *, name: str, price: Price) -> Line:
        layout = self.layout
        if self._run:
            self._enter_group()
            self._paths.append((index, self.path))
        elif self._guide and not self._paths:
            self.path = self._guided(index)
        line: Line = {"kind": "item", "name": name, "price": price.value}
        line["currency"] = self._currency_of(row, index, price)
        for role, at in self._plain:
            value = row[at]
            if value is not None and value != "":
                text = " ".join(value.split()) if isinstance(value, str) else text_of(value)
                if text:
                    line[role] = text
        if layout.named_codes and (code := layout.named_codes.of(name)):
            line["sku"] = code
        if layout.priced_size:
            line.setdefault("pack_size", layout.priced_size)
        if self._category_at >= 0 and (own := text_of(row[self._category_at])):
            line["category"] = [*self.path, own]
        elif self.path:
            line["category"] = self.path
        texts = None if price.exact or price.value is None else {"price": cell_text(row[self._price_at]) or price.value}
        if layout.prices or not price.plain:
            texts = self._further(row, line, price=price, texts=texts)
        if layout.extras:
            extras = {key: text for at, key in layout.extras if (text := cell_text(row[at]))}
            if extras:
                line["characteristics"] = extras
        self._add_conditions(row, index, line, price=price)
        line["source"] = self._source(index, texts)
        self._base = (line, name, row)
        self._above = row
        self.items += 1
        return line

    def _add_conditions(self, row: Row, index: int, line: Line, *, price: Price) -> None:
        if conditions := self.layout.terms.of(row, price, self.layout.readers):
            line["conditions"] = conditions
            if unit := conditions.get("price_unit"):
                line["characteristics"] = {**line.get("characteristics", {}), "price_unit": unit}
        if price.unit and "unit" not in line:
            line["unit"] = price.unit
        raw = row[self._price_at] if self._price_at >= 0 else None
        warning = warning_of(price, text=cell_text(raw), fault=self._fault(index)) if self._price_at >= 0 else None
        if warning:
            line["warnings"] = [warning]

    @property
    def paths(self) -> list[tuple[int, list[str]]]:
        """From which row on which category path stood."""
        return self._paths

    def _guided(self, index: int) -> list[str]:
        place = bisect_right(self._guide, index, key=lambda entry: entry[0])
        return self._guide[place - 1][1] if place else []

    def _enter_group(self) -> None:
        """Titles in a row one under the other nest; they replace as many levels of the path that stood before."""
        run = self._run[-_CATEGORY_DEPTH:]
        self.path = [*self.path[: max(0, len(self.path) - len(run))], *run]
        self._run = []

    def _row_with_further(self, row: Row, index: int, *, name: str) -> Line | None:
        at, price = self._first_further(row)
        if not name or price.value is None:
            return self._other(row, index, name=name, price=price)
        line = self._item(row, index, name=name, price=price)
        line["source"]["cells"]["price"] = f"{column_letters(at)}{line['source']['row']}"
        line["source"].setdefault("text", {})["price"] = cell_text(row[at])
        return line

    def _first_further(self, row: Row) -> tuple[int, Price]:
        """Where columns are sites or sizes, an item has its price in the first of them that is filled."""
        for at in self._instead:
            price = self.layout.readers[at].read(row[at])
            if price.value is not None:
                return at, price
        return self._price_at, EMPTY

    def _currency_of(self, row: Row, index: int, price: Price) -> str | None:
        if self._currency_at >= 0 and (cell := text_of(row[self._currency_at])):
            found = find_currency(cell, loose=True)
            if found:
                return found
        if self._money and (own := self._money.get((index, self._price_at))):
            dollar = self.layout.price.dollar if self.layout.price else None
            return dollar if own == BARE_DOLLAR else own
        if self.layout.currency_evidence == "hint":
            return self.layout.currency
        return price.currency or self.layout.currency

    def _further(self, row: Row, line: Line, *, price: Price, texts: dict[str, str] | None) -> dict[str, str] | None:
        prices: dict[str, str] = {}
        texts = texts or {}
        for at, key in self.layout.prices.items():
            other = self.layout.readers[at].read(row[at])
            if other.value is not None:
                prices[key] = other.value
                if not other.exact:
                    texts[f"price:{key}"] = text_of(row[at])
        head = self.table.headers[self._price_at] or "price"
        self.several += bool(price.others)
        for place, value in enumerate(price.others, 2):
            prices[f"{head} ({place})"] = value
        if price.old:
            prices[f"{head} (old)"] = price.old
        for quantity, value in price.tiers:
            prices[f"{head} {quantity}+"] = value
        if prices:
            line["prices"] = prices
        return texts or None

    def _source(self, index: int, texts: dict[str, str] | None = None) -> Line:
        source: Line = {"sheet": self._sheet}
        if self._places is not None:
            page, number = self._places[index]
            source["page"] = page
        else:
            number = index + 1
        source["row"] = number
        digits = str(number)
        source["cells"] = {role: letters + digits for role, letters in self.layout.cells}
        if texts:
            source["text"] = texts
        return source

    def _other(self, row: Row, index: int, *, name: str, price: Price) -> Line | None:
        """A row without a name or without a price: what kind is it?"""
        if not self._kinds.says_anything(row):
            return self._skip("blank", row, index)  # also a line of dashes
        if kind := self._kind_by_cells(row, name, price):
            return self._skip(kind, row, index)
        if self._kinds.is_total(row, name or self._kinds.first_text(row)):
            return self._skip("total", row, index)
        if price.value is not None:
            return self._unnamed(row, index, price=price)
        title = self._kinds.title_of(row)
        opens = self._titles.is_parent(index) and title is not None
        again = title is not None and not opens and self._kinds.says_again(row, self._above)
        fault = self._fault(index)
        if name and not opens and (again or self._kinds.is_item_without_price(row, price=price, fault=fault)):
            return self._item(row, index, name=name, price=price)
        return self._skip("no_item", row, index) if again else self._group_or_note(row, index)

    def _kind_by_cells(self, row: Row, name: str, price: Price) -> str | None:
        """The kind of a row that repeats the header, or has a telephone number for a price, an amount for a name."""
        if self._kinds.is_header(row):
            return "header_repeat"
        below = price.value is None and self._price_at >= 0 and is_phone(cell_text(row[self._price_at]))
        return "note" if below or (price.value is None and self._kinds.is_term(row, name)) else None

    def _skip(self, kind: str, row: Row, index: int) -> Line | None:
        number = index + 1 if self._places is None else self._places[index][1]
        self.passed.add(kind, row, sheet=self._sheet, number=number)
        return None

    def _unnamed(self, row: Row, index: int, *, price: Price) -> Line | None:
        """A price without a name: one more variant of the item above, or an item that only its code names."""
        columns = self.layout.columns
        own = {role: text for role in _OWN if role in columns and (text := cell_text(row[columns[role]]))}
        code = own.get("description") or own.get("sku") or own.get("barcode") or ""
        variant_at = self._names.variant_column(row, tier_at=self._tier_at)
        its_own = own.keys() - {"description"} and not self._is_merged_down(index) and not self._is_kin_above(own)
        if (
            self._base is not None
            and self._grouped
            and not its_own
            and (variant_at is not None or self._fills_beside_group(row))
        ):
            return self._variant(row, index, price=price, variant_at=variant_at)
        if beside := self._names.beside(row):
            return self._item(row, index, name=beside, price=price)
        if _ADDRESS.search(code) or lexicon().starts_charge(code):
            return self._skip("note", row, index)
        if code and not (is_zero(price.value or "1") and not its_own):
            line = self._item(row, index, name=code, price=price)
            line.setdefault("warnings", []).append({"code": "NAME_MISSING"})
            return line
        return self._without_name(row, index, price=price)

    def _is_kin_above(self, own: dict[str, str]) -> bool:
        """Whether the row's code is that of the item above but for its end: one more size of it."""
        return self._base is not None and is_kin(own.get("sku", ""), str(self._base[0].get("sku", "")))

    def _without_name(self, row: Row, index: int, *, price: Price) -> Line | None:
        if len(self._kinds.filled(row)) == 1 and self._may_be_total(index):
            return self._skip("total", row, index)
        if is_zero(price.value or "1"):
            return self._skip("no_item", row, index)  # a form's rows that nobody filled
        return self._error(row, index, "NO_NAME", "The row has a price but nothing that names an item.")

    def _may_be_total(self, index: int) -> bool:
        """A lone amount is a total behind the last item, or below a blank row; among items it lacks its name."""
        rows = self.table.sheet.rows
        end = self.table.last if self.table.last is not None else len(rows)
        return index >= end - _LAST_ROWS or (0 < index <= len(rows) and is_blank(rows[index - 1]))

    def _fault(self, index: int) -> str | None:
        return self._faults.get((index, self._price_at)) if self._faults else None

    def _is_merged_down(self, index: int) -> bool:
        """Whether the name's cell is merged over this row: then the name above is this row's too."""
        place = bisect_right(self._merged, (index, -1)) - 1
        return place >= 0 and self._merged[place][0] < index <= self._merged[place][1]

    def _fills_beside_group(self, row: Row) -> bool:
        """Whether the row fills half of what items fill beside name, code and category."""
        columns = self.layout.columns
        need = [
            at
            for at in self._kinds.need
            if at not in (columns.get("sku"), columns.get("category"), columns.get("brand"))
        ]
        return bool(need) and sum(bool(cell_text(row[at])) for at in need) * 2 >= len(need)

    def _variant(self, row: Row, index: int, *, price: Price, variant_at: int | None) -> Line:
        assert self._base is not None
        first, name, head = self._base
        full = name
        measured = variant_at is not None and self.table.roles.decoys.get(variant_at) == "measure"
        if variant_at is not None and not (measured and number_of(row[variant_at]) is not None):
            self.variants += 1
            full = f"{name} {cell_text(row[variant_at])}".strip()
            if first["name"] == name and cell_text(head[variant_at]):
                first["name"] = f"{name} {cell_text(head[variant_at])}"
        inherited = [
            None if at != self.layout.columns.get("category") and at != self.layout.columns.get("brand") else head[at]
            for at in range(len(row))
        ]
        merged = [cell if cell_text(cell) else old for cell, old in zip(row, inherited, strict=True)]
        line = self._item(merged, index, name=full, price=price)
        line["source"].setdefault("text", {})["name"] = ""
        self._base = (first, name, head)
        return line

    def _group_or_note(self, row: Row, index: int) -> Line | None:
        if self._kinds.is_lone_code(row):
            return self._error(row, index, "NO_NAME", "The row has a code, but neither a name nor a price.")
        title = self._kinds.title_of(row)
        if title is None:
            return self._skip("note" if self._kinds.first_text(row) else "no_item", row, index)
        self.passed.coded += self._kinds.has_code_and_name(row)
        if self._titles.told:
            self.path = self._titles.enter(index, title)[-_CATEGORY_DEPTH:]
            self._paths.append((index, self.path))
        else:
            self._run.append(title)
        self._base = None
        return self._skip("category", row, index)

    def _error(self, row: Row, index: int, code: str, message: str) -> Line:
        return {
            "kind": "error",
            "code": code,
            "message": message,
            "source": self._source(index) | {"column": column_letters(max(self._name_at, 0))},
            "row": [cell_text(cell) or None for cell in row],
        }


def _heads(table: Table, name_at: int) -> frozenset[str]:
    """What stands over the names in the rows of the header."""
    rows = [table.sheet.rows[index] for index in (table.header.rows if table.header else [])]
    return frozenset(text for row in rows if 0 <= name_at < len(row) and (text := cell_text(row[name_at])))


def _instead(table: Table, layout: Layout) -> list[int]:
    """Columns that a price is taken from where the main one is empty: other sites or sizes, or what is not reduced."""
    said = table.roles.choice.said
    main = said.get(layout.columns.get("price", -1))
    if main is None:
        return list(layout.prices)
    usual = {main.kind} | (_NOT_REDUCED if main.kind is PriceKind.DISCOUNTED else set())
    return [at for at in layout.prices if at not in said or said[at].kind in usual]
