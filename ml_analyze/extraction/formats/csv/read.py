"""Delimited text → grid: encoding, delimiter and quoting by consistency over the file; streamed when it is long."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from handoff.api import Hints
from ml_analyze.extraction.grid import Grid, Row, Sheet
from ml_analyze.extraction.limits import Limits, Unreadable
from ml_analyze.extraction.understanding.profile import number_of

from .encoding import Encoding, find_encoding, repair_mojibake

_SAMPLE_CHARS = 1 << 18
_BATCH = 256
_JUDGED_LINES = 600
_DELIMITERS = ",;\t|"
_RARE_DELIMITERS = "~^:\x01\x1f"
_GAPS = re.compile(r"\s*(?:[.…·_]{3,}|(?:\.\s){3,}\.?)\s*|\t+|\s{2,}")
_WRAPPED = re.compile(r'"(?:[^"]|"")*"')
_COLUMN_COMMA = re.compile(r"(?<!\d),(?! )|,(?! |\d{1,2}(?![\d.])|\d{3}(?!\d))")


@dataclass(frozen=True)
class Dialect:
    """``delimiter`` is None where columns are set apart by runs of blanks; ``quoted`` whether ``"`` quotes;
    ``wrapped`` whether each line as a whole stands in quotes."""

    delimiter: str | None
    quoted: bool
    evidence: str
    wrapped: bool = False


def read_csv(path: Path, hints: Hints, limits: Limits) -> Grid:
    """The file as one sheet; rows beyond ``limits.held_rows`` are read when they are asked for."""
    encoding = _encoding(path, hints)
    with path.open(encoding=encoding.name, errors=encoding.errors, newline="") as file:
        sample = file.read(_SAMPLE_CHARS)
    if not sample.strip("\ufeff\x00 \t\r\n"):
        raise Unreadable("EMPTY_FILE", "The file holds only blanks.")
    dialect = _dialect(sample, hints)
    batches = _rows(path, encoding, dialect, limits)
    held = next(batches, [])
    ragged = _mend(held, dialect.delimiter or " ")
    more = len(held) == limits.held_rows
    total = _estimate(path, held) if more else len(held)
    sheet = Sheet(path.stem, list(held), rest=batches if more else None, rows_total=total, ragged_rows=ragged)
    return Grid(
        format="csv",
        sheets=[sheet],
        encoding=encoding.name,
        encoding_evidence=encoding.evidence + ("; mojibake repaired" if encoding.mojibake else ""),
        delimiter=dialect.delimiter or "blanks",
        delimiter_evidence=dialect.evidence,
    )


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


def _rows(path: Path, encoding: Encoding, dialect: Dialect, limits: Limits) -> Iterator[list[Row]]:
    """All rows in batches, the first as long as ``limits.held_rows``."""
    with path.open(encoding=encoding.name, errors=encoding.errors, newline="") as file:
        lines: Iterator[str] = map(repair_mojibake, file) if encoding.mojibake else file
        rows = _parted(lines, dialect)
        size, count = limits.held_rows, 0
        while batch := _next_batch(rows, size):
            if count == 0:
                _strip_mark(batch)
            count += len(batch)
            if count > limits.rows:
                raise Unreadable("TOO_LARGE", f"The file has more than {limits.rows} rows.")
            if max(map(len, batch)) > limits.columns:
                batch = [row[: limits.columns] for row in batch]
            yield batch
            size = _BATCH


def _parted(lines: Iterator[str], dialect: Dialect) -> Iterator[Row]:
    if dialect.delimiter is None:
        return ([part for part in _GAPS.split(line.strip("\r\n")) if part] for line in lines)
    csv.field_size_limit(1 << 20)
    if dialect.wrapped:
        lines = map(_unwrap, lines)
    if dialect.quoted:
        return csv.reader(lines, delimiter=dialect.delimiter)  # type: ignore[return-value]
    return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)  # type: ignore[return-value]


def _next_batch(rows: Iterator[Row], size: int) -> list[Row]:
    try:
        return list(islice(rows, size))
    except csv.Error as error:
        raise Unreadable("CORRUPT_FILE", f"The file cannot be read as delimited text: {error}.") from error


def _strip_mark(rows: list[Row]) -> None:
    """Take a byte order mark off the first cell, and empty the line in which Excel names the delimiter."""
    first = rows[0]
    if first and isinstance(first[0], str):
        first[0] = first[0].removeprefix("\ufeff")
        if len(first) <= 2 and re.fullmatch(r"sep=.?", str(first[0])):
            rows[0] = []


def _dialect(sample: str, hints: Hints) -> Dialect:
    """The delimiter under which the rows of the sample have the most even width."""
    lines = sample.splitlines(keepends=True)
    if len(lines) > 1 and len(sample) >= _SAMPLE_CHARS:
        lines = lines[:-1]
    if hints.delimiter:
        delimiter = {"\\t": "\t", "tab": "\t"}.get(hints.delimiter, hints.delimiter)[:1]
        return Dialect(delimiter, _quotes_close(lines, delimiter), "hint")
    separator = re.match(r"\ufeff?\"?sep=(.)", lines[0]) if lines else None
    if separator:
        return Dialect(separator[1], _quotes_close(lines, separator[1]), "sep= in the first line")
    if _is_wrapped(lines):
        inner = _dialect("".join(map(_unwrap, lines)), hints)
        return replace(inner, evidence=f"each line stands in quotes; within, {inner.evidence}", wrapped=True)
    scored = [(_evenness(lines, delimiter), delimiter) for delimiter in _DELIMITERS]
    if max(scored)[0][0] < 0.3:
        scored += [
            ((even * 0.8, width), delimiter)
            for (even, width), delimiter in ((_evenness(lines, d), d) for d in _RARE_DELIMITERS)
        ]
    (score, width), delimiter = max(scored)
    if score <= 0:
        return Dialect(None, False, "no delimiter repeats; columns are set apart by blanks")
    return Dialect(delimiter, _quotes_close(lines, delimiter), f"{width} columns in most of {len(lines)} sampled lines")


def _is_wrapped(lines: list[str]) -> bool:
    """Whether each line is one quoted text that holds delimiters, as a row that was quoted once too often."""
    texts = [text for line in lines[:_JUDGED_LINES] if (text := line.strip())]
    if len(texts) < 2 or not all(_WRAPPED.fullmatch(text) for text in texts):
        return False
    return any(min(text.count(delimiter) for text in texts) >= 1 for delimiter in _DELIMITERS)


def _unwrap(line: str) -> str:
    text = line.strip()
    return text[1:-1].replace('""', '"') + "\n" if _WRAPPED.fullmatch(text) else line


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How even the widths are, 0..1, and the width that most rows have."""
    if not any(delimiter in line for line in lines):
        return 0.0, 1
    if delimiter == "," and not any(_COLUMN_COMMA.search(line) for line in lines):
        return 0.0, 1  # every comma is a decimal's or a sentence's
    rows = [row for row in _parse(lines[:_JUDGED_LINES], delimiter, quoted=True) if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for row in rows)
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return 0.0, 1
    width, count = wide.most_common(1)[0]
    share = count / len(rows)
    filled = sum(bool(cell.strip()) for row in rows if len(row) == width for cell in row) / (count * width)
    numbers = sum(any(number_of(cell) is not None for cell in row) for row in rows if len(row) == width) / count
    return share * (0.55 + 0.15 * min(width, 6) / 6 + 0.1 * filled + 0.2 * numbers), width


def _parse(lines: list[str], delimiter: str, *, quoted: bool) -> list[list[str]]:
    csv.field_size_limit(1 << 20)
    reader = csv.reader(
        io.StringIO("".join(lines), newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)  # noqa: PERF402  what stood before an error still counts
    except csv.Error:
        pass
    return rows


def _quotes_close(lines: list[str], delimiter: str) -> bool:
    """Whether ``"`` quotes: not when a quote that never closes swallows lines."""
    rows = _parse(lines, delimiter, quoted=True)
    swallowed = max((cell.count("\n") for row in rows for cell in row), default=0)
    return swallowed < 30 or swallowed < len(lines) // 20


def _mend(rows: list[Row], delimiter: str) -> int:
    """Join cells of rows that are too wide because a text held the delimiter unquoted; in place, returns how many."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    if width < 2 or count < 0.6 * len(rows) or count == len(rows):
        return 0
    usual = [row for row in rows if len(row) == width][:300]
    numeric = [sum(number_of(row[at]) is not None for row in usual) >= 0.7 * len(usual) for at in range(width)]
    lengths = [sum(len(str(row[at] or "")) for row in usual) for at in range(width)]
    mended = 0
    for index, row in enumerate(rows):
        surplus = len(row) - width
        if (
            0 < surplus <= 12
            and any(str(cell or "").strip() for cell in row[width:])
            and (joined := _join(row, surplus, numeric, lengths, delimiter))
        ):
            rows[index] = joined
            mended += 1
    return mended


def _join(row: Row, surplus: int, numeric: list[bool], lengths: list[int], delimiter: str) -> Row | None:
    """The row with one text put together again so that its numbers stand in the numeric columns."""
    places = sorted((at for at in range(len(numeric)) if not numeric[at]), key=lambda at: -lengths[at])
    for at in places:
        joined: Row = [
            *row[:at],
            delimiter.join(str(cell or "") for cell in row[at : at + surplus + 1]),
            *row[at + surplus + 1 :],
        ]
        fits = all(
            number_of(cell) is not None or not str(cell or "").strip()
            for cell, is_number in zip(joined, numeric, strict=True)
            if is_number
        )
        if fits:
            return joined
    return None
