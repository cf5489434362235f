"""Structured lists → grid. What each column is stands in ``Sheet.known`` where the format says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.formats.csv.encoding import find_encoding
from ml_analyze.extraction.grid import Grid, Row, Sheet
from ml_analyze.extraction.limits import Limits, Unreadable

from . import bmecat, commerceml, datanorm, google, pricat, yml
from .article import CONDITIONS, LEVELS, RIVALS, ROLES, Record
from .json_rows import json_rows
from .known import Row as NamedRow
from .known import known_names
from .xml_rows import row_elements, xml_rows

_BATCH = 256
_LOOKED_AT = 200
_FEED_NAMES = 5
_EITHER = 0.5
_READERS: dict[str, Callable[[Path], Iterator[Record]]] = {
    "yml": yml.records,
    "commerceml": commerceml.records,
    "google": google.records,
    "bmecat": bmecat.records,
    "datanorm": datanorm.records,
    "pricat": pricat.records,
}


def read_structured(path: Path, kind: str, limits: Limits) -> Grid:
    """The file as one sheet whose first row names the columns; rows beyond ``limits.held_rows`` come when asked for."""
    if kind in _READERS:
        return Grid(kind, [_sheet(path.stem, _READERS[kind](path), [*ROLES, *CONDITIONS], known=True, limits=limits)])
    if kind == "json":
        found = find_encoding(path)
        sheet = _named_rows(path.stem, json_rows(path, found.name), limits)
        return Grid(kind, [sheet], encoding=found.name, encoding_evidence=found.evidence)
    names = row_elements(path)
    if not names:
        raise Unreadable("NOT_A_TABLE", "The XML file holds no rows: no element comes again with values in it.")
    return Grid("xml", [_named_rows(names[0], xml_rows(path, names), limits)])


def _named_rows(name: str, rows: Iterator[NamedRow], limits: Limits) -> Sheet:
    """Rows of named values: known where the names leave no doubt, else a table to be understood."""
    first = list(islice(rows, _LOOKED_AT))
    keys = known_names(dict.fromkeys(key for row in first for key in row))
    whole = chain(first, rows)
    if keys is None:
        shown = ({key: text.replace(LEVELS, " > ") for key, text in row.items()} for row in whole)
        return _sheet(name, shown, [], known=False, limits=limits)
    records = ({keys.get(key, f"has:{key}"): text for key, text in row.items()} for row in whole)
    return _sheet(name, records, [*ROLES, *CONDITIONS], known=True, limits=limits)


def as_feed(grid: Grid, limits: Limits) -> Grid:
    """A text table as it is; where its header has the names of a product feed, their meaning is known."""
    (sheet,) = grid.sheets
    head = [str(cell or "").strip().lower().removeprefix("g:").replace(" ", "_") for cell in (sheet.rows or [[]])[0]]
    if not {"id", "title", "price"} <= set(head) or len(google.NAMES.intersection(head)) < _FEED_NAMES:
        return grid
    rows = chain(sheet.rows[1:], chain.from_iterable(sheet.rest or ()))
    records = (
        google.record_of([(name, str(cell or "")) for name, cell in zip(head, row, strict=False)]) for row in rows
    )
    known = _sheet(
        sheet.name, (record for record in records if record), [*ROLES, *CONDITIONS], known=True, limits=limits
    )
    known.doubts = sheet.doubts
    grid.sheets = [known]
    return grid


def _sheet(name: str, records: Iterator[Record], columns: list[str], *, known: bool, limits: Limits) -> Sheet:
    held = list(islice(records, limits.held_rows))
    if not held:
        raise Unreadable("NO_ITEMS", "The file was read, but it holds no articles.")
    rivals = [record.pop(RIVALS) for record in held if RIVALS in record]
    names = dict.fromkeys(key for record in held for key in record)
    columns = [*(key for key in columns if key in names), *(key for key in names if key not in columns)]
    del columns[limits.columns :]
    places = {key: at for at, key in enumerate(columns)}
    rows: list[Row] = [[_heading(key) for key in columns], *(_row(record, places, limits) for record in held)]
    sheet = Sheet(name, rows, rows_total=len(rows))
    if known:
        sheet.known = places
    if rivals:
        choice, instead = rivals[0].split("\n")
        doubt = Doubt(what=DoubtCode.PRICE_COLUMN, where=name, choice=choice, instead=instead, probability=_EITHER)
        sheet.doubts.append(doubt)
    if len(held) == limits.held_rows:
        sheet.rest = _rest(records, places, limits, count=len(held))
        sheet.rows_total = None
    return sheet


def _rest(records: Iterator[Record], places: dict[str, int], limits: Limits, *, count: int) -> Iterator[list[Row]]:
    while batch := list(islice(records, _BATCH)):
        count += len(batch)
        if count > limits.rows:
            raise Unreadable("TOO_LARGE", f"The file has more than {limits.rows} rows.")
        yield [_row(record, places, limits) for record in batch]


def _row(record: Record, places: dict[str, int], limits: Limits) -> Row:
    """The record's cells; a name that is new gets the next column."""
    row: Row = [None] * len(places)
    for key, text in record.items():
        at = places.get(key)
        if at is None:
            if key == RIVALS or len(places) >= limits.columns:
                continue
            at = places[key] = len(places)
            row.append(None)
        row[at] = text[: limits.cell_chars]
    return row


def _heading(key: str) -> str:
    return key.partition(":")[2] or key
