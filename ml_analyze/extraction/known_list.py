"""A list whose format says what each value is: its rows are items as they stand, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from handoff.api import ColumnReading, Hints, Reading, SheetReading
from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.formats.structured.article import CONDITIONS, LEVELS, ROLES
from ml_analyze.extraction.understanding.lexicon import lexicon
from ml_analyze.extraction.understanding.price_cells import PriceReader
from ml_analyze.findings import Findings

from .grid import Grid, Row, Sheet, column_letters, text_of
from .limits import Unreadable

_BATCH = 256
_FEW = 0.05  # of items may lack a price or a currency without a word
Line = dict[str, Any]


class KnownList:
    """The items of a grid's known sheets. ``reading`` and ``findings`` are final once ``lines`` has ended."""

    def __init__(self, grid: Grid, hints: Hints) -> None:
        self._grid = grid
        self._currency = hints.currency
        self._price = PriceReader(lexicon(), hints.decimal_mark or ".")
        self.findings = Findings([*grid.doubts, *(doubt for sheet in grid.sheets for doubt in sheet.doubts)])
        self.rows_read = 0
        counts = [sheet.rows_total for sheet in grid.sheets]
        self.rows_total: int | None = None if None in counts else sum(count or 0 for count in counts)
        self.reading = Reading(
            format=grid.format,
            encoding=grid.encoding,
            encoding_evidence=grid.encoding_evidence,
            sheets=[_sheet_reading(sheet) for sheet in grid.sheets],
            hints_used=sorted(hints.model_dump(exclude_defaults=True)),
            warnings=list(grid.warnings),
        )
        self.lines: Iterator[Line] = chain.from_iterable(self._take())

    def _take(self) -> Iterator[list[Line]]:
        priced = unpriced = 0
        for sheet, shown in zip(self._grid.sheets, self.reading.sheets, strict=True):
            for start, rows in _batches(sheet):
                self.rows_read += len(rows)
                lines = [line for at, row in enumerate(rows, start) if (line := self._line(sheet, row, at)) is not None]
                items = [line for line in lines if line["kind"] == "item"]
                shown.items = (shown.items or 0) + len(items)
                priced += sum(item["price"] is not None for item in items)
                unpriced += sum(item["price"] is None for item in items)
                yield lines
        if not priced:
            raise Unreadable(
                "NO_PRICES", "The articles of the file have no prices: ask for the part that has.", self.reading
            )
        if unpriced > _FEW * (priced + unpriced):
            share = 1 - unpriced / (priced + unpriced)
            self.findings.doubts.append(Doubt(what=DoubtCode.MISSING_PRICES, choice=str(unpriced), probability=share))

    def _line(self, sheet: Sheet, row: Row, index: int) -> Line | None:
        known = sheet.known or {}
        values = {key: str(row[at]) for key, at in known.items() if at < len(row) and row[at]}
        if not values:
            return None
        source = _source(sheet, index, known, values)
        name = text_of(values.get("name")) or text_of(values.get("sku")) or text_of(values.get("barcode"))
        if not name:
            message = "The article has neither a name nor a number."
            cells = [text_of(cell) or None for cell in row]
            return {"kind": "error", "code": "NO_NAME", "message": message, "source": source, "row": cells}
        price = self._price.read(values.get("price"))
        line: Line = {"kind": "item", "name": name, "price": price.value}
        line["currency"] = values.get("currency") or price.currency or self._currency
        for role in ROLES:
            if role in values and role not in ("name", "price", "currency", "category"):
                line[role] = text_of(values[role])
        if path := [text_of(level) for level in values.get("category", "").split(LEVELS) if level.strip()]:
            line["category"] = path
        for field, prefix in (("prices", "price:"), ("characteristics", "has:")):
            if found := {
                key.removeprefix(prefix): text_of(text) for key, text in values.items() if key.startswith(prefix)
            }:
                line[field] = found
        if conditions := _conditions(values):
            line["conditions"] = conditions
            if "price_unit" in conditions:  # where programs of before look for it
                line.setdefault("characteristics", {})["price_unit"] = conditions["price_unit"]
        if price.value is None:
            line["warnings"] = [{"code": "PRICE_MISSING", "value": values.get("price")}]
        line["source"] = source
        return line


def _conditions(values: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        key: values[key] for key in CONDITIONS if key in values and key not in ("tiers", "vat_included")
    }
    if "vat_included" in values:
        found["vat_included"] = values["vat_included"] == "true"
    if "tiers" in values:
        pairs = [line.split(": ") for line in values["tiers"].split("\n")]
        found["tiers"] = [{"from_quantity": start, "price": price} for start, price in pairs]
    return found


def _batches(sheet: Sheet) -> Iterator[tuple[int, list[Row]]]:
    """The rows below the first with the index of the first of them."""
    for start in range(1, len(sheet.rows), _BATCH):
        yield start, sheet.rows[start : start + _BATCH]
    at = len(sheet.rows)
    for rows in sheet.rest or ():
        yield at, rows
        at += len(rows)


def _source(sheet: Sheet, index: int, known: dict[str, int], values: dict[str, str]) -> Line:
    cells = {key: f"{column_letters(known[key])}{index + 1}" for key in ROLES if key in values}
    return {"sheet": sheet.name, "row": index + 1, "cells": cells}


def _sheet_reading(sheet: Sheet) -> SheetReading:
    known = sheet.known or {}
    columns = {
        role: ColumnReading(index=at, header=role, evidence="said by the format")
        for role, at in known.items()
        if role in ROLES or role.startswith("price:")
    }
    return SheetReading(
        name=sheet.name,
        used=True,
        reason="columns named by the format",
        header_row=1,
        first_row=2,
        last_row=sheet.rows_total,
        rows=len(sheet.rows) - 1,
        columns=columns,
    )
