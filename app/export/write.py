"""Rows → CSV, XLSX or JSON lines, while they come from the database: nothing is held but a batch."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from enum import StrEnum

from sqlalchemy import Select

from app.errors import Invalid
from app.export import row_lines, workbook
from app.export.exportable import Table
from app.extensions import db

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


def export(table: Table, form: Format) -> Iterator[bytes]:
    """The file in pieces; the query runs in one snapshot of the database, on a connection of its own."""
    return _WRITERS[form](table)


def _csv(table: Table) -> Iterator[bytes]:
    """With a byte order mark: Excel reads UTF-8 only when it is told."""
    yield f"\ufeff{','.join(table.columns)}\r\n".encode()
    for batch in _lines(table, row_lines.csv):
        yield "".join(batch).encode()


def _jsonl(table: Table) -> Iterator[bytes]:
    """Money as texts, exact; times with their zone."""
    yield b""
    for batch in _lines(table, lambda rows, of: row_lines.json(rows, of, table.columns)):
        yield "".join(batch).encode()


def _xlsx(table: Table) -> Iterator[bytes]:
    """Numbers as numbers, texts as texts whatever they begin with, the header frozen. Raises Invalid when too long."""
    with tempfile.TemporaryFile() as file:
        workbook.write(file, name=table.name, columns=table.columns, rows=_sheet(table))
        file.seek(0)
        while piece := file.read(1 << 16):
            yield piece


def _sheet(table: Table) -> Iterator[str]:
    number = 1
    for batch in _lines(table, row_lines.sheet):
        number += len(batch)
        if number > MOST_ROWS:
            raise Invalid(f"A worksheet holds {MOST_ROWS - 1:,} rows; take CSV, or narrow the filter.")
        yield "".join(batch)


def _lines(
    table: Table, said: Callable[[Select[*tuple[object, ...]], list[row_lines.Kind]], Select[str]]
) -> Iterator[list[str]]:
    # not the request's session: it ends with the request, before the last piece has gone out
    with db.engine.connect() as connection:
        rows = row_lines.named(table.rows)
        query = said(rows, row_lines.kinds(connection, rows))
        streamed = connection.execution_options(stream_results=True, max_row_buffer=BATCH)
        for batch in streamed.scalars(query).partitions(BATCH):
            yield list(batch)


_WRITERS: dict[Format, Callable[[Table], Iterator[bytes]]] = {
    Format.CSV: _csv,
    Format.XLSX: _xlsx,
    Format.JSONL: _jsonl,
}
