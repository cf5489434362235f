"""Which delimiter, quote and escape a text file is written with: those under which its rows are the most even."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from handoff.api import Hints
from ml_analyze.extraction.understanding.profile import number_of

from .quoting import Quoting

SAMPLE_CHARS = 1 << 18
GAPS = re.compile(r"\s*(?:[.…·_]{3,}|(?:\.\s){3,}\.?)\s*|\t+|\s{2,}")
CELL_CHARS = 1 << 20
_JUDGED_LINES = 600
_DELIMITERS = ",;\t|"
_RARE_DELIMITERS = "~^:\x01\x1f"
_LEAST = 0.12
# text rarely holds a tab and cells are often lists with strokes between: what else is even decides only then
_PRIOR = {"\t": 1.02, "|": 0.96}
_SCIENTIFIC = re.compile(r"\s*-?\d+(?:\.\d+)?[eE][+-]?\d+\s*")
_WRAPPED = re.compile(r'"(?:[^"]|"")*"')
_COLUMN_COMMA = re.compile(r"(?<!\d),(?![ \r\n])|,(?![ \r\n]|\d{1,2}(?![\d.,])|\d{3}(?!\d))|,\d{1,2},\d")


@dataclass(frozen=True)
class Dialect:
    """How rows are written.

    ``delimiter`` is None where columns are set apart by runs of blanks. ``width``: columns that most rows have.
    ``padded``: blanks behind a delimiter are no text; ``wrapped``: each line as a whole stands in quotes.
    """

    delimiter: str | None
    quote: str
    evidence: str
    width: int = 1
    escape: str | None = None
    padded: bool = False
    wrapped: bool = False


def find_dialect(sample: str, hints: Hints) -> Dialect:
    """The dialect of a text by its beginning; a person's delimiter is obeyed, ``sep=`` where the rows bear it out."""
    lines = sample.splitlines(keepends=True)
    if len(lines) > 1 and len(sample) >= SAMPLE_CHARS:
        lines = lines[:-1]
    if hints.delimiter:
        delimiter = {"\\t": "\t", "tab": "\t"}.get(hints.delimiter, hints.delimiter)[:1]
        return _written(lines, delimiter, "hint")
    separator = re.match(r"\ufeff*\"?sep=(.)", lines[0]) if lines else None
    if separator:
        said, found = _written(lines[1:], separator[1], "sep= in the first line"), _best(lines[1:])
        holds = _evenness(lines[1:], said)[0] >= 0.75 * _evenness(lines[1:], found)[0]
        return said if holds else replace(found, evidence=f"sep={separator[1]} does not hold; {found.evidence}")
    return _best(lines)


def _best(lines: list[str]) -> Dialect:
    if _is_wrapped(lines):
        inner = _best([unwrap(line) for line in lines])
        return replace(inner, evidence=f"each line stands in quotes; within, {inner.evidence}", wrapped=True)
    dialects = [_written(lines, delimiter, "") for delimiter in _DELIMITERS]
    scored = [(*_evenness(lines, dialect), dialect) for dialect in dialects]
    if max(score for score, _, _ in scored) < 0.3:
        for delimiter in _RARE_DELIMITERS + (" " if _quotes_between_blanks(lines) else ""):
            dialect = _written(lines, delimiter, "")
            score, width = _evenness(lines, dialect)
            scored.append((score * 0.8, width, dialect))
    score, width, best = max(scored, key=lambda each: each[0])
    if score < _LEAST:
        return _undivided(lines)
    return replace(best, width=width, evidence=f"{width} columns in most of {len(lines)} sampled lines")


def _undivided(lines: list[str]) -> Dialect:
    """Text whose columns are set apart by runs of blanks, or that has one column only."""
    texts = [text for line in lines if (text := line.strip())]
    if 2 * sum(len(GAPS.split(text)) > 1 for text in texts) < len(texts) and not any(map(_has_comma, texts)):
        return Dialect(",", '"', "one column")
    return Dialect(None, '"', "no delimiter repeats; columns are set apart by blanks")


def _has_comma(text: str) -> bool:
    return "," in text and _WRAPPED.fullmatch(text) is None


def _written(lines: list[str], delimiter: str, evidence: str) -> Dialect:
    """With this delimiter: which quote, which escape, blanks behind it or not."""
    judged = lines[:_JUDGED_LINES]
    text = _joined(judged)
    behind = len(re.findall(rf"{re.escape(delimiter)}[ ]+(?=\S)", text))
    padded = delimiter not in " \t" and behind >= 0.8 * max(text.count(delimiter), 1) and behind > 0
    quote = "'" if _apostrophes_quote(judged, delimiter) else '"'
    # a backslash before a quote that ends the cell is a path or an inch; inside a quoted cell it escapes
    inside = re.findall(rf"\\{quote}(?!\s*(?:{re.escape(delimiter)}|$))", text, re.MULTILINE)
    escape = "\\" if inside and text.count(quote) > len(inside) else None
    dialect = Dialect(delimiter, quote, evidence, escape=escape, padded=padded)
    return replace(dialect, width=_evenness(lines, dialect)[1])


def _joined(lines: Iterable[str]) -> str:
    """The lines in one text whose lines end alike."""
    return "\n".join(line.rstrip("\r\n") for line in lines)


def _apostrophes_quote(lines: list[str], delimiter: str) -> bool:
    """Cells that stand in apostrophes on both sides, and none that has one on its left alone; no double quotes."""
    edge = re.escape(delimiter)
    text = _joined(lines)
    begin = len(re.findall(rf"(?:^|{edge})[ ]*'", text, re.MULTILINE))
    end = len(re.findall(rf"'[ ]*(?={edge}|\s*$)", text, re.MULTILINE))
    double = len(re.findall(rf'(?:^|{edge})[ ]*"', text, re.MULTILINE))
    return begin >= 2 and abs(begin - end) <= 0.1 * begin and begin > double


def _quotes_between_blanks(lines: list[str]) -> bool:
    texts = [line for line in lines[:_JUDGED_LINES] if line.strip()]
    return 2 * sum(bool(re.search(r'\S "[^"]*"(?: \S|\s*$)', line)) for line in texts) > len(texts)


def _is_wrapped(lines: list[str]) -> bool:
    """Whether each line is one quoted text that holds delimiters, as a row that was quoted once too often."""
    texts = [text for line in lines[:_JUDGED_LINES] if (text := line.strip())]
    if len(texts) < 2 or not all(_WRAPPED.fullmatch(text) for text in texts):
        return False
    return any(min(text.count(delimiter) for text in texts) >= 1 for delimiter in _DELIMITERS)


def unwrap(line: str) -> str:
    """A line without the quotes around it as a whole."""
    text = line.strip()
    return text[1:-1].replace('""', '"') + "\n" if _WRAPPED.fullmatch(text) else line


def _evenness(lines: list[str], dialect: Dialect) -> tuple[float, int]:
    """How even the widths are, 0..1, and the width that most rows have."""
    delimiter = dialect.delimiter or " "
    if not any(delimiter in line for line in lines):
        return 0.0, 1
    judged = lines[:_JUDGED_LINES]
    rows = [row for row in _parse(judged, dialect) if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for row in rows)
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return 0.0, 1
    width, count = wide.most_common(1)[0]
    if count == 1 and len(rows) > 3:
        return 0.0, 1
    share = count / len(rows)
    usual = [row for row in rows if len(row) == width]
    numbers = sum(any(number_of(cell) is not None for cell in row) for row in usual) / count
    if delimiter == "," and not any(_COLUMN_COMMA.search(line) for line in lines):
        # every comma is a decimal's or a sentence's, unless each row has as many and blanks behind them
        columns = dialect.padded and share >= 0.9 and (width > 2 or _ends_in_numbers(usual))
        if not columns:
            return 0.0, 1
    filled = sum(bool(cell.strip()) for row in usual for cell in row) / (count * width)
    score = share * (0.55 + 0.15 * min(width, 6) / 6 + 0.1 * filled + 0.2 * numbers)
    return score * (1 - 0.5 * _misplaced(judged, dialect)) * _PRIOR.get(delimiter, 1.0), width


def _ends_in_numbers(rows: list[list[str]]) -> bool:
    return sum(
        number_of(row[-1]) is not None or _SCIENTIFIC.fullmatch(row[-1]) is not None for row in rows
    ) >= 0.7 * len(rows)


def _misplaced(lines: list[str], dialect: Dialect) -> float:
    """The share of quotes that stand neither at a cell's beginning nor at its end under this delimiter."""
    quote, edge = dialect.quote, re.escape(dialect.delimiter or " ")
    text = _joined(line for line in lines if quote in line)
    count = text.count(quote)
    if not count:
        return 0.0
    at_edge = len(re.findall(rf"(?:^|{edge})[ ]*{quote}|{quote}+\s*(?={edge}|$)", text, re.MULTILINE))
    return max(0.0, 1 - at_edge / count)


def _parse(lines: list[str], dialect: Dialect) -> list[list[str]]:
    csv.field_size_limit(CELL_CHARS)
    delimiter = dialect.delimiter or " "
    reader = csv.reader(
        Quoting(delimiter, dialect.quote, escape=dialect.escape, width=dialect.width).lines(lines),
        delimiter=delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        skipinitialspace=dialect.padded,
    )
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)  # noqa: PERF402  what stood before an error still counts
    except csv.Error:
        pass
    return rows
