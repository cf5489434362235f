"""A window of a job's file: its cells, and how they are read."""

from __future__ import annotations

from app.analysis import client
from app.errors import IngestError
from app.extensions import db
from app.jobs import contents
from app.models.job import Job
from app.volume import volume
from handoff.api import Hints, Preview, PreviewRequest, SheetReading
from handoff.containers import member_of

#: rows of the file that the correction shows
ROWS = 25


def preview_of(
    job: Job, *, sheet: str | None, hints: Hints | None = None, first_row: int = 1, rows: int = ROWS
) -> Preview | None:
    """None when the file is gone, or the other service does not show it."""
    path = contents.raw_file(job)
    if path is None:
        return None
    wanted = PreviewRequest(
        file_path=volume().told(path),
        member=member_of(job.original_filename),
        sheet=sheet,
        first_row=first_row,
        rows=rows,
        hints=hints or Hints(),
    )
    db.session.commit()  # nothing is held open while the other service is asked
    try:
        return client.preview(wanted)
    except IngestError:
        return None


def assigned(preview: Preview | None) -> dict[int, str]:
    """Column -> role, as the file is read now."""
    sheet = shown_sheet(preview)
    return {column.index: role for role, column in sheet.columns.items()} if sheet else {}


def shown_sheet(preview: Preview | None) -> SheetReading | None:
    """How the sheet that is shown was understood."""
    if preview is None or preview.reading is None:
        return None
    sheets = preview.reading.sheets
    shown = [each for each in sheets if each.name == preview.sheet or len(sheets) == 1]
    return next((each for each in shown if each.used), shown[0] if shown else None)
