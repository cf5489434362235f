"""The LEGACY step: raw file -> result file of the treaty's format, in this process; the same apply takes it on.

One room: a reader that is kept as it was until it goes.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog
from pydantic import BaseModel

from app.errors import FileGone, Unreadable
from app.extensions import db, settings
from app.jobs import board, lifecycle
from app.jobs.claims import Claim
from app.legacy import rule_matcher
from app.legacy.header_words import HEADER_SEARCHED, Layout, decimal_mark_of, find_layout, read_price
from app.legacy.reader import Table, read_table
from app.models.job import Job
from app.models.phase import Phase, Pipeline, Step
from app.models.supplier import Supplier
from app.volume import volume, volume_errors
from handoff.api import (
    ColumnReading,
    ErrorLine,
    HeaderLine,
    Hints,
    ItemLine,
    MatchStatus,
    Reading,
    Role,
    SheetReading,
    Source,
    TotalsLine,
)
from handoff.volume import Placed

log = structlog.get_logger()

MODEL = "legacy"
SAMPLED = 500


@dataclass
class Counts:
    rows: int = 0
    items: int = 0
    errors: int = 0
    matched: int = 0
    review: int = 0


@dataclass(frozen=True)
class Parsed:
    """What a file holds: how it was understood, and its rows as items and errors, in order."""

    reading: Reading
    lines: Iterator[ItemLine | ErrorLine]
    total: int


@dataclass(frozen=True)
class Written:
    """A result file on the volume, and what stands in it."""

    placed: Placed
    reading: Reading
    counts: Counts
    seconds: float


def run(job_id: UUID) -> None:
    """Parse and match the job's raw file, then hand the result to APPLY."""
    with lifecycle.working(job_id, Step.LEGACY) as claim:
        job = lifecycle.get(job_id)
        supplier = db.session.get(Supplier, job.supplier_id) if job.supplier_id else None
        if supplier is None:
            raise FileGone("The supplier was deleted; its file is not processed any more.")
        db.session.commit()  # reading may take minutes; no transaction stays open
        with volume_errors():
            path = volume().inside(job.file_path or "")
            facts = write_result(claim, job, supplier, path)
        lifecycle.move(claim, Phase.DOWNLOADING, step=Step.APPLY, message="Read by the simple reader.", **facts)


def write_result(claim: Claim, job: Job, supplier: Supplier, path: Path) -> dict[str, Any]:
    """The columns of Job that name the result file, which lies on the volume then."""

    def told(counts: Counts, total: int) -> None:
        claim.check()
        board.progress(job.id, items_processed=counts.items, items_total=total, matches_found=counts.matched)

    written = _write(job, supplier, path, f"legacy-{job.id}-{job.attempt}", told)
    return {
        "pipeline": Pipeline.LEGACY,
        "result_path": volume().relative(written.placed.path),
        "result_sha256": written.placed.sha256,
        "reading": written.reading.model_dump(mode="json"),
        "metrics": {
            "seconds": {"total": round(written.seconds, 3)},
            "rows_read": written.counts.rows,
            "model": MODEL,
        },
        "matched_by": MODEL,
    }


def shadow_result(job: Job, supplier: Supplier, path: Path) -> Path:
    """The result file alone, for a comparison; the job is left as it is."""
    return _write(job, supplier, path, f"shadow-{uuid4()}", lambda _counts, _total: None).placed.path


def _write(job: Job, supplier: Supplier, path: Path, name: str, told: Callable[[Counts, int], None]) -> Written:
    parsed = parse(path, supplier, job.hints or {})
    counts, began = Counts(), time.monotonic()
    catalogue, vetoes = rule_matcher.load_products(), rule_matcher.load_vetoes(supplier.id)
    db.session.commit()  # comparing takes its time; no transaction stays open
    with volume().reserve(None, md5=False) as incoming:
        incoming.write(_line(HeaderLine(source_sha256=job.sha256 or "0" * 64, reading=parsed.reading)))
        for lines in _matched(parsed.lines, catalogue, vetoes, counts):
            incoming.write(b"".join(_line(line) for line in lines))
            told(counts, parsed.total)
        seconds = time.monotonic() - began
        incoming.write(_line(_totals(counts, seconds)))
        placed = incoming.place(volume().results_target(name))
    log.info("legacy_result_written", items=counts.items, errors=counts.errors, seconds=round(seconds, 2))
    return Written(placed, parsed.reading, counts, seconds)


def parse(path: Path, supplier: Supplier, own: Mapping[str, Any]) -> Parsed:
    """Rows by header and regular expressions. ``own``: hints of this file alone. Raises Unreadable, UnsafeArchive."""
    hints = Hints.model_validate(supplier.hints | dict(own))
    table = read_table(path, hints, sheet_name=supplier.sheet_name)
    rows = list(table.rows)
    layout = find_layout(rows[: max(HEADER_SEARCHED, hints.header_row or 0)], hints)
    if layout is None:
        seen = next((row for row in rows if any(text.strip() for text in row)), [])
        raise Unreadable(
            "No header with a name and a price was found in the first rows; the file begins with "
            f"{' | '.join(text.strip() for text in seen[:8])[:200]!r}. Name the columns on the supplier's page."
        )
    data = rows[layout.header :]
    mark = decimal_mark_of([_cell(row, layout.columns[Role.PRICE]) for row in data[:SAMPLED]], hints)
    currency = hints.currency or supplier.default_currency
    lines = _read_rows(data, layout, table.sheet, mark=mark, currency=currency)
    return Parsed(_reading(table, layout, len(data), mark, currency), lines, len(data))


def _read_rows(
    data: Sequence[Sequence[str]], layout: Layout, sheet: str | None, *, mark: str, currency: str | None
) -> Iterator[ItemLine | ErrorLine]:
    for number, row in enumerate(data, start=layout.header + 1):
        if sum(1 for text in row if text.strip()) < 2:
            continue  # empty, or a heading between the rows
        read = {role: _cell(row, index) for role, index in layout.columns.items()}
        source = Source(sheet=sheet, row=number)
        if not read[Role.NAME]:
            yield ErrorLine(code="NAME_MISSING", message="The row has no name.", source=source, row=list(row[:50]))
            continue
        price = read_price(read[Role.PRICE], mark)
        if price is None and read[Role.PRICE]:
            message = f"{read[Role.PRICE][:50]!r} is no price."
            yield ErrorLine(
                code="PRICE_INVALID", message=message, source=source, value=read[Role.PRICE][:200], row=list(row[:50])
            )
            continue
        yield ItemLine(
            sku=read.get(Role.SKU) or None,
            name=read[Role.NAME][:500],
            price=price,
            currency=_currency(read.get(Role.CURRENCY)) or currency,
            unit=read.get(Role.UNIT) or None,
            stock=read.get(Role.STOCK) or None,
            category=[read[Role.CATEGORY]] if read.get(Role.CATEGORY) else [],
            brand=read.get(Role.BRAND) or None,
            barcode=read.get(Role.BARCODE) or None,
            source=source.model_copy(update={"cells": _cells(layout, number)}),
        )


def _matched(
    lines: Iterable[ItemLine | ErrorLine],
    catalogue: rule_matcher.Products,
    vetoes: set[tuple[str, str]],
    counts: Counts,
) -> Iterator[list[ItemLine | ErrorLine]]:
    """The lines in batches, items with their match."""
    config = settings()
    at = rule_matcher.Thresholds(
        config.match_auto_threshold, config.match_potential_threshold, config.match_max_candidates
    )
    remaining = iter(lines)
    while batch := list(itertools.islice(remaining, config.match_batch_size)):
        items = [line for line in batch if isinstance(line, ItemLine)]
        found = rule_matcher.match([(item.sku or "", item.name) for item in items], catalogue, at=at, vetoes=vetoes)
        for item, match in zip(items, found, strict=True):
            item.match = match
            counts.matched += match.status is MatchStatus.AUTO_MATCHED
            counts.review += match.status is MatchStatus.POTENTIAL_MATCH
        counts.rows += len(batch)
        counts.items += len(items)
        counts.errors += len(batch) - len(items)
        yield batch


def _reading(table: Table, layout: Layout, rows: int, mark: str, currency: str | None) -> Reading:
    columns = {
        role.value: ColumnReading(
            index=index,
            header=layout.names[index] if index < len(layout.names) else None,
            decimal_mark=mark if role is Role.PRICE else None,
            evidence="the header's words",
        )
        for role, index in layout.columns.items()
    }
    sheet = SheetReading(
        name=table.sheet or "CSV", used=True, header_row=layout.header, rows=rows, columns=columns, reason="first sheet"
    )
    return Reading(
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        currency=currency,
        sheets=[sheet],
        warnings=["Read by the simple reader: one sheet, one header, one price a row."],
    )


def _totals(counts: Counts, seconds: float) -> TotalsLine:
    return TotalsLine(
        rows_read=counts.rows,
        items=counts.items,
        errors=counts.errors,
        matched=counts.matched,
        review=counts.review,
        unmatched=counts.items - counts.matched - counts.review,
        seconds=round(seconds, 3),
        model=MODEL,
    )


def _cells(layout: Layout, row: int) -> dict[str, str]:
    return {role.value: f"{_letters(index)}{row}" for role, index in layout.columns.items()}


def _letters(index: int) -> str:
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _currency(text: str | None) -> str | None:
    return text.upper() if text and len(text) == 3 and text.isascii() and text.isalpha() else None


def _line(line: BaseModel) -> bytes:
    return line.model_dump_json(exclude_none=True).encode() + b"\n"
