"""A window of a file, and every row of a sheet."""

from __future__ import annotations

from pydantic import Field

from handoff.api.request import Hints
from handoff.api.result import Reading
from handoff.api.shapes import Asked, Tolerant, Whole


class PreviewRequest(Asked):
    """Body of ``POST /analyze/preview``: a window of a file's cells and how it would be read."""

    file_path: str
    member: str | None = None
    sheet: str | None = None
    first_row: int = Field(default=1, ge=1)
    rows: int = Field(default=30, ge=1, le=200)
    hints: Hints = Field(default_factory=Hints)


class Preview(Tolerant):
    """``cells`` are the texts of the window's rows, ``sheets`` all names the file has."""

    sheets: list[str]
    sheet: str
    first_row: Whole
    cells: list[list[str | None]]
    hidden_rows: list[int] = Field(default_factory=list)
    reading: Reading | None = None


class TableRequest(Asked):
    """Body of ``POST /analyze/table``: every row of a sheet as texts, for who chooses the columns himself."""

    file_path: str
    sheet: str | None = None
    hints: Hints = Field(default_factory=Hints)


class TableReply(Tolerant):
    """``rows_path`` on the volume holds a JSON array of texts a line, the sheet's first row first."""

    rows_path: str
    rows: Whole
