"""Words and marks of jobs and files that several pages need: causes, fields, cells.

One room: a table of words for codes; each a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.jobs.progress import state_of
from app.models.job import JobEvent
from app.money.office_currency import base_currency
from app.web.assets import drawn_icon
from app.web.beside import beside
from app.web.job_columns import condition_name, kind_name
from app.web.language import seconds
from handoff.api import Preview, Source
from handoff.keys import article_number

CAUSES = {
    "SOURCE_UNREACHABLE": _l("Source unreachable"),
    "SOURCE_REFUSED": _l("Source refuses us"),
    "SOURCE_MISSING": _l("File not found at the source"),
    "BAD_ADDRESS": _l("Bad address"),
    "NOT_A_FILE": _l("A web page instead of a file"),
    "FILE_TOO_LARGE": _l("File too large"),
    "EMPTY_FILE": _l("Empty file"),
    "UNSAFE_ARCHIVE": _l("Unsafe workbook"),
    "GOOGLE_UNAVAILABLE": _l("Google unavailable"),
    "FILE_GONE": _l("Raw file gone"),
    "CHECKSUM_MISMATCH": _l("Checksum mismatch"),
    "VOLUME_FULL": _l("Volume full"),
    "VOLUME_AWAY": _l("Volume does not answer"),
    "VOLUME_READ_ONLY": _l("Volume not writable"),
    "ML_UNREACHABLE": _l("ML service unreachable"),
    "ML_UNAVAILABLE": _l("ML service unavailable"),
    "ML_REFUSED": _l("ML service refuses the file"),
    "ML_JOB_LOST": _l("ML service lost the job"),
    "STALLED": _l("Stalled"),
    "ML_CRASHED": _l("Analysis crashed"),
    "UNREADABLE": _l("Layout not readable"),
    "BROKEN_RESULT": _l("Broken result"),
    "WORKERS_LOST": _l("Workers died over it"),
    "INTERNAL_ERROR": _l("Internal error"),
    "CANCELLED": _l("Cancelled"),
}
FIELDS = {
    "sku": _l("SKU"),
    "name": _l("Name"),
    "price": _l("Price"),
    "currency": _l("Currency"),
    "unit": _l("Unit"),
    "pack_size": _l("Pack size"),
    "stock": _l("Stock"),
    "category": _l("Category"),
    "brand": _l("Brand"),
    "barcode": _l("Barcode"),
    "mpn": _l("Model number"),
    "description": _l("Description"),
    "price_unit": _l("Price for"),
    "vat_included": _l("VAT"),
    "status": _l("Status"),
}
SKIPPED = {
    "blank": _l("blank"),
    "category": _l("titles of groups"),
    "excluded": _l("not wanted"),
    "header": _l("headers"),
    "header_repeat": _l("repeated headers"),
    "no_item": _l("no items"),
    "note": _l("notes"),
    "preamble": _l("above the table"),
    "repeated": _l("repeated rows"),
    "total": _l("totals"),
}
MATCHES = {
    "matched": ("green", "link", _l("Matched")),
    "review": ("violet", "eye", _l("In review")),
    "unmatched": ("grey", "circle-dashed", _l("Unmatched")),
}
EVENTS = {
    "opened": _l("Job opened."),
    "retried": _l("Retried by hand."),
    "cancelled": _l("Cancelled."),
    "downloading": _l("Downloading."),
    "analyzing": _l("On the volume; handed over for analysis."),
    "matching": _l("Read; items are being matched."),
    "complete": _l("Complete."),
}
ALERTS = {
    "job_failed": _l("Failed for good"),
    "held": _l("Held for approval"),
    "supplier_silent": _l("Silent supplier"),
    "disk": _l("Disk"),
    "backup": _l("Back-up"),
    "guard_tripped": _l("Guard of ml-analyze"),
    "sync_failed": _l("Sync failed"),
    "receiver_off": _l("Receiver switched off"),
    "export_failed": _l("Scheduled export failed"),
}
WAYS = {
    "price_lost": _l("price gone"),
    "price_zero": _l("price 0"),
    "jump": _l("moved by a power of ten"),
    "large": _l("large change"),
    "currency_changed": _l("other currency"),
    "currency_lost": _l("currency gone"),
    "vat_changed": _l("VAT changed"),
    "kind_changed": _l("other kind of price"),
    "unit_changed": _l("other unit or pack"),
    "name_replaced": _l("other name"),
    "code_changed": _l("other code"),
    "ordinary": _l("ordinary"),
}
#: what ml-analyze tells of an analysis: its figures, and the stages that its seconds are of
FIGURES = {
    "seconds": _l("Seconds by stage"),
    "rows_read": _l("Rows read"),
    "rows_per_second": _l("Rows a second"),
    "peak_memory_bytes": _l("Most memory"),
    "verify": _l("checking"),
    "read": _l("reading"),
    "catalog": _l("opening the catalogue"),
    "match": _l("matching"),
    "extract": _l("extracting"),
    "write": _l("writing"),
    "place": _l("placing"),
}
CELL = re.compile(r"([A-Z]{1,3})(\d+)$")


def cause_name(code: str) -> str:
    return str(CAUSES.get(code, code))


def field_name(role: str) -> str:
    """A role of a column; ``price:wholesale`` is a further price."""
    name, _sep, more = role.partition(":")
    return f"{FIELDS.get(name, name)} ({more})" if more else str(FIELDS.get(name, name))


def skipped_name(kind: str) -> str:
    return str(SKIPPED.get(kind, kind.replace("_", " ")))


def figure_name(name: str) -> str:
    return str(FIGURES.get(name, name.replace("_", " ")))


def scorer_name(model: str) -> str:
    """Who judged the matches: the scorer as it comes, or one that has learnt from the office."""
    return str(_("scored as delivered") if model == "shipped" else _("scored with this office's decisions"))


def way_name(way: str) -> str:
    """A way in which a change makes an item worse."""
    return str(WAYS.get(way, way))


def details(characteristics: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of an item beside its name and price; the model number once, and not again under its header."""
    model = characteristics.get("mpn")
    told = ((name, value) for name, value in characteristics.items() if value and (name == "mpn" or value != model))
    return [
        (field_name(name), " › ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in told
    ]


def own_code(sku: str | None) -> str:
    """The supplier's own number of an item; empty where there is none and the item is known by its name."""
    return article_number(sku or "") or ""


def match_chip(match: str) -> Markup:
    tone, symbol, name = MATCHES[match]
    return Markup('<span class="chip t-{}">{}{}</span>').format(tone, drawn_icon(symbol), name)


def source_text(source: Source) -> str:
    """Where an item stands: sheet or page, and its row."""
    place = source.sheet or (_("page %(n)s", n=source.page) if source.page else "")
    row = _("row %(n)s", n=source.row) if source.row else ""
    return ", ".join(each for each in (place, row) if each) or "–"


def letters(index: int) -> str:
    """A column's letters: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_columns(cells: Mapping[str, str]) -> set[int]:
    """The columns of A1 names, counted from 0."""
    return {place[0] for cell in cells.values() if (place := _place(cell))}


def written(source: Source, preview: Preview | None) -> dict[str, str]:
    """What stands in an item's cells, by field: kept where it was changed while reading, else from the file."""
    texts = dict(source.text)
    for role, cell in source.cells.items():
        place = _place(cell)
        if role not in texts and place and preview is not None:
            column, row = place[0], place[1] - preview.first_row
            cells = preview.cells[row] if 0 <= row < len(preview.cells) else []
            texts[role] = (cells[column] if column < len(cells) else None) or ""
    return texts


def _place(cell: str) -> tuple[int, int] | None:
    """Column, counted from 0, and row, counted from 1, of an A1 name."""
    match = CELL.search(cell)
    if not match:
        return None
    number = 0
    for letter in match.group(1):
        number = number * 26 + ord(letter) - 64
    return number - 1, int(match.group(2))


def event_name(event: JobEvent) -> str:
    return str(EVENTS.get(event.kind) or EVENTS.get(event.phase) or event.kind)


def gap(before: datetime, after: datetime) -> str:
    return seconds((after - before).total_seconds())


def register(app: Flask) -> None:
    found: dict[str, Any] = {
        "alert_kinds": ALERTS,
        "cause_name": cause_name,
        "field_name": field_name,
        "kind_name": kind_name,
        "condition_name": condition_name,
        "skipped_name": skipped_name,
        "details": details,
        "way_name": way_name,
        "figure_name": figure_name,
        "base_currency": base_currency,
        "scorer_name": scorer_name,
        "match_chip": match_chip,
        "source_text": source_text,
        "letters": letters,
        "cell_columns": cell_columns,
        "event_name": event_name,
        "gap": gap,
        "state_of": state_of,
    }
    app.jinja_env.globals.update(found)
    app.jinja_env.filters.update(instant=datetime.fromisoformat, own_code=own_code, beside=beside)
