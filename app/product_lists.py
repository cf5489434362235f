"""A list of our own products on its way in: placed, looked at by the reader of price lists, taken as a person says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import orjson

from app.analysis import client
from app.catalog import product_rows
from app.catalog.importer import Imported, Row, import_rows
from app.catalog.product_rows import ROLES, Money
from app.courier import file_names
from app.errors import FileTooLarge, Invalid, NotFound, VolumeIsAway, VolumeIsFull, VolumeReadOnly
from app.extensions import db, settings
from app.upkeep import make_room
from app.volume import volume, volume_errors
from handoff.api import Hints, Preview, PreviewRequest, SheetReading, TableRequest
from handoff.errors import in_words
from handoff.volume import NotOnVolume

PREVIEW_ROWS = 25


@dataclass(frozen=True)
class Choice:
    """What a person said of the list; ``header_row`` from 1, 0 for none, None as found."""

    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None

    @property
    def hints(self) -> Hints:
        return Hints(
            encoding=self.encoding,
            delimiter=self.delimiter,
            header_row=self.header_row,
            sheets=[self.sheet] if self.sheet else None,
        )


@dataclass(frozen=True)
class Look:
    """The list's first rows; ``assigned`` says which column of ours an index holds, as far as it was found."""

    name: str
    preview: Preview
    header_row: int
    assigned: Mapping[int, str]
    currency: str | None


def place(chunks: Iterable[bytes], filename: str) -> UUID:
    """Keep the list on the volume under the token that is returned. Raises Invalid."""
    name = file_names.visible(filename.replace("\\", "/").rpartition("/")[2]).strip()[-255:]
    token, limit = uuid4(), settings().max_file_bytes
    try:
        with volume_errors(), volume().reserve(None, md5=False) as incoming:
            for chunk in chunks:
                if incoming.size + len(chunk) > limit:
                    raise Invalid(
                        f"{name} is larger than {in_words(limit)}. Raise MAX_FILE_SIZE_MB, or split the file."
                    )
                incoming.write(chunk)
            if incoming.size == 0:
                raise Invalid("The file is empty.")
            incoming.place(volume().import_target(token, name))
    except VolumeIsFull as error:
        make_room()
        raise Invalid(f"{error} Old files were removed just now: try again.") from error
    except (FileTooLarge, VolumeIsAway, VolumeReadOnly) as error:
        raise Invalid(str(error)) from error
    return token


def look(token: UUID, choice: Choice) -> Look:
    """The first rows as the reader sees them, columns guessed. Raises NotFound; AnalysisError where nobody can read."""
    path = _placed(token)
    db.session.commit()  # nothing is held open while the other service is asked
    asked = PreviewRequest(file_path=volume().told(path), sheet=choice.sheet, rows=PREVIEW_ROWS, hints=choice.hints)
    preview = client.preview(asked)
    sheets = preview.reading.sheets if preview.reading else []
    reading = next((each for each in sheets if each.name == preview.sheet), None)
    header_row = _header_row(preview, reading, choice.header_row)
    header = preview.cells[header_row - 1] if 0 < header_row <= len(preview.cells) else []
    assigned = {at: column for column, at in product_rows.places_of([text or "" for text in header]).items()}
    for role, column in reading.columns.items() if reading else ():
        ours = ROLES.get(role)  # type: ignore[call-overload]  # a role that is no product's column has none
        if ours and ours not in assigned.values() and column.index not in assigned:
            assigned[column.index] = ours
    return Look(path.name, preview, header_row, assigned, preview.reading.currency if preview.reading else None)


def _header_row(preview: Preview, reading: SheetReading | None, chosen: int | None) -> int:
    """A person's word; else the first row with our own names; else the reader's; else the first that is not empty."""
    if chosen is not None:
        return chosen
    rows = [[text or "" for text in row] for row in preview.cells]
    ours = (at for at, row in enumerate(rows, start=1) if not product_rows.missing(product_rows.places_of(row)))
    filled = (at for at, row in enumerate(rows, start=1) if any(row))
    return next(ours, 0) or (reading.header_row if reading and reading.header_row else 0) or next(filled, 1)


def take(
    token: UUID, choice: Choice, places: Mapping[str, int], *, money: Money, header_row: int, actor: str
) -> Imported:
    """Import every row below the header. Raises Invalid, NotFound; AnalysisError where nobody can read."""
    path = _placed(token)
    db.session.commit()
    reply = client.table(TableRequest(file_path=volume().told(path), sheet=choice.sheet, hints=choice.hints))
    with volume_errors():
        table = volume().inside(reply.rows_path)
    try:
        with volume_errors(), volume().reserve(None, md5=False) as incoming:

            def keep(line: int, why: str, cells: Sequence[str]) -> None:
                incoming.write(orjson.dumps([line, why, cells], option=orjson.OPT_APPEND_NEWLINE))

            keep(0, "", _header(table, header_row))
            done = import_rows(_below(table, header_row), places, actor=actor, money=money, passed_over=keep)
            incoming.place(volume().results_target(f"import-{token}"))
    finally:
        with suppress(FileNotFoundError):
            volume().remove(table)
    return done


def passed_over(token: UUID) -> Iterator[tuple[int, str, list[str]]]:
    """Line, reason and cells of each row that was left; the first is the header with neither. Raises NotFound."""
    try:
        kept = volume().inside(volume().results_target(f"import-{token}"))
    except NotOnVolume as error:
        raise NotFound("What was passed over is no longer kept: import the list again.") from error
    with kept.open("rb") as file:
        for text in file:
            line, why, cells = orjson.loads(text)
            yield line, why, cells


def _placed(token: UUID) -> Path:
    try:
        return volume().imported(token)
    except NotOnVolume as error:
        raise NotFound("The list is no longer on the volume: choose it again.") from error


def _header(table: Path, row: int) -> list[str]:
    return next((cells for line, cells in _rows(table) if line == row), [])


def _below(table: Path, row: int) -> Iterator[Row]:
    return (each for each in _rows(table) if each[0] > row)


def _rows(table: Path) -> Iterator[tuple[int, list[str]]]:
    with table.open("rb") as file:
        for line, text in enumerate(file, start=1):
            yield line, orjson.loads(text)
