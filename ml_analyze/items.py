"""Rows that are extracted already, to be matched again: one JSON object a line, as ``ItemToMatch``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from handoff.api import ItemToMatch, Reading
from ml_analyze.findings import Findings
from ml_analyze.order import Failed


class Items:
    """The rows of a file; a line that is no row becomes an error line of the result."""

    def __init__(self, path: Path) -> None:
        self.reading = Reading(format="items")
        self.findings = Findings()
        self.rows_total = count_lines(path)
        self.rows_read = 0
        self.lines = self._read(path)

    def _read(self, path: Path) -> Iterator[dict[str, Any]]:
        with path.open("rb") as file:
            for number, text in enumerate(file, start=1):
                if not text.strip():
                    continue
                self.rows_read += 1
                yield _line(text, number)


def _line(text: bytes, number: int) -> dict[str, Any]:
    try:
        row = ItemToMatch.model_validate(orjson.loads(text)).model_dump(exclude_none=True)
    except (orjson.JSONDecodeError, ValidationError) as error:
        message = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        shown = text[:200].decode(errors="replace").strip()
        return {
            "kind": "error",
            "code": "BAD_ITEM",
            "message": f"The line is no item: {message}.",
            "source": {"row": number},
            "value": shown,
        }
    if isinstance(row.get("category"), str):
        row["category"] = [row["category"]]
    if "price" in row:
        row["price"] = str(row["price"])
    return {"kind": "item", **row, "source": {"row": number}}


def read_items(path: Path) -> Items:
    if path.stat().st_size == 0:
        raise Failed("NO_ITEMS", "The file of items is empty.")
    return Items(path)


def count_lines(path: Path) -> int:
    """Lines with a line feed, and the last one without."""
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            count += block.count(b"\n")
            last = block[-1:]
    return count + (last != b"\n")
