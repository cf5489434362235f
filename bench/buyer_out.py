"""What a buyer takes out: the table of items as a file of each form. A part of bench/buyer.py."""

from __future__ import annotations

import time

from sqlalchemy import func, select

from app.catalog.items import ItemFilter
from app.export.exportable import items_table
from app.export.write import Format, export
from app.extensions import db
from app.models.catalog import SupplierItem
from bench.figure import Figure, figure
from bench.installation import Memory, say

MOST_SECONDS, MOST_MB = 60, 200


def exports() -> list[Figure]:
    """Every item as a file of each form: seconds, and what the process grew by."""
    count = db.session.scalar(select(func.count()).select_from(SupplierItem)) or 0
    db.session.rollback()
    found = []
    for form in Format:
        table = items_table(ItemFilter())
        db.session.rollback()  # as the page does: nothing of the request is open while the file goes out
        with Memory() as memory:
            began = time.perf_counter()
            size = sum(len(piece) for piece in export(table, form))
            seconds = time.perf_counter() - began
        say(f"{count:,} items as {form}: {seconds:.1f} s, {size / 1e6:.0f} MB, {memory.grown / 1e6:.0f} MB of memory")
        name = f"buyer: export of {count:,} items as {form}"
        found.append(figure(name, seconds, "s", most=MOST_SECONDS))
        found.append(figure(f"{name}, memory", memory.grown / 1e6, "MB", most=MOST_MB))
    return found
