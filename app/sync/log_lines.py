"""What a sync has to say of single rows and suppliers: lines of its log, kept with it."""

from __future__ import annotations

from app.extensions import db
from app.models.catalog import ParsingLog
from app.models.sync import SyncRun


def write(current: SyncRun, error_type: str, message: str, row: int | None = None) -> None:
    level = "error" if error_type == "ERROR" else "warning"
    line = ParsingLog(
        task_id=current.task_id, error_type=error_type, error_message=message, row_number=row, level=level
    )
    db.session.add(line)
