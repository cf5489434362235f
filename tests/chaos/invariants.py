"""What must be true whenever nothing runs any more, whatever was killed before. Each answer is a broken promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.extensions import db, redis
from app.jobs import board
from app.models.catalog import PriceHistory, SupplierItem
from app.models.job import Job
from app.models.phase import SETTLED, Outcome
from app.volume import volume

#: SHA-256 of a file -> its prices by SKU
Files = Mapping[str, Mapping[str, str]]


def broken(files: Files) -> list[str]:
    """Every broken promise; empty when all is well."""
    questions = (newest_applied(files), history(), nothing_left(), projection(), counters(files), ledger())
    return [wrong for question in questions for wrong in question]


def newest_applied(files: Files) -> Iterator[str]:
    """Each supplier's items are what its applied files say in the order they came; none is there twice."""
    for supplier_id in db.session.scalars(select(Job.supplier_id).distinct()).all():
        applied = (
            select(Job.sha256)
            .where(Job.supplier_id == supplier_id, Job.outcome.in_((Outcome.SUCCESS, Outcome.WARNINGS)))
            .order_by(Job.came_at, Job.created_at, Job.id)
        )
        expected: dict[str, Decimal] = {}
        for sha256 in db.session.scalars(applied):
            expected |= {sku: Decimal(price) for sku, price in files[str(sha256)].items()}
        items = db.session.execute(
            select(SupplierItem.supplier_sku, SupplierItem.current_price).where(SupplierItem.supplier_id == supplier_id)
        ).all()
        if len(items) != len({row.supplier_sku for row in items}):
            yield f"{supplier_id}: an item is there twice."
        found = {row.supplier_sku: row.current_price for row in items}
        if found != expected:
            yield f"{supplier_id}: the items are {found}, the files in their order say {expected}."


def history() -> Iterator[str]:
    """The last price of an item's history is its current one."""
    for item in db.session.scalars(select(SupplierItem)):
        prices = select(PriceHistory.price).where(PriceHistory.supplier_item_id == item.id)
        last = db.session.scalar(prices.order_by(PriceHistory.recorded_at.desc()).limit(1))
        if last != item.current_price:
            yield f"{item.supplier_sku}: costs {item.current_price}, its history ends with {last}."


def nothing_left() -> Iterator[str]:
    """No active job, claim, hold, part or orphan."""
    active = db.session.scalars(select(Job).where(Job.phase.not_in(SETTLED))).all()
    yield from (f"{job.id} has not ended: {job.phase}, {job.step}, {job.waiting_for}." for job in active)
    claims = db.session.scalar(select(func.count()).where(Job.claim_token.is_not(None)))
    if claims:
        yield f"{claims} claims are left."
    volume().recount()
    yield from (f"The part {part.name} is left." for part in (volume().root / "tmp").glob("*.part"))
    jobs = {str(each) for each in db.session.scalars(select(Job.id))}
    yield from (f"{each.path or each.sidecar} has no job." for each in volume().iter_raw() if each.job_id not in jobs)
    for job in db.session.scalars(select(Job).where(Job.file_path.is_not(None))):
        path = volume().root / (job.file_path or "")
        if not path.exists() or volume().verify(path) != job.sha256:
            yield f"{job.id}: its file on the volume is not the one that the row names."


def projection() -> Iterator[str]:
    """The records in Redis are the table's, once the clock went by."""
    board.catch_up()
    for job in db.session.scalars(select(Job).execution_options(populate_existing=True)):
        shown: Any = redis().hgetall(board.key(job.id))
        wrong = {name for name, value in board.record(job).items() if shown.get(name) != value}
        if wrong:
            yield f"{job.id}: Redis says otherwise of {', '.join(sorted(wrong))}."
    named: Any = redis().smembers(board.ACTIVE)
    active = {str(each) for each in db.session.scalars(select(Job.id).where(Job.phase.not_in(SETTLED)))}
    if named != active:
        yield f"Redis names {len(named)} active jobs, the table {len(active)}."


def counters(files: Files) -> Iterator[str]:
    for job in db.session.scalars(select(Job).where(Job.applied_at.is_not(None))):
        if job.items_total != len(files[str(job.sha256)]):
            yield f"{job.id}: counts {job.items_total} items of {len(files[str(job.sha256)])}."


def ledger() -> Iterator[str]:
    before = volume().usage()
    counted = volume().recount()
    if (before.used, before.files) != (counted.used, counted.files):
        yield f"The ledger of the volume says {before.used} bytes in {before.files} files, not {counted.used}."
