"""Rows → items: the plain row by a short path, every other row by its kind.

A row that is not taken is counted under its kind (blank, category, total, …) or becomes an error line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Any

from ml_analyze.extraction.grid import Row, Value, column_letters, is_blank, text_of

from .currency import find_currency
from .layout import Layout
from .lexicon import lexicon, normal
from .numbers import EMPTY, Price
from .plain import PlainRun
from .profile import number_of
from .tables import Table

_CATEGORY_CHARS = 100
_CATEGORY_WORDS = 14
_CATEGORY_DEPTH = 6
_FULL = 0.9
_RUN = 4
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
        skipped: Counter[str],
        path: list[str] | None = None,
        guide: list[tuple[int, list[str]]] | None = None,
    ) -> None:
        self.table = table
        self.layout = layout
        self.skipped = skipped
        self.path = path or []
        self._run: list[str] = []
        self._name_at = layout.columns.get("name", -1)
        self._price_at = layout.columns.get("price", -1)
        self._currency_at = layout.columns.get("currency", -1)
        self._category_at = layout.columns.get("category", -1)
        self._sheet = table.sheet.name
        self._places = table.sheet.places
        self._base: tuple[Line, str, Row] | None = None
        self._headers = [normal(text) for text in table.headers]
        self._totals = lexicon().rows["total_row"]
        self._total_words = frozenset(term.split()[0] for term in self._totals)
        self._plain = [(role, at) for role, at in layout.plain if role != "category"]
        self._need = [at for at in layout.typical if at not in (self._name_at, self._price_at)]
        self._sparse = bool(layout.prices) and table.profiles[self._price_at].filled < _FULL
        self._grouped = self._name_at >= 0 and (
            table.profiles[self._name_at].filled < _FULL
            or any(left <= self._name_at <= right and bottom > top for top, left, bottom, right in table.sheet.merges)
        )
        self._merged = sorted(
            (top, bottom) for top, left, bottom, right in table.sheet.merges if left <= self._name_at <= right
        )
        self._guide = guide or []
        self._paths: list[tuple[int, list[str]]] = []
        self._has_plain = self._name_at >= 0 and self._price_at >= 0 and not layout.name_prefix and not self._guide
        self.items = 0

    @property
    def path_after(self) -> list[str]:
        """The category path for a table that follows: titles behind the last item belong to it."""
        return self._run[-_CATEGORY_DEPTH:] or self.path

    def take(self, rows: list[Row], start: int) -> list[Line]:
        """Lines of consecutive rows, the first of which has the index ``start`` in the sheet."""
        if not any(map(any, rows)):
            self.skipped["blank"] += len(rows)
            return []
        width = self.layout.width
        if len(set(map(len, rows))) > 1 or (rows and len(rows[0]) < width):
            rows = [row if len(row) >= width else row + [None] * (width - len(row)) for row in rows]
        if not self._has_plain or len(rows) < _RUN:
            return self._each(rows, start)
        taken: list[Line] = []
        run = PlainRun(rows, self.layout)
        odd = run.odd_rows()
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
            elif at > done:
                taken += self._each(rows[done:at], start + done)
            if at < len(rows):
                taken += self._each(rows[at : at + 1], start + at)
            done = at + 1
        return taken

    def _each(self, rows: list[Row], start: int) -> list[Line]:
        repeats = self.table.repeats
        taken = [
            self._row(row, index) if index not in repeats else self._skip("header_repeat")
            for index, row in enumerate(rows, start)
        ]
        return [line for line in taken if line is not None]

    def _row(self, row: Row, index: int) -> Line | None:
        raw = row[self._name_at] if self._name_at >= 0 else None
        name = " ".join(raw.split()) if isinstance(raw, str) else text_of(raw)
        price = self.layout.price.read(row[self._price_at]) if self.layout.price else EMPTY
        if price.value is None and self._sparse and not _text(row[self._price_at]):
            return self._row_with_further(row, index, name=name)
        if name and self.layout.name_prefix:
            name = f"{self.layout.name_prefix} {name}"
        if name and price.value is not None:
            first = name.split(" ", 1)[0].rstrip(":").casefold()
            if (first in self._total_words and self._is_total(row, name)) or (
                first.isdigit() and self._is_column_numbers(row)
            ):
                return self._skip("total" if first in self._total_words else "header_repeat")
            return self._item(row, index, name=name, price=price)
        return self._other(row, index, name=name, price=price)

    def _item(self, row: Row, index: int, *, name: str, price: Price) -> Line:
        layout = self.layout
        if self._run:
            self._enter_group()
            self._paths.append((index, self.path))
        elif self._guide and not self._paths:
            self.path = self._guided(index)
        line: Line = {"kind": "item", "name": name, "price": price.value}
        line["currency"] = self._currency_of(row, price)
        for role, at in self._plain:
            value = row[at]
            if value is not None and value != "":
                text = " ".join(value.split()) if isinstance(value, str) else text_of(value)
                if text:
                    line[role] = text
        if self._category_at >= 0 and (own := text_of(row[self._category_at])):
            line["category"] = [*self.path, own]
        elif self.path:
            line["category"] = self.path
        texts = None if price.exact or price.value is None else {"price": _text(row[self._price_at]) or price.value}
        if layout.prices or price.others:
            texts = self._further(row, line, price=price, texts=texts)
        if layout.extras:
            extras = {key: text for at, key in layout.extras if (text := _text(row[at]))}
            if extras:
                line["characteristics"] = extras
        line["source"] = self._source(index, texts)
        self._base = (line, name, row)
        self.items += 1
        return line

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
        line["source"].setdefault("text", {})["price"] = _text(row[at])
        return line

    def _first_further(self, row: Row) -> tuple[int, Price]:
        """Where columns are sites or sizes, an item has its price in the first of them that is filled."""
        for at in self.layout.prices:
            price = self.layout.readers[at].read(row[at])
            if price.value is not None:
                return at, price
        return self._price_at, EMPTY

    def _currency_of(self, row: Row, price: Price) -> str | None:
        if self._currency_at >= 0 and (cell := text_of(row[self._currency_at])):
            found = find_currency(cell, loose=True)
            if found:
                return found
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
        for place, value in enumerate(price.others, 2):
            prices[f"{self.table.headers[self._price_at] or 'price'} ({place})"] = value
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
        if is_blank(row[self.table.left : self.table.right]):
            return self._skip("blank")
        if self._is_header(row):
            return self._skip("header_repeat")
        if self._is_total(row, name or self._first_text(row)):
            return self._skip("total")
        if price.value is not None:
            return self._unnamed(row, index, price=price)
        if name and self._is_item_without_price(row, price=price):
            return self._item(row, index, name=name, price=price)
        return self._group_or_note(row)

    def _skip(self, kind: str) -> Line | None:
        self.skipped[kind] += 1
        return None

    def _filled(self, row: Row) -> list[int]:
        return [at for at in range(self.table.left, min(self.table.right, len(row))) if _text(row[at])]

    def _first_text(self, row: Row) -> str:
        return next(
            (
                text
                for at in range(self.table.left, self.table.right)
                if (text := _text(row[at])) and number_of(row[at]) is None
            ),
            "",
        )

    def _is_header(self, row: Row) -> bool:
        pairs = [(normal(_text(row[at])), self._headers[at]) for at in self._filled(row) if at < len(self._headers)]
        same = sum(bool(mine) and mine == header for mine, header in pairs)
        return (same >= 2 and same * 2 > len(pairs)) or self._is_column_numbers(row)

    def _is_column_numbers(self, row: Row) -> bool:
        """The row of column numbers (1 2 3 4 …) that forms carry below their header."""
        numbers = [number_of(row[at]) for at in self._filled(row)]
        return len(numbers) >= 3 and numbers == list(range(1, len(numbers) + 1))

    def _is_total(self, row: Row, name: str) -> bool:
        """A total says so and lacks what items have."""
        words = normal(name)
        if not any(" ".join(words.split()[:count]) in self._totals for count in (1, 2, 3)):
            return self._price_at >= 0 and not name and any(normal(_text(cell)) in self._totals for cell in row)
        lacking = [at for at in self._need if not _text(row[at])]
        return (
            words in self._totals
            or name.rstrip().endswith(":")
            or (bool(self._need) and len(lacking) * 2 >= len(self._need))
        )

    def _is_item_without_price(self, row: Row, *, price: Price) -> bool:
        sku_at = self.layout.columns.get("sku", -1)
        if (
            self.layout.digits_sku
            and sku_at >= 0
            and (code := _text(row[sku_at]))
            and not any(c.isdigit() for c in code[:1])
        ):
            return False
        if self._price_at < 0:
            return True
        said = bool(_text(row[self._price_at]))
        if (
            self.layout.digits_sku
            and not said
            and sku_at >= 0
            and not _text(row[sku_at]).replace("-", "").replace(".", "").isdigit()
        ):
            return False
        if said:
            return (
                price.missing
                or bool(price.currency)
                or _text(row[self._price_at]) in self.layout.marks
                or self._fills(row, 0.6)
            )
        return self._fills(row, 0.7)

    def _fills(self, row: Row, share: float) -> bool:
        return bool(self._need) and sum(bool(_text(row[at])) for at in self._need) >= share * len(self._need)

    def _unnamed(self, row: Row, index: int, *, price: Price) -> Line | None:
        """A price without a name: one more variant of the item above, or an item that only its code names."""
        columns = self.layout.columns
        own = {role: text for role in _OWN if role in columns and (text := _text(row[columns[role]]))}
        code = own.get("description") or own.get("sku") or own.get("barcode") or ""
        variant_at = self._variant_column(row)
        its_own = own.keys() - {"description"} and not self._is_merged_down(index)
        if (
            self._base is not None
            and self._grouped
            and not its_own
            and (variant_at is not None or self._fills_beside_group(row))
        ):
            return self._variant(row, index, price=price, variant_at=variant_at)
        if code:
            return self._item(row, index, name=code, price=price)
        if len(self._filled(row)) == 1:
            return self._skip("total")
        return {
            "kind": "error",
            "code": "NO_NAME",
            "message": "The row has a price but nothing that names an item.",
            "source": self._source(index) | {"column": column_letters(max(self._name_at, 0))},
            "row": [_text(cell) or None for cell in row],
        }

    def _is_merged_down(self, index: int) -> bool:
        """Whether the name's cell is merged over this row: then the name above is this row's too."""
        place = bisect_right(self._merged, (index, -1)) - 1
        return place >= 0 and self._merged[place][0] < index <= self._merged[place][1]

    def _fills_beside_group(self, row: Row) -> bool:
        """Whether the row fills half of what items fill beside name, code and category."""
        columns = self.layout.columns
        need = [
            at for at in self._need if at not in (columns.get("sku"), columns.get("category"), columns.get("brand"))
        ]
        return bool(need) and sum(bool(_text(row[at])) for at in need) * 2 >= len(need)

    def _variant_column(self, row: Row) -> int | None:
        """The column between name and price that tells variants of one item apart."""
        taken = {at for role, at in self.layout.columns.items() if role not in ("description", "pack_size")}
        low, high = sorted((self._name_at, self._price_at))
        between = [
            at for at in range(low + 1, high) if at not in taken and at not in self.layout.prices and _text(row[at])
        ]
        return between[0] if between else None

    def _variant(self, row: Row, index: int, *, price: Price, variant_at: int | None) -> Line:
        assert self._base is not None
        first, name, head = self._base
        full = name
        if variant_at is not None:
            full = f"{name} {_text(row[variant_at])}".strip()
            if first["name"] == name and _text(head[variant_at]):
                first["name"] = f"{name} {_text(head[variant_at])}"
        inherited = [
            None if at != self.layout.columns.get("category") and at != self.layout.columns.get("brand") else head[at]
            for at in range(len(row))
        ]
        merged = [cell if _text(cell) else old for cell, old in zip(row, inherited, strict=True)]
        line = self._item(merged, index, name=full, price=price)
        line["source"].setdefault("text", {})["name"] = ""
        self._base = (first, name, head)
        return line

    def _group_or_note(self, row: Row) -> Line | None:
        filled = self._filled(row)
        texts = [_text(row[at]) for at in filled if number_of(row[at]) is None]
        words = len(texts[0].split()) if texts else 0
        sentence = bool(texts) and texts[0].endswith((".", ";", "!")) and words > 4
        if (
            not texts
            or sentence
            or words > _CATEGORY_WORDS
            or len(texts[0]) > _CATEGORY_CHARS
            or len(filled) > max(3, (self.table.right - self.table.left) // 2)
        ):
            return self._skip("note" if texts else "no_item")
        self._run.append(texts[0])
        self._base = None
        return self._skip("category")


def _text(value: Value) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    return text_of(value)
