"""Rows of a file that gave no item, corrected by hand: what a person says of them is kept for the supplier's lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.corrections import words
from app.errors import Conflict, Invalid
from app.extensions import db
from app.models.catalog import ParsingLog
from app.models.corrections import ROW_FIELDS, RowCorrection, row_key
from app.models.job import Job
from app.models.user import User


def key_of(row: ParsingLog) -> str:
    """By what the row is known again; empty for one whose cells were not kept."""
    return row_key((row.row_data or {}).get("cells") or [])


def kept(supplier_id: UUID | None, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """What is said of these rows, by their keys."""
    query = select(RowCorrection.row_key, RowCorrection.fields).where(
        RowCorrection.supplier_id == supplier_id, RowCorrection.row_key.in_(set(keys))
    )
    return {row.row_key: row.fields for row in db.session.execute(query)}


def correct_rows(job: Job, said: Sequence[tuple[ParsingLog, Mapping[str, str]]], *, by: User) -> dict[UUID, Invalid]:
    """Keep what each row is; texts that are all empty take it back. What cannot be is returned by the row's id."""
    if job.supplier_id is None:
        raise Conflict("The supplier of this file was deleted.")
    before = kept(job.supplier_id, (key_of(row) for row, _texts in said))
    refused: dict[UUID, Invalid] = {}
    for row, texts in said:
        try:
            key, fields = _known_key(row), _fields(texts)
        except Invalid as error:
            refused[row.id] = error
            continue
        if fields != before.get(key, {}):
            _keep(job.supplier_id, key, fields, by.username)
            told = {"supplier": job.supplier_name, "supplier_id": str(job.supplier_id), "to": fields}
            audit.record(by.username, "row.corrected", str(job.id), row=row.row_number, **told)
    db.session.commit()
    return refused


def _known_key(row: ParsingLog) -> str:
    key = key_of(row)
    if not key:
        raise Invalid("The cells of this row were not kept; it can only be corrected in the file.")
    return key


def _keep(supplier_id: UUID, key: str, fields: dict[str, str], by: str) -> None:
    if not fields:
        this = (RowCorrection.supplier_id == supplier_id, RowCorrection.row_key == key)
        db.session.execute(delete(RowCorrection).where(*this))
        return
    said = {"fields": fields, "corrected_by": by, "corrected_at": db.func.now()}
    db.session.execute(
        insert(RowCorrection)
        .values(supplier_id=supplier_id, row_key=key, **said)
        .on_conflict_do_update(index_elements=["supplier_id", "row_key"], set_=said)
    )


def readable(fields: Mapping[str, str]) -> dict[str, str]:
    """Of what stands in the file's cells, what may stand in a field as it is."""
    fit = {}
    for name, text in fields.items():
        try:
            fit[name] = text if words.ROW[name](text.strip()) else ""
        except Invalid:
            continue
    return fit


def _fields(written: Mapping[str, str]) -> dict[str, str]:
    texts = {name: written.get(name, "").strip() for name in ROW_FIELDS}
    if not any(texts.values()):
        return {}
    return {name: str(word) for name, word in words.parse(texts, words.ROW).items() if word}
