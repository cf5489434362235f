"""Rows → CSV, XLSX or JSON lines, while they come from the database: nothing is held but a batch."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
import xlsxwriter

from app.errors import Invalid
from app.export.tables import Table
from app.extensions import db
from app.jobs.contents import harmless

BATCH = 2000
#: a worksheet holds no more, its header included
MOST_ROWS = 1_048_576


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


MIME_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONL: "application/x-ndjson",
}
Row = Sequence[Any]


def export(table: Table, form: Format) -> Iterator[bytes]:
    """The file in pieces; the query runs in one snapshot of the database, on a connection of its own."""
    return _WRITERS[form](table, _rows(table))


def _rows(table: Table) -> Iterator[Sequence[Row]]:
    # not the request's session: it ends with the request, before the last piece has gone out
    with db.engine.connect().execution_options(stream_results=True, max_row_buffer=BATCH) as connection:
        yield from connection.execute(table.rows).partitions(BATCH)


def _csv(table: Table, batches: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """With a byte order mark: Excel reads UTF-8 only when it is told."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(table.columns)
    for batch in batches:
        writer.writerows([_as_text(cell) for cell in row] for row in batch)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _jsonl(table: Table, batches: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """Money as texts, exact; times with their zone."""
    yield b""
    for batch in batches:
        lines = (orjson.dumps(dict(zip(table.columns, map(_plain, row), strict=True))) for row in batch)
        yield b"\n".join(lines) + b"\n"


def _xlsx(table: Table, batches: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """Numbers as numbers, texts as texts whatever they begin with, the header frozen. Raises Invalid when too long."""
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.columns, book.add_format({"bold": True}))
        number = 0
        for batch in batches:
            for row in batch:
                number += 1
                if number >= MOST_ROWS:
                    book.close()
                    raise Invalid(f"A worksheet holds {MOST_ROWS - 1:,} rows; take CSV, or narrow the filter.")
                for column, cell in enumerate(row):
                    if isinstance(cell, Decimal):
                        sheet.write_number(number, column, float(cell))
                    elif isinstance(cell, bool):
                        sheet.write_boolean(number, column, cell)
                    elif cell is not None:
                        sheet.write_string(number, column, str(_plain(cell)))
        book.close()
        file.seek(0)
        while piece := file.read(1 << 16):
            yield piece


def _as_text(cell: Any) -> str:
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, str) and not isinstance(cell, StrEnum):
        return harmless(cell)
    return "" if cell is None else str(_plain(cell))


def _plain(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return str(cell) if isinstance(cell, UUID | StrEnum) else cell


_WRITERS: dict[Format, Callable[[Table, Iterable[Sequence[Row]]], Iterator[bytes]]] = {
    Format.CSV: _csv,
    Format.XLSX: _xlsx,
    Format.JSONL: _jsonl,
}
