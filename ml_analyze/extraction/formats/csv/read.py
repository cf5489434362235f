"""Delimited text → grid: encoding, dialect, rows; streamed when it is long."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator
from html.entities import html5
from itertools import islice
from pathlib import Path

from handoff.api import Hints
from ml_analyze.extraction.grid import Grid, Row, Sheet
from ml_analyze.extraction.limits import Limits, Unreadable

from .detect import CELL_CHARS, SAMPLE_CHARS, Dialect, find_dialect, unwrap
from .encoding import Encoding, find_encoding, repair_mojibake
from .evidence import doubts_of
from .places import parted_by_place
from .quoting import Quoting, seen
from .ragged import mend

_BATCH = 256
_ENTITY = re.compile(r"&([a-z]{2,8}|#\d{2,5});", re.IGNORECASE)
_ENTITIES = 3
_LIKE = {'"': "″", ";": ",", "\n": " ", "\r": " "}


def read_csv(path: Path, hints: Hints, limits: Limits) -> Grid:
    """The file as one sheet; rows beyond ``limits.held_rows`` are read when they are asked for."""
    encoding = _encoding(path, hints)
    with path.open(encoding=encoding.name, errors=encoding.errors, newline="") as file:
        sample = seen(file.read(SAMPLE_CHARS))
    if not sample.strip():
        raise Unreadable("EMPTY_FILE", "The file holds only blanks.")
    entities = _entities(sample)
    dialect = find_dialect(_without_entities(sample) if entities else sample, hints)
    quoting = Quoting(dialect.delimiter or " ", dialect.quote, escape=dialect.escape, width=dialect.width)
    batches = _rows(path, encoding, dialect, quoting=quoting, entities=entities, limits=limits)
    held = next(batches, [])
    ragged = mend(held, dialect.delimiter or " ")
    more = len(held) == limits.held_rows
    total = _estimate(path, held) if more else len(held)
    sheet = Sheet(path.stem, list(held), rest=batches if more else None, rows_total=total, ragged_rows=ragged)
    sheet.doubts = doubts_of(encoding, quoting)
    return Grid(
        format="csv",
        sheets=[sheet],
        encoding=encoding.name,
        encoding_evidence=encoding.evidence + ("; mojibake repaired" if encoding.mojibake else ""),
        delimiter=dialect.delimiter or "blanks",
        delimiter_evidence=dialect.evidence,
    )


def _entities(text: str) -> int:
    """How many letters and signs are spelled as on a web page."""
    return sum(f"{name};" in html5 or name.startswith("#") for name in _ENTITY.findall(text))


def _without_entities(line: str) -> str:
    """Entities become what they stand for, but for what would part or quote a cell, which becomes its like."""
    return _ENTITY.sub(_letter, line) if "&" in line else line


def _letter(found: re.Match[str]) -> str:
    letter = html.unescape(found[0]) if found[1].startswith("#") else html5.get(f"{found[1]};", found[0])
    return _LIKE.get(letter, letter)


def _estimate(path: Path, held: list[Row]) -> int:
    """How many rows the file has, from the length of those that are held."""
    chars = sum(len(str(cell)) + 1 for row in held[:2000] for cell in row)
    return round(path.stat().st_size * min(len(held), 2000) / max(chars, 1))


def _encoding(path: Path, hints: Hints) -> Encoding:
    if not hints.encoding:
        return find_encoding(path)
    try:
        "".encode(hints.encoding)
    except LookupError as error:
        raise Unreadable("UNKNOWN_ENCODING", f"No encoding is called {hints.encoding!r}.") from error
    return Encoding(hints.encoding, "hint", "replace")


def _rows(
    path: Path, encoding: Encoding, dialect: Dialect, *, quoting: Quoting, entities: int, limits: Limits
) -> Iterator[list[Row]]:
    """All rows in batches, the first as long as ``limits.held_rows``; ``entities``: how many the sample has.

    Where the delimiter ends entities too, they are turned before rows are parted, be there only one.
    """
    with path.open(encoding=encoding.name, errors=encoding.errors, newline="") as file:
        lines: Iterator[str] = map(repair_mojibake, file) if encoding.mojibake else file
        if entities and dialect.delimiter == ";":
            lines = map(_without_entities, lines)
        rows = _parted(lines, dialect, quoting)
        if entities >= _ENTITIES and dialect.delimiter != ";":
            rows = ([html.unescape(str(cell)) if "&" in str(cell) else cell for cell in row] for row in rows)
        size, count = limits.held_rows, 0
        while batch := _next_batch(rows, size):
            if count == 0 and len(batch[0]) <= 2 and re.fullmatch(r"sep=.?", str(batch[0][0] if batch[0] else "")):
                batch[0] = []  # the line in which Excel names the delimiter
            count += len(batch)
            if count > limits.rows:
                raise Unreadable("TOO_LARGE", f"The file has more than {limits.rows} rows.")
            if max(map(len, batch)) > limits.columns:
                batch = [row[: limits.columns] for row in batch]
            yield batch
            size = _BATCH


def _parted(lines: Iterator[str], dialect: Dialect, quoting: Quoting) -> Iterator[Row]:
    if dialect.delimiter is None:
        return parted_by_place(map(seen, lines))
    csv.field_size_limit(CELL_CHARS)
    if dialect.wrapped:
        lines = map(unwrap, map(seen, lines))
    return csv.reader(  # type: ignore[return-value]  # rows of str are rows of cells
        quoting.lines(lines),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        skipinitialspace=dialect.padded,
    )


def _next_batch(rows: Iterator[Row], size: int) -> list[Row]:
    try:
        return list(islice(rows, size))
    except csv.Error as error:
        raise Unreadable("CORRUPT_FILE", f"The file cannot be read as delimited text: {error}.") from error
