"""What is written down about a file that was read: the job's counts and causes, and the rows that need a look."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text

from app import statements
from app.apply.difference import Difference
from app.apply.staging import MAX_KEPT_ERRORS, Staged
from app.extensions import db
from app.models.catalog import ParsingLog
from app.models.job import Job

#: ``error_type`` of a row that was not taken, and of one that was taken without something
NOT_TAKEN, TAKEN_WITHOUT = "ValidationError", "ValidationWarning"

# What was taken all the same, once an item; the sentence is the first warning's.
WARNED_ROWS = text("""
    INSERT INTO parsing_logs (task_id, supplier_id, job_id, error_type, error_message, row_number, row_data, service,
        level)
    SELECT :task_id, :supplier_id, :job_id, :error_type,
        CASE warnings->0->>'code'
            WHEN 'PRICE_MISSING' THEN 'The item was taken without a price: its cell is empty.'
            WHEN 'PRICE_UNREADABLE' THEN 'The item was taken without a price: its cell holds no number.'
            WHEN 'PRICE_ZERO' THEN 'The item was taken without a price: 0 is no price.'
            WHEN 'PRICE_NEGATIVE' THEN 'The item was taken without a price: it is negative.'
            WHEN 'PRICE_ERROR_CELL' THEN 'The item was taken without a price: its cell holds an error.'
            WHEN 'PRICE_OUT_OF_RANGE' THEN
                'The price is negative or has more than ten digits; the item was kept without a price.'
            WHEN 'NAME_MISSING' THEN 'The item was taken by its code: it has no name.'
            ELSE 'The item was taken with a warning.' END,
        "row", jsonb_build_object('code', warnings->0->>'code', 'value', warnings->0->>'value', 'sheet', sheet,
            'name', name, 'sku', sku), 'ml-analyze', 'warning'
    FROM staged_item WHERE warnings <> '{}' ORDER BY sheet, "row" LIMIT :most
""")
BY_CODE = text("""
    SELECT warnings->0->>'code' AS code, count(*) FROM staged WHERE warnings <> '{}' GROUP BY code
""")


def rows(job: Job, staged: Staged, found: Difference) -> None:
    """Log lines of the rows that were not taken, and of those that were taken without something."""
    where = {"task_id": job.task_id, "supplier_id": job.supplier_id, "job_id": job.id}
    if lines := _not_taken(staged):
        db.session.execute(insert(ParsingLog), [where | line for line in lines])
    if found.warned:
        statements.run(WARNED_ROWS, where | {"error_type": TAKEN_WITHOUT, "most": MAX_KEPT_ERRORS})


def facts(staged: Staged, found: Difference) -> dict[str, Any]:
    """Columns of the job."""
    contradictions = sum(each.contradicts for each in staged.repeats)
    return facts_of(found) | {
        "reading": staged.reading.model_dump(mode="json"),
        "doubts": [each.model_dump(mode="json") for each in staged.doubts],
        "passed_over": [each.model_dump(mode="json") for each in staged.passed_over],
        "layout": staged.totals.layout,
        "matched_by": staged.totals.model,
        "rows_read": staged.totals.rows_read,
        "items_total": found.items + staged.left,
        "items_processed": found.items + staged.left,
        "error_count": staged.totals.errors - len(staged.mended) + contradictions,
        "warnings_by_code": dict(statements.run(BY_CODE)) if found.warned else {},
    }


def facts_of(found: Difference) -> dict[str, int]:
    """The counts that a difference has."""
    return {
        "items_total": found.items,
        "items_processed": found.items,
        "matches_found": found.matched,
        "review_count": found.review,
        "new_count": found.new,
        "changed_count": found.changed,
        "unchanged_count": found.unchanged,
        "vanished_count": found.vanished,
    }


def to_look_at(facts: dict[str, Any]) -> bool:
    """Whether a person should look. Items without a price are ordinary, up to the share that ``look_at`` speaks of."""
    unusual = any(number for code, number in facts["warnings_by_code"].items() if code != "PRICE_MISSING")
    return bool(facts["error_count"] or facts.get("look_at") or unusual)


def summary(facts: dict[str, Any]) -> str:
    """The sentence a finished job ends with."""
    items, errors = facts["items_total"], facts["error_count"]
    taken = f"{items:,} items extracted"
    if errors:
        taken = f"{items:,}/{items + errors:,} items processed; {errors:,} errors"
    matched, review, new = (facts[name] for name in ("matches_found", "review_count", "new_count"))
    return f"{taken}, {matched:,} matched, {review:,} in review queue, {new:,} new."


def _not_taken(staged: Staged) -> list[dict[str, Any]]:
    lines = [
        {
            "error_type": NOT_TAKEN,
            "error_message": line.message,
            "row_number": line.source.row,
            "row_data": {"code": line.code, "value": line.value, "cells": line.row}
            | line.source.model_dump(include={"sheet", "page", "column"}),
            "service": "ml-analyze",
            "level": "warning",
        }
        for line in staged.errors
    ]
    repeated = [
        {
            "error_type": NOT_TAKEN,
            "error_message": f"The row repeats the item of row {each.kept.row} with another price.",
            "row_number": each.row.row,
            "row_data": {
                "code": "REPEATED_ITEM",
                "sheet": each.row.sheet,
                "name": each.row.name,
                "value": _priced(each.row.price),
                "kept": _priced(each.kept.price),
            },
            "service": "courier",
            "level": "warning",
        }
        for each in staged.repeats
        if each.contradicts
    ]
    return (lines + repeated)[:MAX_KEPT_ERRORS]


def _priced(price: Decimal | None) -> str | None:
    return None if price is None else f"{price.normalize():f}"
