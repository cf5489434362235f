"""The jobs of a sync: one for every list of every active supplier with an address, opened many at a time.

A sync in which nothing changed is mostly this and as many conditional requests, so it takes a few statements for fifty
suppliers. Where one of them stands in the way of its neighbours, each is opened by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from app.alone import alone
from app.courier.which_pipeline import ml_is_on, pipeline_for
from app.extensions import db
from app.jobs import lifecycle
from app.models.job import Job
from app.models.phase import SETTLED
from app.models.supplier import PriceList, Supplier
from app.models.sync import SyncRun
from app.sync import log_lines, standing
from app.sync.sync_claims import Claim

#: suppliers whose jobs are opened in one transaction
TOGETHER = 50

IN_LINE = text("SELECT pg_advisory_xact_lock(hashtextextended(id, 7)) FROM unnest(CAST(:ids AS text[])) AS id")


def open_jobs(claim: Claim, current: SyncRun) -> None:
    """One job for every active supplier with an address that has none of this run yet."""
    wanted = list(_suppliers_to_fetch(current))
    claim.write(total=len(wanted) + standing.progress_of(current).settled)
    db.session.commit()
    standing.project(current, standing.Progress(len(wanted), 0, 0, 0))
    for start in range(0, len(wanted), TOGETHER):
        claim.check()
        some = wanted[start : start + TOGETHER]
        opened = False
        with alone("suppliers_not_synced_together", suppliers=len(some)):
            _open_together(some, current)
            opened = True
        for supplier_id in () if opened else some:  # one of them stands in the way: it keeps no other from its turn
            claim.check()
            _open_alone(supplier_id, current)
    claim.write(total=select(func.count()).where(Job.sync_run_id == current.id).scalar_subquery())
    db.session.commit()


def _open_together(supplier_ids: Sequence[UUID], current: SyncRun) -> None:
    """A job for every list of these suppliers that has none of this run yet: a few statements for all of them."""
    in_line(supplier_ids)
    found = select(Supplier).where(Supplier.id.in_(supplier_ids)).execution_options(populate_existing=True)
    suppliers = {each.id: each for each in db.session.scalars(found)}
    have = fetched(supplier_ids, current)
    switch = ml_is_on()
    lifecycle.open_fetches(
        [
            (suppliers[each], _columns(suppliers[each], wanted, current, switch=switch))
            for each in supplier_ids
            if each in suppliers
            for wanted in lists_to_fetch(suppliers[each])
            if wanted.name not in have[each]
        ],
        trigger="scheduled" if current.triggered_by == "scheduled" else "manual",
        task_id=current.task_id,
        actor=current.requested_by,
    )


def _columns(supplier: Supplier, wanted: PriceList, current: SyncRun, *, switch: bool) -> dict[str, Any]:
    return {
        "source_url": wanted.source_url,
        "list_name": wanted.name,
        "pipeline": pipeline_for(supplier, switch=switch),
        "force": current.force,
        "replaces_all": wanted.replaces_all,
        "sync_run_id": current.id,
    }


def _open_alone(supplier_id: UUID, current: SyncRun) -> None:
    done = False
    with alone("supplier_not_synced", supplier_id=str(supplier_id)):
        _open_together([supplier_id], current)
        done = True
    if not done:
        log_lines.write(current, "WARNING", f"{_name(supplier_id)} was left out of this sync. The log has the details.")
        db.session.commit()


def _name(supplier_id: UUID) -> str:
    return db.session.scalar(select(Supplier.name).where(Supplier.id == supplier_id)) or str(supplier_id)


def _suppliers_to_fetch(current: SyncRun) -> Iterator[UUID]:
    done = select(Job.supplier_id).where(Job.sync_run_id == current.id, Job.supplier_id.is_not(None))
    query = select(Supplier).where(Supplier.id.not_in(done)).order_by(func.lower(Supplier.name))
    return (each.id for each in db.session.scalars(query).all() if each.is_active and each.has_source)


def in_line(supplier_ids: Sequence[UUID]) -> None:
    """Whoever opens fetches of these suppliers does it after us. One order for all, so that no two wait crosswise."""
    ids = sorted(str(each) for each in supplier_ids)
    db.session.execute(IN_LINE, {"ids": ids})


def lists_to_fetch(supplier: Supplier) -> list[PriceList]:
    """The main list comes last."""
    return [each for each in reversed(supplier.lists) if each.source_url]


def fetched(supplier_ids: Sequence[UUID], run: SyncRun | None) -> Mapping[UUID, dict[str, Job]]:
    """The suppliers' lists that are being fetched, or were in this run, with their jobs."""
    under_way = Job.phase.not_in(SETTLED) & (Job.trigger != "upload")
    which = under_way if run is None else under_way | (Job.sync_run_id == run.id)
    jobs = db.session.scalars(select(Job).where(Job.supplier_id.in_(supplier_ids), which).order_by(Job.created_at))
    found: dict[UUID, dict[str, Job]] = {each: {} for each in supplier_ids}
    for job in jobs:
        if job.supplier_id:
            found[job.supplier_id][job.list_name] = job
    return found
