"""What one file held: its items with their cells, and its errors by row. What it changes: app/jobs/changed.py."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, select

from app.errors import IngestError
from app.extensions import db
from app.models.catalog import ParsingLog, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.volume import volume
from handoff.api import ItemLine, MatchStatus, Source

PAGE_SIZE = 50
#: lines of a result file that one look reads at most while it searches
MOST_LINES = 200_000
#: rows that were not taken, and items that were taken without something -> the ``error_type`` of their log lines
ROW_KINDS = {"left": "ValidationError", "taken": "ValidationWarning"}
MATCHES = ("matched", "review", "unmatched")
OF_LINE = {
    MatchStatus.AUTO_MATCHED: "matched",
    MatchStatus.POTENTIAL_MATCH: "review",
    MatchStatus.UNMATCHED: "unmatched",
}
OF_ROW = {"auto_matched": "matched", "verified_match": "matched", "potential_match": "review", "unmatched": "unmatched"}
#: what makes a spreadsheet run a cell instead of showing it
_CELL_BEGINS = re.compile(r"([;\t\r\n][ \t]{0,8})(?=[=+\-@])")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class ItemRow:
    """``place`` finds the item again: the byte at which its line begins in the result file, or its id."""

    place: str
    sku: str | None
    name: str
    price: Decimal | None
    currency: str | None
    match: str
    score: float | None
    source: Source


@dataclass(frozen=True)
class ItemPage:
    """``next`` is where the next page begins, empty at the end; ``whole`` says that the result file is there."""

    rows: Sequence[ItemRow]
    next: str
    whole: bool


def items(job: Job, *, at: str = "", match: str = "", search: str = "", limit: int = PAGE_SIZE) -> ItemPage:
    """The items as the file has them while its result lies on the volume; later those that still come from it."""
    path = _result(job)
    if path is not None:
        return _from_file(path, int(at) if at.isdigit() else 0, match, search.lower(), limit)
    return _from_table(job, at, match, search, limit)


def read_before(job: Job) -> UUID | None:
    """The job that read the bytes which an unchanged file has again."""
    return db.session.scalar(
        select(Job.id)
        .where(
            Job.supplier_id == job.supplier_id,
            Job.sha256 == job.sha256,
            Job.created_at < job.created_at,
            Job.phase == Phase.COMPLETE,
            Job.outcome != Outcome.UNCHANGED,
        )
        .order_by(Job.created_at.desc())
        .limit(1)
    )


def item(job: Job, place: str) -> ItemRow | None:
    """One item again by its place."""
    path = _result(job)
    if path is not None and place.isdigit():
        with path.open("rb") as lines:
            lines.seek(int(place))
            return _row_of_line(orjson.loads(lines.readline()), int(place))
    try:
        found = db.session.get(SupplierItem, UUID(place))
    except ValueError:
        return None
    return _row_of_table(found) if found else None


def errors(job_id: UUID, kind: str, *, after: int = 0, limit: int = PAGE_SIZE) -> Sequence[ParsingLog]:
    """Rows of a kind of ``ROW_KINDS``, in the order of the file; ``after`` is how many were shown already."""
    return db.session.scalars(_rows_in_words(job_id, kind).offset(after).limit(limit)).all()


def error_file(job: Job, kind: str) -> Iterator[str]:
    """The supplier's rows with the reason, as CSV that Excel opens; formulas are made harmless."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    rows = db.session.scalars(_rows_in_words(job.id, kind).execution_options(yield_per=500))
    writer.writerow(["sheet", "row", "column", "value", "reason", "the row as it stands in the file"])
    for row in rows:
        facts = row.row_data or {}
        cells = [harmless(each) for each in facts.get("cells") or [facts.get("name")]]
        writer.writerow(
            [
                harmless(facts.get("sheet") or facts.get("page")),
                row.row_number if row.row_number is not None else "",
                harmless(facts.get("column")),
                harmless(facts.get("value")),
                harmless(row.error_message),
                *cells,
            ]
        )
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _rows_in_words(job_id: UUID, kind: str) -> Select[ParsingLog]:
    return (
        select(ParsingLog)
        .where(ParsingLog.job_id == job_id, ParsingLog.error_type == ROW_KINDS[kind])
        .order_by(ParsingLog.row_number, ParsingLog.id)
    )


def harmless(value: Any) -> str:
    """A text that no spreadsheet takes for a formula, nor a part of it where semicolons part the cells."""
    text = _CELL_BEGINS.sub(r"\1'", "" if value is None else str(value))
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def raw_file(job: Job) -> Path | None:
    """The supplier's own file while it lies on the volume."""
    return _existing(job.file_path)


def _result(job: Job) -> Path | None:
    return _existing(job.result_path)


def _existing(path: str | None) -> Path | None:
    if not path:
        return None
    try:
        found = volume().inside(path)
    except (IngestError, OSError, ValueError):
        return None
    return found if found.is_file() else None


def _from_file(path: Path, start: int, match: str, search: str, limit: int) -> ItemPage:
    rows: list[ItemRow] = []
    with path.open("rb") as lines:
        lines.seek(start)
        for _ in range(MOST_LINES):
            at = lines.tell()
            line = lines.readline()
            if not line:
                return ItemPage(rows, "", True)
            if not line.startswith(b'{"kind":"item"') and b'"item"' not in line[:40]:
                continue
            row = _row_of_line(orjson.loads(line), at)
            if row is None or (match and row.match != match) or (search and not _mentions(row, search)):
                continue
            if len(rows) == limit:
                return ItemPage(rows, str(at), True)
            rows.append(row)
        return ItemPage(rows, str(lines.tell()), True)


def _row_of_line(line: dict[str, Any], at: int) -> ItemRow | None:
    if line.get("kind") != "item":
        return None
    item = ItemLine.model_validate(line)
    status = item.match.status if item.match else MatchStatus.UNMATCHED
    return ItemRow(
        str(at),
        item.sku,
        item.name,
        Decimal(item.price) if item.price is not None else None,
        item.currency,
        OF_LINE[status],
        item.match.score if item.match else None,
        item.source,
    )


def _mentions(row: ItemRow, words: str) -> bool:
    return words in row.name.lower() or words in (row.sku or "").lower()


def _from_table(job: Job, at: str, match: str, search: str, limit: int) -> ItemPage:
    skip = int(at) if at.isdigit() else 0
    query = select(SupplierItem).where(SupplierItem.job_id == job.id)
    if match:
        query = query.where(SupplierItem.match_status.in_([each for each, name in OF_ROW.items() if name == match]))
    if search:
        query = query.where(SupplierItem.name.icontains(search, autoescape=True))
    found = db.session.scalars(
        query.order_by(SupplierItem.source_row, SupplierItem.id).offset(skip).limit(limit + 1)
    ).all()
    rows = [_row_of_table(each) for each in found[:limit]]
    return ItemPage(rows, str(skip + limit) if len(found) > limit else "", False)


def _row_of_table(item: SupplierItem) -> ItemRow:
    return ItemRow(
        str(item.id),
        item.supplier_sku,
        item.name,
        item.current_price,
        item.currency,
        OF_ROW[item.match_status.value],
        float(item.match_score) if item.match_score is not None else None,
        Source(
            sheet=item.source_sheet,
            page=item.source_page,
            row=item.source_row,
            cells=item.source_cells or {},
            text=item.source_text or {},
        ),
    )


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ".").replace(" ", ""))
    except ValueError:
        return False
    return True
