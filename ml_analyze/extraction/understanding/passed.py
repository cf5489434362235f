"""What was passed over: rows that are no items, by kind, with the first of each as examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from handoff.doubts import PassedOver, PassedOverExample
from ml_analyze.extraction.grid import Row, text_of

from .profile import number_of

_EXAMPLES, _EXAMPLE_CHARS = 3, 120
_WORDLESS = frozenset({"blank", "header", "preamble"})  # kinds that are counted only


@dataclass
class Passed:
    """``priced``: how many rows that were taken for titles or notes hold a number beside their words; ``coded``: how
    many that were taken for titles have a code and a name, as an item without a price has."""

    counts: Counter[str] = field(default_factory=Counter)
    priced: int = 0
    coded: int = 0
    above: int = 0
    _examples: dict[str, list[PassedOverExample]] = field(default_factory=dict)

    def add(self, kind: str, row: Row, *, sheet: str, number: int) -> None:
        self.counts[kind] += 1
        if kind in ("note", "category", "no_item"):
            self.priced += any(number_of(cell) is not None for cell in row)
        kept = self._examples.setdefault(kind, [])
        if len(kept) < _EXAMPLES and kind not in _WORDLESS:
            text = " | ".join(text for cell in row if (text := text_of(cell)))
            kept.append(PassedOverExample(sheet=sheet, row=number, text=text[:_EXAMPLE_CHARS]))

    def add_above(self, rows: Sequence[Row], price: int | None) -> None:
        """The rows above a header; ``price`` is the column of the prices below it."""
        filled = [row for row in rows if any(map(text_of, row))]
        self.counts["preamble"] += len(filled)
        for row in filled:
            number = number_of(row[price]) if price is not None and price < len(row) else None
            words = next((text for cell in row[:price] if (text := text_of(cell))), "")
            self.above += number is not None and any(map(str.isalpha, words)) and not words.endswith(":")

    def told(self) -> list[PassedOver]:
        """Each kind with its count, as the treaty has it."""
        return [
            PassedOver(kind=kind, count=count, examples=self._examples.get(kind, []))
            for kind, count in self.counts.items()
            if count
        ]
