"""By what a table that is written on a schedule can be narrowed, in the words of the table's own page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask_babel import lazy_gettext as _l

Choices = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Field:
    """``name`` is the parameter of the table's page; without ``choices`` it is written by hand."""

    name: str
    label: Any
    choices: Choices = ()

    def told(self, value: str) -> str:
        return str(dict(self.choices).get(value, value))


ITEM_STATES: Choices = (
    ("", _l("All items")),
    ("unmatched", _l("Unmatched")),
    ("review", _l("In review")),
    ("matched", _l("Matched")),
    ("no_price", _l("Without price")),
    ("zero", _l("Price 0")),
    ("no_currency", _l("Without currency")),
    ("not_compared", _l("Not compared")),
    ("gone", _l("Not available")),
    ("dated", _l("With a day from which they hold")),
    ("corrected", _l("Corrected by hand")),
)
CHANGED: Choices = (
    ("", _l("Changed at any time")),
    ("1", _l("Changed today")),
    ("7", _l("Changed in 7 days")),
    ("30", _l("Changed in 30 days")),
)
OFFERED: Choices = (
    ("", _l("All products")),
    ("no_offer", _l("Without an offer")),
    ("one_supplier", _l("One supplier only")),
    ("below_best", _l("Our price below the best offer")),
)
STATUSES: Choices = (
    ("", _l("Any status")),
    ("active", _l("Active")),
    ("draft", _l("Draft")),
    ("archived", _l("Archived")),
)
SUPPLIER_STATES: Choices = (("", _l("Any state")), ("active", _l("Active")), ("inactive", _l("Inactive")))
PIPELINES: Choices = (("", _l("Any pipeline")), ("ml", _l("Via ML")), ("legacy", _l("Simple reader")))
FRESHNESS: Choices = (("", _l("Fresh or silent")), ("1", _l("Silent only")))
JOB_STATES: Choices = (
    ("", _l("Any state")),
    ("active", _l("Running or waiting")),
    ("complete", _l("Complete")),
    ("warnings", _l("With warnings")),
    ("unchanged", _l("Unchanged")),
    ("held", _l("Held for approval")),
    ("failed", _l("Failed")),
    ("cancelled", _l("Cancelled")),
    ("rejected", _l("Rejected")),
    ("undone", _l("Undone")),
)
SPANS: Choices = (
    ("", _l("Any time")),
    ("1h", _l("Last hour")),
    ("24h", _l("Last 24 hours")),
    ("7d", _l("Last 7 days")),
    ("30d", _l("Last 30 days")),
)
_WORDS = Field("q", _l("Words"))
#: of each table that ``app.export.scheduled`` writes
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "items": (_WORDS, Field("state", _l("Show"), ITEM_STATES), Field("changed", _l("Changed since"), CHANGED)),
    "comparison": (
        _WORDS,
        Field("which", _l("Show"), OFFERED),
        Field("status", _l("Status"), STATUSES),
        Field("moved", _l("Moved by at least, %")),
    ),
    "products": (),
    "suppliers": (
        _WORDS,
        Field("state", _l("State"), SUPPLIER_STATES),
        Field("pipeline", _l("Pipeline"), PIPELINES),
        Field("silent", _l("Freshness"), FRESHNESS),
    ),
    "jobs": (_WORDS, Field("state", _l("State"), JOB_STATES), Field("span", _l("Time"), SPANS)),
}


def values(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def query_of(table: str, form: Mapping[str, str]) -> str:
    """What was chosen, with what came along from the table's own page and has no field here."""
    asked = values(form.get("query", ""))
    asked |= {each.name: form[each.name].strip() for each in FIELDS.get(table, ()) if each.name in form}
    return urlencode({name: value for name, value in asked.items() if value})


def told(table: str, query: str) -> list[str]:
    """The filter of an export in words, a part a field."""
    fields = {each.name: each for each in FIELDS[table]}
    found = values(query)
    known = [f"{fields[name].label}: {fields[name].told(value)}" for name, value in found.items() if name in fields]
    return known + [f"{name}: {value}" for name, value in found.items() if name not in fields]
