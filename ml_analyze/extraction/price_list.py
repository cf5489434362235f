"""File → price list: recognise, read into a grid, choose the tables, take their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Any
from weakref import finalize

from handoff.api import Hints, Reading, SheetReading
from handoff.coding import CannotUnwrap, coding_of, place_of, unwrap
from handoff.containers import WITHIN
from handoff.doubts import DoubtCode
from ml_analyze.extraction.formats.containers.read import unpack
from ml_analyze.extraction.formats.csv.read import read_csv
from ml_analyze.extraction.formats.excel.old_biff import read_old_biff
from ml_analyze.extraction.formats.excel.read import read_excel
from ml_analyze.extraction.formats.html.read import read_html, read_web_archive, read_xml_2003
from ml_analyze.extraction.formats.pdf.read import read_pdf
from ml_analyze.extraction.formats.recognise import recognise
from ml_analyze.extraction.formats.structured.detect import KINDS as STRUCTURED
from ml_analyze.extraction.formats.structured.read import as_feed, read_structured
from ml_analyze.extraction.understanding import memory
from ml_analyze.extraction.understanding.choose import Candidate, choose, sheet_reading
from ml_analyze.extraction.understanding.conditions import meanings_of
from ml_analyze.extraction.understanding.currency import find_currency
from ml_analyze.extraction.understanding.layout import Layout, describe, make_layout
from ml_analyze.extraction.understanding.lexicon import lexicon
from ml_analyze.extraction.understanding.paired import join_pairs
from ml_analyze.extraction.understanding.running import with_running_lines

from .grid import Grid, text_of
from .known_list import KnownList
from .limits import Limits, Unreadable
from .understood import PriceList

_TITLE_ROWS = 40


def read_price_list(
    path: Path,
    *,
    member: str | None = None,
    hints: Hints = Hints(),  # noqa: B008  frozen by use
    limits: Limits = Limits(),  # noqa: B008  frozen by use
    last_layout: Mapping[str, Any] | None = None,
) -> PriceList | KnownList:
    """Understand a file and prepare to read its items. Raises Unreadable with a code and a sentence.

    ``member`` names one list of an archive. ``last_layout`` is that of the supplier's last good list: it is followed
    where its columns are still there.
    """
    grid = read_grid(path, hints, limits, member=member)
    listed = _followed(grid, hints, last_layout)
    if grid.member is not None:
        listed.lines = _placed(listed.lines, f"{path.name}{WITHIN}{grid.member}")
    return listed


def _followed(grid: Grid, hints: Hints, last_layout: Mapping[str, Any] | None) -> PriceList | KnownList:
    listed = understand(grid, hints)
    if not last_layout or not isinstance(listed, PriceList):
        return listed
    now = listed.findings.layout or {}
    if followed := memory.remembered(last_layout, now, hints):
        listed = understand(grid, followed)
    if isinstance(listed, PriceList):
        now = listed.findings.layout or {}
        listed.remember(memory.gone(last_layout, now), settled=memory.is_as_before(last_layout, now))
    return listed


def _placed(lines: Iterator[dict[str, Any]], file: str) -> Iterator[dict[str, Any]]:
    """The lines with the list's place in its archive."""
    for line in lines:
        line["source"]["file"] = file
        yield line


def read_grid(path: Path, hints: Hints, limits: Limits, *, member: str | None = None) -> Grid:
    """The cells of a file, or of a list in an archive, whatever its format; unwrapped where it travelled compressed."""
    if coding_of(path) is None:
        return _read_member(path, member, hints, limits)
    try:
        plain = unwrap(path)
    except CannotUnwrap as error:
        raise Unreadable("ARCHIVE_BOMB" if error.is_bomb else "DAMAGED", str(error)) from error
    with _Held(plain) as held:
        return held.keep(_read_member(place_of(plain), member, hints, limits), path.name.removesuffix(".gz"))


def _read_member(path: Path, member: str | None, hints: Hints, limits: Limits) -> Grid:
    kind = recognise(path, limits)
    if kind != "zip":
        return _read_grid(path, kind, hints, limits)
    plain, name = unpack(path, member, limits)
    with _Held(plain) as held:
        inner = recognise(place_of(plain), limits)
        if inner == "zip" or coding_of(place_of(plain)):
            raise Unreadable("UNSUPPORTED_FORMAT", "The archive holds another archive. Unpack it and send the table.")
        grid = held.keep(_read_grid(place_of(plain), inner, hints, limits), name)
        grid.member = name
        return grid


class _Held:
    """A file without a name: closed at once where reading fails, else with the grid whose rows are read from it."""

    def __init__(self, plain: IO[bytes]) -> None:
        self._plain, self._kept = plain, False

    def __enter__(self) -> _Held:
        return self

    def keep(self, grid: Grid, name: str) -> Grid:
        """``name`` is what the list is called: the file itself has none to call a sheet by."""
        finalize(grid, self._plain.close)
        self._kept = True
        nameless = place_of(self._plain).stem
        for sheet in grid.sheets:
            if sheet.name == nameless:
                sheet.name = PurePosixPath(name.replace("\\", "/")).stem
        return grid

    def __exit__(self, *_: object) -> None:
        if not self._kept:
            self._plain.close()


def _read_grid(path: Path, kind: str, hints: Hints, limits: Limits) -> Grid:
    readers: dict[str, Callable[[], Grid]] = {
        "pdf": lambda: read_pdf(path, limits),
        "html": lambda: read_html(path, hints, limits),
        "mhtml": lambda: read_web_archive(path, limits),
        "xml": lambda: read_xml_2003(path, limits),
        "biff": lambda: read_old_biff(path, limits),
        "csv": lambda: as_feed(read_csv(path, hints, limits), limits),
        **dict.fromkeys(STRUCTURED, lambda: read_structured(path, kind, limits)),
    }
    return readers.get(kind, lambda: read_excel(path, kind, limits))()


def understand(grid: Grid, hints: Hints) -> PriceList | KnownList:
    """Decide tables, columns and formats. Raises Unreadable, with what was seen, where no table can be used.

    A format that says what its columns are is believed, unless a person says otherwise.
    """
    if not hints.names_columns and grid.sheets and all(sheet.known is not None for sheet in grid.sheets):
        return KnownList(grid, hints)
    for sheet in grid.sheets:
        if sheet.known is not None:  # a person has said which of the format's prices it is
            sheet.doubts = [doubt for doubt in sheet.doubts if doubt.what != DoubtCode.PRICE_COLUMN]
    if not any(any(text_of(cell) for cell in row) for sheet in grid.sheets for row in sheet.rows):
        raise Unreadable("EMPTY_FILE", "The file holds no cells.", _reading(grid, hints, []))
    if not hints.names_columns and not hints.header_row:
        grid.sheets = with_running_lines(grid)
        for sheet in grid.sheets:
            join_pairs(sheet)
    candidates = choose(grid, hints)
    titles = _titles(grid)
    title = _title_currency(grid)
    layouts: dict[int, Layout] = {}
    shown: dict[int, SheetReading] = {}
    for place, candidate in enumerate(candidates):
        shown[place] = sheet_reading(candidate)
        layout = make_layout(candidate.table, hints, title_currency=title, titles=titles)
        shown[place].columns = describe(candidate.table, layout)
        shown[place].meanings = meanings_of(candidate.table, layout.terms)
        if candidate.used:
            layouts[place] = layout
    reading = _reading(grid, hints, [shown[place] for place in sorted(shown)])
    for layout in layouts.values():
        if layout.currency:
            reading.currency, reading.currency_evidence = layout.currency, layout.currency_evidence
            break
    if not layouts:
        _refuse(candidates, reading)
    return PriceList(grid, candidates, reading, layouts, shown)


def _refuse(candidates: list[Candidate], reading: Reading) -> None:
    """Say what is missing, in the order in which a person would mend it."""
    reasons = [candidate.reason for candidate in candidates]
    if not candidates:
        raise Unreadable("NOT_A_TABLE", "The file holds text but no table with rows and columns.", reading)
    if any("doubtful" in reason for reason in reasons):
        raise Unreadable(
            "LOW_CONFIDENCE", "Columns were found, but which is which is too doubtful. Name them in the form.", reading
        )
    if any("name" in candidate.table.roles.columns for candidate in candidates):
        raise Unreadable(
            "NO_PRICE_COLUMN", "No column of the file looks like prices. Name the price column in the form.", reading
        )
    if any("price" in candidate.table.roles.columns for candidate in candidates):
        raise Unreadable(
            "NO_NAME_COLUMN", "No column of the file looks like names of items. Name it in the form.", reading
        )
    raise Unreadable("NO_ITEMS", "The file holds no rows with a name and a price.", reading)


def _reading(grid: Grid, hints: Hints, sheets: list[SheetReading]) -> Reading:
    named = {sheet.name for sheet in sheets}
    empty = [
        SheetReading(name=sheet.name, used=False, reason="no cells") for sheet in grid.sheets if sheet.name not in named
    ]
    warnings = list(grid.warnings)
    ragged = sum(sheet.ragged_rows for sheet in grid.sheets)
    if ragged:
        warnings.append(
            f"{ragged} rows held the delimiter inside a text without quotes; their cells were joined again."
        )
    return Reading(
        format=grid.format,
        encoding=grid.encoding,
        encoding_evidence=grid.encoding_evidence,
        delimiter=grid.delimiter,
        delimiter_evidence=grid.delimiter_evidence,
        sheets=sheets + empty,
        hints_used=sorted(hints.model_dump(exclude_defaults=True)),
        warnings=warnings,
    )


def _titles(grid: Grid) -> list[str]:
    texts = list(grid.titles)
    for sheet in grid.sheets[:20]:
        texts.append(sheet.name)
        texts.extend(
            text
            for row in sheet.rows[:_TITLE_ROWS]
            for cell in row
            if isinstance(cell, str) and 1 < len(cell) < 200 and (text := " ".join(cell.split()))
        )
    return texts


def _title_currency(grid: Grid) -> tuple[str, str] | None:
    """A currency that a title or a note names together with a word for price."""
    for text in _titles(grid):
        if any(char.isdigit() for char in text) and len(text) < 25:
            continue
        code = find_currency(text)
        if code and any(role.startswith("price") for role in lexicon().roles_of(text[:150])):
            return code, f"title {text[:80]!r}"
    return None
