"""The log that people read: lines of jobs and of rows, newest last, with what follows them.

A line is seen when its transaction commits, which may be after younger lines of others were shown. So whoever
follows the log names the database's snapshot that he has seen, not a time: nothing is missed and nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, literal_column, or_, select, text, true, tuple_
from sqlalchemy.exc import DataError

from app.errors import Invalid
from app.extensions import db
from app.models.catalog import ParsingLog
from app.models.supplier import Supplier

PAGE_SIZE = 200
#: lines that one look at the end may bring; the page keeps no more
MOST_FOLLOWED = 2000
#: how long before its commit a line may have been written
LONGEST_COMMIT = timedelta(minutes=5)
MOST_DOWNLOADED = 50_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: a row carries the last 32 bits of the number of the transaction that wrote it; those before them are as now
UNSEEN = text("""
    NOT pg_visible_in_snapshot(
        CAST(CAST((CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) >> 32 << 32)
            + CAST(CAST(parsing_logs.xmin AS text) AS bigint) AS text) AS xid8),
        CAST(:seen AS pg_snapshot))
""")
NOW: ColumnElement[str] = literal_column(
    "(extract(epoch FROM now()) * 1000)::bigint || '.' || pg_current_snapshot()::text", String
)
STALE_LINK = "The link into the log is not valid. Open the log anew."
LEVELS = ("error", "warning", "info")
SERVICES = ("courier", "ml-analyze")


@dataclass(frozen=True)
class LogFilter:
    """``level`` is the least severe that is shown."""

    level: str = ""
    service: str = ""
    supplier_id: UUID | None = None
    job_id: UUID | None = None
    search: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> LogFilter:
        """Read a query string. Raises Invalid for an unknown word or a bad id."""
        level, service = args.get("level", ""), args.get("service", "")
        if (level and level not in LEVELS) or (service and service not in SERVICES):
            raise Invalid("There is no such filter.")
        try:
            supplier = UUID(args["supplier"]) if args.get("supplier") else None
            job = UUID(args["job"]) if args.get("job") else None
        except ValueError as error:
            raise Invalid("The filter names something that does not exist.") from error
        return cls(level, service, supplier, job, args.get("q", "").strip()[:200])

    def as_args(self) -> dict[str, Any]:
        named = {
            "level": self.level,
            "service": self.service,
            "supplier": str(self.supplier_id or ""),
            "job": str(self.job_id or ""),
            "q": self.search,
        }
        return {name: value for name, value in named.items() if value}

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.level == "error":
            found.append(ParsingLog.level == "error")
        elif self.level == "warning":
            found.append(ParsingLog.level.in_(("error", "warning")))
        if self.service:
            found.append(ParsingLog.service == self.service)
        if self.supplier_id:
            found.append(ParsingLog.supplier_id == self.supplier_id)
        if self.job_id:
            found.append(ParsingLog.job_id == self.job_id)
        if self.search:
            found.append(
                or_(
                    ParsingLog.error_message.icontains(self.search, autoescape=True),
                    ParsingLog.task_id == self.search,
                )
            )
        return found


@dataclass(frozen=True)
class Line:
    entry: ParsingLog
    supplier: str | None


@dataclass(frozen=True)
class Look:
    """Lines, oldest first, and the moment in which they were seen: milliseconds and a ``pg_snapshot``."""

    lines: Sequence[Line]
    seen: str


def newest(which: LogFilter, *, before: str = "", limit: int = PAGE_SIZE) -> Look:
    """The last lines; ``before`` is the place of the first line that is shown already."""
    earlier = tuple_(ParsingLog.created_at, ParsingLog.id) < _at(before) if before else true()
    return _last(_query(which).where(earlier), limit, seen=str(db.session.scalar(select(NOW))))


def followed(which: LogFilter, seen: str) -> Look:
    """Lines that were committed since, at most the last 2,000. Raises Invalid for a broken ``seen``."""
    millis, _, snapshot = seen.partition(".")
    try:
        young = ParsingLog.created_at > EPOCH + timedelta(milliseconds=int(millis)) - LONGEST_COMMIT
        return _last(_query(which).where(young, UNSEEN.bindparams(seen=snapshot)), MOST_FOLLOWED, seen=seen)
    except (ValueError, OverflowError, DataError) as error:
        db.session.rollback()
        raise Invalid(STALE_LINK) from error


def as_text(which: LogFilter) -> Iterator[str]:
    """What the filter shows as plain text, newest first."""
    rows = db.session.execute(
        _query(which).order_by(ParsingLog.created_at.desc(), ParsingLog.id.desc()).limit(MOST_DOWNLOADED)
    )
    for entry, supplier in rows:
        at = entry.created_at.astimezone(UTC).isoformat(timespec="milliseconds")
        row = f" row={entry.row_number}" if entry.row_number is not None else ""
        message = " ".join(entry.error_message.split())
        whose = f"supplier={supplier or '-'} job={entry.job_id or '-'}{row}"
        yield f"{at} {entry.level.upper():7} {entry.service} {whose} {message}\n"


def first_place(lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    first = lines[0].entry
    return f"{(first.created_at - EPOCH) // timedelta(microseconds=1)}.{first.id}"


def _last(query: Select[ParsingLog, str], limit: int, *, seen: str) -> Look:
    """``seen`` is for a look that finds nothing: whatever was committed since an older snapshot is still to come."""
    newest_first = query.order_by(ParsingLog.created_at.desc(), ParsingLog.id.desc()).limit(limit)
    rows = db.session.execute(newest_first.add_columns(NOW)).all()
    lines = [Line(entry, supplier) for entry, supplier, _snapshot in reversed(rows)]
    return Look(lines, rows[0][2] if rows else seen)


def _query(which: LogFilter) -> Select[ParsingLog, str]:
    return (
        select(ParsingLog, Supplier.name)
        .outerjoin(Supplier, Supplier.id == ParsingLog.supplier_id)
        .where(*which.conditions())
    )


def _at(place: str) -> tuple[datetime, UUID]:
    micros, _, line_id = place.partition(".")
    try:
        return EPOCH + timedelta(microseconds=int(micros)), UUID(line_id)
    except (ValueError, OverflowError) as error:
        raise Invalid(STALE_LINK) from error
