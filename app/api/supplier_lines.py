"""Every supplier in one answer, as the contract has it: the database writes each as JSON, we add what is counted.

As objects of ours a hundred thousand of them cost seven times as much. What a field holds where another program wrote
an odd value is said twice, here and by the properties of ``Supplier``; a test holds one to the other. See ADR 390.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from sqlalchemy import text

from app.extensions import db

#: suppliers in one piece of the answer
BATCH = 2000


def _text(name: str) -> str:
    return f"CASE WHEN jsonb_typeof(m->'{name}') = 'string' AND m->>'{name}' <> '' THEN m->>'{name}' END"


def _flag(name: str) -> str:
    return f"""coalesce(nullif(m->'{name}', 'null') NOT IN ('false', '0', '""', '[]', '{{}}'), true)"""


_MOMENT = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
# A number is asked how large it is only once it is known to be one: a condition has no order of its own.
_CADENCE = """CASE WHEN jsonb_typeof(m->'cadence_days') = 'number' THEN
    CASE WHEN (m->'cadence_days')::numeric > 0 AND (m->'cadence_days')::numeric <= 365
        THEN greatest(1, trunc((m->'cadence_days')::numeric)::int) END END"""
_LISTS = """CASE WHEN jsonb_typeof(m->'lists') = 'array' THEN
    (SELECT coalesce(jsonb_agg(each ORDER BY place), '[]')
    FROM jsonb_array_elements(m->'lists') WITH ORDINALITY AS kept(each, place)
    WHERE jsonb_typeof(each->'name') = 'string') ELSE '[]' END"""
# The list of the existing system has no contact, and tells the last change where it says when it was made.
_FIELDS = {
    "id": "id",
    "name": "name",
    "source_type": "source_type",
    "source_url": _text("source_url"),
    "contact_email": "NULL::text",
    "is_active": _flag("is_active"),
    "notes": _text("notes"),
    "created_at": _MOMENT.format("updated_at"),
    "updated_at": _MOMENT.format("updated_at"),
    "use_ml_processing": _flag("use_ml_processing"),
    "sheet_name": _text("sheet_name"),
    "default_currency": _text("default_currency"),
    "cadence_days": _CADENCE,
    "replaces_all": _flag("replaces_all"),
    "lists": _LISTS,
    "origin": _text("origin"),
    "hints": "CASE WHEN jsonb_typeof(m->'hints') = 'object' THEN m->'hints' ELSE '{}' END",
    "has_secret_headers": "secret_headers IS NOT NULL",
}
_WRITTEN = ", ".join(f"'{name}', {said}" for name, said in _FIELDS.items())
_LINES = f"""
    SELECT id::text, json_build_object({_WRITTEN})::text
    FROM (SELECT *, metadata AS m FROM suppliers) AS s ORDER BY name
"""  # noqa: S608 # nosec B608 - put together from constants


def whole_list(items: Mapping[UUID, int]) -> list[bytes]:
    """The answer's pieces. ``items``: how many each supplier has; one without any is missing.

    They are put together before the first one is sent: a fault of the database is an error, and no answer cut short.
    """
    counts = {str(supplier_id): number for supplier_id, number in items.items()}
    pieces, total = [b'{"suppliers":['], 0
    for lines in _batches():
        told = ",".join([f'{line[:-1]}, "items_count": {counts.get(own, 0)}}}' for own, line in lines])
        pieces.append(f"{',' if total else ''}{told}".encode())
        total += len(lines)
    return [*pieces, b'],"total":%d}' % total]


def _batches() -> Iterator[list[tuple[str, str]]]:
    lines = text(_LINES.replace(":", r"\:"))
    rows = db.session.connection().execute(lines, execution_options={"stream_results": True, "max_row_buffer": BATCH})
    yield from ([(row[0], row[1]) for row in part] for part in rows.partitions(BATCH))
