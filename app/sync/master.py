"""The Master Sheet: where it is, and its cells as texts."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

import structlog
from pydantic import TypeAdapter, ValidationError
from python_calamine import CalamineError, CalamineWorkbook
from redis import RedisError

from app import audit, foreign
from app.courier import archive, fetch_guard, sheets, sources
from app.courier.url import Download, Wanted
from app.errors import Invalid, UnsafeArchive
from app.extensions import db, redis, settings
from app.models.sync import AppSetting
from app.stranger_table import NotRead, read_apart
from app.suppliers.fields import WebAddress
from handoff.volume import Incoming

log = structlog.get_logger()

SETTING = "master_sheet"
DEFAULT_TAB = "Suppliers"
URL_KEY = "settings:master_sheet_url"
TAB_KEY = "settings:master_sheet_name"
UPDATED_KEY = "settings:master_sheet_url_updated_at"
MAX_BYTES = 20 * 2**20
MAX_ROWS = 20_000
MOST_OF_A_CELL = 4000


@dataclass(frozen=True)
class MasterSheet:
    """``url`` None: no sheet is configured. ``updated_at`` None: the value comes from the environment."""

    url: str | None
    sheet_name: str
    updated_at: datetime | None


def configured() -> MasterSheet:
    """What was set here, else what Redis has from the existing system, else MASTER_SHEET_URL."""
    kept = db.session.get(AppSetting, SETTING, populate_existing=True)
    if kept is not None:
        return MasterSheet(kept.value.get("url"), kept.value.get("sheet_name") or DEFAULT_TAB, kept.updated_at)
    try:
        url, tab, updated = cast("list[str | None]", redis().mget(URL_KEY, TAB_KEY, UPDATED_KEY))
    except RedisError:
        url = tab = updated = None
    return MasterSheet(url or settings().master_sheet_url or None, tab or DEFAULT_TAB, _moment(updated))


def configure(url: str | None, sheet_name: str | None, actor: str) -> MasterSheet:
    """Set the sheet; None switches it off. Raises Invalid."""
    try:
        address = TypeAdapter(WebAddress | None).validate_python(url or None)
    except ValidationError as error:
        raise Invalid("The Master Sheet's address must begin with http:// or https://.") from error
    tab = (sheet_name or "").strip() or configured().sheet_name
    if len(tab) > 100:
        raise Invalid("The name of a tab has at most 100 characters.")
    kept = db.session.get(AppSetting, SETTING) or AppSetting(key=SETTING)
    kept.value, kept.updated_by, kept.updated_at = {"url": address, "sheet_name": tab}, actor, datetime.now(UTC)
    db.session.add(kept)
    audit.record(actor, "master_sheet.set", address or "", sheet_name=tab)
    db.session.commit()
    project()
    return configured()


def project() -> None:
    """Write the setting where programs of the existing system look for it."""
    kept = db.session.get(AppSetting, SETTING)
    if kept is None:
        return
    values = {URL_KEY: kept.value.get("url") or "", TAB_KEY: kept.value.get("sheet_name") or DEFAULT_TAB}
    try:
        redis().mset({**values, UPDATED_KEY: kept.updated_at.isoformat()})
    except RedisError as error:
        log.warning("master_sheet_not_projected", error=str(error))


def fetch(sheet: MasterSheet) -> list[list[str]]:
    """The cells of the sheet's tab. Raises SourceError when it cannot be fetched, Invalid when it cannot be read."""
    assert sheet.url is not None
    db.session.commit()  # nothing is held open while the source is asked
    if sheets.is_sheet(sheet.url):
        opened = sheets.open_export(sheet.url, session=sources.guarded_session(), limits=sources.limits())
    else:
        opened = Download(
            Wanted(fetch_guard.check_url(sheet.url)), session=sources.guarded_session(), limits=sources.limits()
        )
    body = Body()
    with opened as download:
        # The sheet is read here and now and is nobody's price list: it does not go onto the volume.
        download.pour(cast(Incoming, body), lambda _size, _total: None)
    return read_cells(bytes(body.data), sheet.sheet_name)


class Body:
    """What ``Download.pour`` writes to, kept in memory."""

    def __init__(self) -> None:
        self.data = bytearray()

    @property
    def size(self) -> int:
        return len(self.data)

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        if self.size + len(chunk) > MAX_BYTES:
            raise Invalid(f"The Master Sheet is larger than {MAX_BYTES // 2**20} MB.")
        self.data += chunk

    def restart(self) -> None:
        self.data.clear()


def read_cells(data: bytes, tab: str) -> list[list[str]]:
    """Rows of texts, by content: a workbook's tab, or CSV; read in a confined child. Raises Invalid."""
    is_workbook = data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    try:
        _, rows = read_apart(
            lambda: ({}, _read_workbook(data, tab) if is_workbook else _read_csv(data)), refusals=(Invalid,)
        )
    except NotRead as error:
        raise Invalid(f"The Master Sheet cannot be read: {error}") from error
    return [[foreign.text(cell, most=MOST_OF_A_CELL) for cell in row] for row in rows]


def _read_workbook(data: bytes, tab: str) -> list[list[str]]:
    try:
        archive.check_bytes(data)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        found = next((name for name in names if name.strip().lower() == tab.strip().lower()), None)
        if found is None and len(names) == 1:
            found = names[0]
        if found is None:
            raise Invalid(f"The Master Sheet has no tab {tab!r}; it has {', '.join(map(repr, names[:20]))}.")
        rows = workbook.get_sheet_by_name(found).to_python(skip_empty_area=False, nrows=MAX_ROWS)
    except CalamineError as error:
        raise Invalid(f"The Master Sheet cannot be read: {error}.") from error
    except UnsafeArchive as error:
        raise Invalid(str(error)) from error
    return [[_text(value) for value in row] for row in rows]


def _read_csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [row for _, row in zip(range(MAX_ROWS), reader, strict=False)]
    except csv.Error as error:
        raise Invalid(f"The Master Sheet cannot be read as CSV: {error}.") from error


def _text(value: Any) -> str:
    """A cell as a person reads it: 1 for 1.0, TRUE for True."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
