"""Workbooks (XLSX, XLSB, XLS, ODS) → grid, through calamine; what it would choke on is measured first."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ml_analyze.extraction.grid import Grid, Row, Sheet
from ml_analyze.extraction.limits import Limits, Unreadable

from .biff import inspect_biff
from .detect import ready_file
from .evidence import as_shown, tell
from .package import SheetPart, check_ods, inspect_workbook, read_through
from .sparse import sparse_rows

_BATCH = 256


def read_excel(path: Path, kind: str, limits: Limits) -> Grid:
    """All worksheets in order. Rows beyond ``limits.held_rows`` become Python values when they are asked for."""
    parts: list[SheetPart] = []
    file = ready_file(path, kind, limits)
    if kind == "xlsx":
        parts = inspect_workbook(file, limits)
    elif kind == "xls":
        parts = inspect_biff(file)
    elif kind == "ods":
        check_ods(path, limits)
    elif kind == "xlsb":
        read_through(path, limits)
    try:
        book = _open(file, kind)
    except Unreadable as refused:
        if kind != "xlsx" or refused.code != "CORRUPT_FILE" or not parts:
            raise
        return _part_by_part(file, parts, limits)
    sheets: list[Sheet] = []
    told: list[str] = []
    place = -1
    metadata = list(book.sheets_metadata)
    if len(metadata) > limits.sheets:
        raise Unreadable(
            "TOO_LARGE", f"The workbook has {len(metadata)} sheets, more than the {limits.sheets} that are read."
        )
    for about in metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        place += 1
        part = _part_of(parts, about.name, place)
        sheet = _sheet(file, book, about.name, part=part, index=place, limits=limits)
        sheet.hidden = about.visible != SheetVisibleEnum.Visible
        if not sheet.hidden:
            told += tell(sheet, part.marks, beyond=part.columns - limits.columns)
        sheets.append(sheet)
    return Grid(format=kind, sheets=sheets, warnings=told)


def _part_of(parts: list[SheetPart], name: str, place: int) -> SheetPart:
    """The part of a sheet by its name, or by its place among the worksheets where parts have no names."""
    named = next((part for part in parts if part.name == name), None)
    return named or (parts[place] if place < len(parts) else SheetPart())


def _part_by_part(file: Path | io.BytesIO, parts: list[SheetPart], limits: Limits) -> Grid:
    """The worksheets of a workbook whose list of sheets calamine cannot follow, each read by itself."""
    grid = Grid("xlsx", [])
    for index, part in enumerate(parts):
        rows = sparse_rows(file, index, limits)
        sheet = _held(part.name, rows, part=part, merges=[], total=None, limits=limits)
        grid.warnings += tell(sheet, part.marks, beyond=part.columns - limits.columns)
        grid.sheets.append(sheet)
    return grid


def _open(file: Path | io.BytesIO, kind: str) -> Any:
    """Calamine believes a file's extension; where that is not what the bytes say it is given the bytes alone."""
    if isinstance(file, io.BytesIO):
        file.seek(0)
        return _guarded(lambda: CalamineWorkbook.from_filelike(file))
    if file.suffix.lower() == f".{kind}":
        return _guarded(lambda: CalamineWorkbook.from_path(str(file)))
    return _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes())))


def _guarded(act: Any) -> Any:
    """Calamine's ways to fail, one of which is a Rust panic, as ours."""
    try:
        return act()
    except PasswordError as error:
        raise Unreadable("ENCRYPTED", "The workbook is protected by a password. Ask for it without one.") from error
    except (CalamineError, OSError, ValueError) as error:
        if "assword" in str(error) or "ncrypt" in str(error):
            raise Unreadable("ENCRYPTED", "The workbook is protected by a password. Ask for it without one.") from error
        raise Unreadable(
            "CORRUPT_FILE", f"The workbook is damaged ({str(error)[:120]}). Open it, save it again and send it."
        ) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise Unreadable("CORRUPT_FILE", "The workbook is damaged. Open it, save it again and send it.") from error
        raise


def _sheet(file: Path | io.BytesIO, book: Any, name: str, *, part: SheetPart, index: int, limits: Limits) -> Sheet:
    if part.rows * min(part.columns, 16_384) > limits.cells:
        rows: Iterator[Row] = sparse_rows(file, index, limits)
        return _held(name, rows, part=part, merges=[], total=None, limits=limits)
    source = _guarded(lambda: book.get_sheet_by_name(name))
    end = source.end
    if end is None:
        return Sheet(name, [])
    if end[0] * min(end[1] + 1, limits.columns) > limits.cells:
        raise Unreadable("TOO_LARGE", f"Sheet {name!r} has {end[0] + 1} rows, more than can be read.")
    part.columns = max(part.columns, end[1] + 1)
    ranges = (_guarded(lambda: source.merged_cell_ranges) or [])[: limits.merged_ranges]
    merges = [(top, left, bottom, right) for (top, left), (bottom, right) in ranges]
    return _held(name, _rows(source, limits), part=part, merges=merges, total=end[0] + 1, limits=limits)


def _held(
    name: str,
    rows: Iterator[Row],
    *,
    part: SheetPart,
    merges: list[tuple[int, int, int, int]],
    total: int | None,
    limits: Limits,
) -> Sheet:
    rows = as_shown(rows, part.marks)
    held = list(islice(rows, limits.held_rows))
    more = len(held) == limits.held_rows
    return Sheet(
        name,
        held,
        rest=_batches(rows, limits, len(held)) if more else None,
        merges=merges,
        hidden_columns=part.hidden_columns,
        money=part.money,
        rows_total=total or len(held),
    )


def _rows(source: Any, limits: Limits) -> Iterator[Row]:
    """Rows from the sheet's first; calamine leaves out empty columns on the left, which are put back here."""
    before: Row = [None] * source.start[1]
    width = source.end[1] + 1
    if not before and width <= limits.columns:
        yield from source.iter_rows()
        return
    for row in source.iter_rows():
        yield (before + row)[: limits.columns]


def _batches(rows: Iterator[Row], limits: Limits, count: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _BATCH)):
        count += len(batch)
        if count > limits.rows:
            raise Unreadable("TOO_LARGE", f"A sheet has more than {limits.rows} rows.")
        yield batch
