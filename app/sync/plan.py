"""The Master Sheet against the suppliers we know: rows in, changes out. Pure: no database, no network.

One room: rows of a sheet in, changes out: one function's parts, all pure.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.errors import Invalid
from app.suppliers.fields import web_address

#: column -> accepted headers, in lower case, best first
HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("supplier name", "name", "supplier", "company", "vendor"),
    "source_url": ("source url", "url", "source", "link", "sheet url", "price list"),
    "format": ("format", "type", "source type", "source_type", "file type"),
    "active": ("active", "is_active", "enabled", "status"),
    "list": ("list", "list name", "price list name"),
    "notes": ("notes", "note", "comments", "description", "memo"),
}
EXACT = frozenset({"list"})  # a short word that much is alike
REQUIRED = ("name", "source_url", "format")
LIKENESS = 0.6
FORMATS = {
    "google_sheets": "google_sheets",
    "googlesheets": "google_sheets",
    "google sheets": "google_sheets",
    "gsheet": "google_sheets",
    "csv": "csv",
    "excel": "excel",
    "xlsx": "excel",
    "xls": "excel",
    "pdf": "pdf",
    "url": "url",
}
TRUTHY = frozenset({"", "true", "yes", "1", "active"})


@dataclass(frozen=True)
class Row:
    """A valid row. ``line`` counts from 1 as the sheet does; ``notes`` is None without such a column or text."""

    line: int
    name: str
    source_url: str
    source_type: str
    is_active: bool
    notes: str | None
    list_name: str = ""  # a further list of the supplier that an earlier row names


@dataclass(frozen=True)
class Skipped:
    line: int
    name: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    rows: list[Row]
    skipped: list[Skipped]

    @property
    def names(self) -> set[str]:
        """Everyone the sheet names, in lower case: an invalid row keeps its supplier from counting as absent."""
        return {row.name.lower() for row in self.rows} | {each.name.lower() for each in self.skipped if each.name}


@dataclass(frozen=True)
class Known:
    """A supplier as it stands now; ``origin`` is ``sheet``, ``hand`` or None when nobody knows."""

    id: UUID
    name: str
    source_type: str
    source_url: str | None
    is_active: bool
    notes: str | None
    origin: str | None
    lists: Sequence[Mapping[str, Any]] = ()  # further lists, as the supplier keeps them


class Kind(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DEACTIVATE = "deactivate"


@dataclass(frozen=True)
class Change:
    """``before`` and ``after`` hold only the fields that differ."""

    kind: Kind
    name: str
    supplier_id: UUID | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    changes: list[Change]
    skipped: list[Skipped]
    unchanged: int
    active_before: int
    active_after: int
    switched_off: int

    def hold_reason(self, limit: float) -> str | None:
        """Why a person must agree first: more than the share ``limit`` of the active suppliers would go off."""
        if not self.active_before or self.switched_off / self.active_before <= limit:
            return None
        return (
            f"The Master Sheet would switch off {self.switched_off} of {self.active_before} active suppliers; "
            f"more than {limit:.0%} needs a person's word."
        )

    def as_json(self) -> dict[str, Any]:
        changes = [
            asdict(each) | {"supplier_id": str(each.supplier_id) if each.supplier_id else None} for each in self.changes
        ]
        return asdict(self) | {"changes": changes}


def changes_from_json(kept: Sequence[Mapping[str, Any]]) -> list[Change]:
    """The changes of ``Plan.as_json``."""
    return [
        Change(
            kind=Kind(each["kind"]),
            name=each["name"],
            supplier_id=UUID(each["supplier_id"]) if each.get("supplier_id") else None,
            before=each["before"],
            after=each["after"],
        )
        for each in kept
    ]


def read_sheet(cells: Sequence[Sequence[str]]) -> Sheet:
    """Rows from the sheet's cells, header first. Raises Invalid when a required column is missing."""
    if not cells:
        raise Invalid("The Master Sheet is empty: its first row must name the columns.")
    columns = find_columns(cells[0])
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        wanted = "; ".join(f"{name} ({', '.join(HEADERS[name])})" for name in missing)
        raise Invalid(f"The Master Sheet lacks a column for {wanted}.")
    rows: list[Row] = []
    skipped: list[Skipped] = []
    seen: set[tuple[str, str]] = set()
    for line, texts in enumerate(cells[1:], start=2):
        values = {name: _cell(texts, index) for name, index in columns.items()}
        if not any(text.strip() for text in texts):
            continue
        read = _read_row(line, values, seen)
        if isinstance(read, Row):
            rows.append(read)
            seen.add((read.name.lower(), read.list_name.lower()))
        else:
            skipped.append(read)
    return Sheet(rows, skipped)


def find_columns(header: Sequence[str]) -> dict[str, int]:
    """Column -> index: an accepted header exactly first, then the closest that is at least 0.6 alike."""
    names = [" ".join(text.lower().split()) for text in header]
    found: dict[str, int] = {}
    for column, accepted in HEADERS.items():
        exact = next((names.index(name) for name in accepted if name in names), None)
        if exact is not None and exact not in found.values():
            found[column] = exact
    for column, accepted in HEADERS.items():
        if column in found or column in EXACT:
            continue
        free = [name for index, name in enumerate(names) if name and index not in found.values()]
        alike = [(difflib.SequenceMatcher(None, wanted, name).ratio(), name) for wanted in accepted for name in free]
        best = max(alike, default=(0.0, ""))
        if best[0] >= LIKENESS:
            found[column] = names.index(best[1])
    return found


def make_plan(sheet: Sheet, suppliers: Iterable[Known]) -> Plan:
    """What has to change so that the suppliers are as the sheet says; nobody is ever deleted."""
    known = {each.name.lower(): each for each in suppliers}
    changes = [
        change
        for row, lists in _with_lists(sheet.rows)
        if (change := _change(row, lists, known.get(row.name.lower()))) is not None
    ]
    absent = [each for name, each in known.items() if name not in sheet.names]
    changes += [
        Change(Kind.DEACTIVATE, each.name, each.id, {"is_active": True}, {"is_active": False})
        for each in absent
        if each.origin == "sheet" and each.is_active
    ]
    off = sum(1 for each in changes if each.supplier_id and each.after.get("is_active") is False)
    on = sum(1 for each in changes if each.after.get("is_active"))
    active = sum(1 for each in known.values() if each.is_active)
    return Plan(
        changes=changes,
        skipped=sheet.skipped,
        unchanged=len(known) - sum(1 for each in changes if each.supplier_id),
        active_before=active,
        active_after=active - off + on,
        switched_off=off,
    )


def _with_lists(rows: Sequence[Row]) -> list[tuple[Row, list[dict[str, Any]]]]:
    """Each supplier's first row, with what its other rows name as further lists."""
    firsts: dict[str, Row] = {}
    lists: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        name = row.name.lower()
        if firsts.setdefault(name, row) is not row and row.is_active:
            lists.setdefault(name, []).append({"name": row.list_name, "source_url": row.source_url})
    return [(row, lists.get(name, [])) for name, row in firsts.items()]


def _merged(wanted: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sheet's lists; what it does not know of one stays, and so do lists that were added by hand."""
    kept = {str(each["name"]): dict(each) for each in known}
    named = {each["name"] for each in wanted}
    by_hand = [each for name, each in kept.items() if name not in named and each.get("origin") != "sheet"]
    return [kept.get(each["name"], {}) | dict(each) | {"origin": "sheet"} for each in wanted] + by_hand


def _change(row: Row, lists: Sequence[Mapping[str, Any]], known: Known | None) -> Change | None:
    wanted: dict[str, Any] = {
        "source_type": row.source_type,
        "source_url": row.source_url,
        "is_active": row.is_active,
    } | ({"notes": row.notes} if row.notes is not None else {})
    merged = _merged(lists, known.lists if known else ())
    if merged or (known and known.lists):
        wanted["lists"] = merged
    if known is None:
        return Change(Kind.CREATE, row.name, None, {}, wanted)
    if known.origin is None:
        wanted["origin"] = "sheet"  # from the time before the origin was kept
    after = {name: value for name, value in wanted.items() if _plain(getattr(known, name)) != value}
    if not after:
        return None
    return Change(Kind.UPDATE, known.name, known.id, {name: _plain(getattr(known, name)) for name in after}, after)


def _plain(value: Any) -> Any:
    return [dict(each) for each in value] if isinstance(value, Sequence) and not isinstance(value, str) else value


def _read_row(line: int, values: Mapping[str, str], seen: set[tuple[str, str]]) -> Row | Skipped:
    name = values["name"]
    source_type = FORMATS.get(values["format"].lower())
    list_name = " ".join(values.get("list", "").split())[:100]
    reason = ""
    if not name:
        reason = "The supplier's name is missing."
    elif len(name) > 255:
        reason, name = "The supplier's name is longer than 255 characters.", name[:255]
    elif (name.lower(), list_name.lower()) in seen:
        reason = "The name stands further up already; the first row counts, unless each row names a list."
    elif source_type is None:
        reason = f"The format {values['format'][:50]!r} is not known."
    else:
        try:
            web_address(values["source_url"])
        except ValueError as error:
            reason = f"The source URL {error}."
    if reason or source_type is None:
        return Skipped(line, name, reason)
    active = values.get("active", "").lower() in TRUTHY
    return Row(line, name, values["source_url"], source_type, active, values.get("notes", "")[:1000] or None, list_name)


def _cell(texts: Sequence[str], index: int) -> str:
    return texts[index].strip().replace("\x00", "") if index < len(texts) else ""
