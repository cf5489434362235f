"""The log that people read: lines of jobs and of rows, newest last, with what follows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, tuple_

from app.errors import Invalid
from app.extensions import db
from app.models.catalog import ParsingLog
from app.models.supplier import Supplier

PAGE_SIZE = 200
MOST_DOWNLOADED = 50_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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


def newest(which: LogFilter, *, before: str = "", limit: int = PAGE_SIZE) -> list[Line]:
    """The last lines, oldest first; ``before`` is the place of the first line that is shown already."""
    query = _query(which)
    if before:
        query = query.where(tuple_(ParsingLog.created_at, ParsingLog.id) < _at(before))
    rows = db.session.execute(query.order_by(ParsingLog.created_at.desc(), ParsingLog.id.desc()).limit(limit)).all()
    return [Line(entry, supplier) for entry, supplier in reversed(rows)]


def since(which: LogFilter, place: str, *, limit: int = 500) -> list[Line]:
    """Lines that were written after ``place``, oldest first."""
    at = tuple_(ParsingLog.created_at, ParsingLog.id) > _at(place)
    rows = db.session.execute(_query(which).where(at).order_by(ParsingLog.created_at, ParsingLog.id).limit(limit)).all()
    return [Line(entry, supplier) for entry, supplier in rows]


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


def place_of(lines: Sequence[Line], *, now: datetime | None = None) -> str:
    """The cursor after these lines; without lines, now."""
    if lines:
        return _name(lines[-1].entry.created_at, lines[-1].entry.id)
    return _name(now or datetime.now(UTC), UUID(int=0))


def first_place(lines: Sequence[Line]) -> str:
    return _name(lines[0].entry.created_at, lines[0].entry.id) if lines else ""


def _query(which: LogFilter) -> Select[ParsingLog, str]:
    return (
        select(ParsingLog, Supplier.name)
        .outerjoin(Supplier, Supplier.id == ParsingLog.supplier_id)
        .where(*which.conditions())
    )


def _name(at: datetime, line_id: UUID) -> str:
    return f"{(at - EPOCH) // timedelta(microseconds=1)}.{line_id}"


def _at(place: str) -> tuple[datetime, UUID]:
    micros, _, line_id = place.partition(".")
    try:
        return EPOCH + timedelta(microseconds=int(micros)), UUID(line_id)
    except (ValueError, OverflowError) as error:
        raise Invalid("The link into the log is not valid. Open the log anew.") from error
