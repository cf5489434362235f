"""What kind of row this is that has no name or no price: a header again, a total, an item all the same, a title."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row, text_of

from .header import is_currency_head
from .layout import Layout
from .lexicon import lexicon, normal
from .price_cells import Price
from .profile import number_of
from .tables import Table

_CATEGORY_CHARS = 100
_CATEGORY_WORDS = 14
_SHORT = 25
_MOSTLY = 0.5
_WHOLE = 0.95


class RowKinds:
    """Tells the kinds of one table's rows. ``need``: the columns that nearly every priced row fills, name and price
    aside."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self._layout = layout
        self._name_at = layout.columns.get("name", -1)
        self._price_at = layout.columns.get("price", -1)
        self._sku_at = layout.columns.get("sku", -1)
        self._headers = [normal(text) for text in table.headers]
        self._totals = lexicon().rows["total_row"]
        self.need = [at for at in layout.typical if at not in (self._name_at, self._price_at)]

    def filled(self, row: Row) -> list[int]:
        return [at for at in range(self._table.left, min(self._table.right, len(row))) if text_of(row[at])]

    def says_anything(self, row: Row) -> bool:
        """Whether any cell has a letter or a digit."""
        return any(char.isalnum() for at in self.filled(row) for char in text_of(row[at]))

    def first_text(self, row: Row) -> str:
        """The first cell that is no number."""
        return next((text_of(row[at]) for at in self.filled(row) if number_of(row[at]) is None), "")

    def is_header(self, row: Row) -> bool:
        pairs = [(normal(text_of(row[at])), self._headers[at]) for at in self.filled(row) if at < len(self._headers)]
        same = sum(bool(mine) and mine == header for mine, header in pairs)
        return (same >= 2 and same * 2 > len(pairs)) or self.is_column_numbers(row)

    def is_second_header(self, row: Row) -> bool:
        """Words that head codes and names, each in its own column, over words with a number: *No. | Item | 1 day*."""
        if self._sku_at in (-1, self._name_at) or number_of(row[self._price_at]) is not None:
            return False
        code, name = (lexicon().roles_of(text_of(row[at])) for at in (self._sku_at, self._name_at))
        return name.get("name", 0.0) >= _WHOLE and max(code.get("sku", 0.0), code.get("row_number", 0.0)) >= _WHOLE

    def is_column_numbers(self, row: Row) -> bool:
        """The row of column numbers (1 2 3 4 …) that forms carry below their header."""
        numbers = [number_of(row[at]) for at in self.filled(row)]
        return len(numbers) >= 3 and numbers == list(range(1, len(numbers) + 1))

    def is_total(self, row: Row, name: str) -> bool:
        """A total says so and lacks what items have."""
        words = normal(name)
        if not any(" ".join(words.split()[:count]) in self._totals for count in (1, 2, 3)):
            return self._price_at >= 0 and not name and any(normal(text_of(cell)) in self._totals for cell in row)
        lacking = [at for at in self.need if not text_of(row[at])]
        return (
            words in self._totals
            or name.rstrip().endswith(":")
            or (bool(self.need) and len(lacking) * 2 >= len(self.need))
        )

    def is_charge(self, row: Row, name: str) -> bool:
        """Carriage, packing or a least order: it says so and lacks the code, or half of what items have."""
        if not lexicon().starts_charge(name):
            return False
        if self._sku_at >= 0 and self._sku_at != self._name_at and self._table.profiles[self._sku_at].filled > _MOSTLY:
            return not text_of(row[self._sku_at])
        lacking = [at for at in self.need if not text_of(row[at])]
        return bool(self.need) and len(lacking) * 2 >= len(self.need)

    def is_term(self, row: Row, name: str) -> bool:
        """*Minimum order | 150.00* in a row without a price: an amount or a share where every item has words."""
        lettered = self._name_at >= 0 and self._table.profiles[self._name_at].letters > _MOSTLY
        return lettered and bool(name) and not any(map(str.isalpha, name)) and self.first_text(row) not in ("", name)

    def is_item_without_price(self, row: Row, *, price: Price, fault: str | None) -> bool:
        """A row with a name whose price cell says nothing, or nothing that is a price."""
        if self._price_at < 0:
            return True
        said = text_of(row[self._price_at])
        code = text_of(row[self._sku_at]) if self._sku_at >= 0 else ""
        if self._layout.digits_sku and code and not code[:1].isdigit():
            return False
        if self._layout.digits_sku and not said and not code.replace("-", "").replace(".", "").isdigit():
            return False
        if fault or said:
            return bool(fault) or self._is_said(row, said, price)
        return self.fills(row, 0.7)

    def _is_said(self, row: Row, said: str, price: Price) -> bool:
        return (
            price.missing
            or bool(price.currency)
            or said in self._layout.marks
            or (len(said) <= _SHORT and self._stands_among_items(row))
            or self.fills(row, 0.6)
        )

    def _stands_among_items(self, row: Row) -> bool:
        """Whether the row fills its own name's column and half of what items fill."""
        return not self.need or sum(bool(text_of(row[at])) for at in self.need) * 2 >= len(self.need)

    def fills(self, row: Row, share: float) -> bool:
        return bool(self.need) and sum(bool(text_of(row[at])) for at in self.need) >= share * len(self.need)

    def says_again(self, row: Row, above: Row) -> bool:
        """Whether a column that nearly every item fills has the words that the item above or several others have
        there: no title does."""
        said = {at: text for at in self.need if at < len(row) and (text := text_of(row[at]))}
        return any(
            text in self._layout.shared.get(at, ())
            or (at < len(above) and text == text_of(above[at]) and number_of(text) is None)
            for at, text in said.items()
        )

    def is_lone_code(self, row: Row) -> bool:
        """Whether nothing but an article's code stands in the row: no title, and an item that lost the rest."""
        code = text_of(row[self._sku_at]) if self._sku_at >= 0 else ""
        return (
            self._sku_at != self._name_at
            and len(self.filled(row)) == 1
            and " " not in code
            and any(char.isdigit() for char in code)
        )

    def has_code_and_name(self, row: Row) -> bool:
        """Whether a row says what an item of a column of its own would: a code with digits, and a name."""
        if self._sku_at < 0 or self._name_at in (-1, self._sku_at):
            return False
        code = text_of(row[self._sku_at])
        return any(map(str.isdigit, code)) and any(map(str.isalpha, text_of(row[self._name_at])))

    def title_of(self, row: Row) -> str | None:
        """The text of a row that opens a group; None for a note, or a row that says nothing."""
        filled = self.filled(row)
        texts = [text_of(row[at]) for at in filled if number_of(row[at]) is None]
        words = len(texts[0].split()) if texts else 0
        sentence = bool(texts) and texts[0].endswith((".", ";", "!")) and words > 4
        if (
            not texts
            or sentence
            or not any(char.isalpha() for char in texts[0])
            or _goes_on(texts[0])
            or words > _CATEGORY_WORDS
            or len(texts[0]) > _CATEGORY_CHARS
            or is_currency_head(texts[0])
            or len(filled) > max(3, (self._table.right - self._table.left) // 2)
        ):
            return None
        return texts[0]


def _goes_on(text: str) -> bool:
    """Whether a text is the rest of one that began above: it closes a bracket, or is nothing but one."""
    return text.count(")") > text.count("(") or (text.startswith("(") and text.endswith(")"))
