"""The one transaction: items, price history, reviews, log lines and the job's end commit together, or not at all.

One room: the ways into the one transaction (at once, held and approved, due) and the verbs it runs, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, text, true, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from app import audit, statements
from app.apply import belongs, file_order, identity, locked, odd, tell, written_down
from app.apply.difference import Choice, Difference, Whose, compare, figures, narrow, without_odd_rows
from app.apply.later import later_day
from app.apply.staging import MANY, Staged, stage, whole_lists_joined
from app.apply.thresholds import Limits, limits_for
from app.apply.verdict import judge
from app.catalog import offers
from app.errors import BrokenResult, Conflict, Invalid
from app.extensions import db, settings
from app.feed.cause import because
from app.jobs import board, lifecycle, plain_rows
from app.jobs.moving import Computed
from app.models.catalog import ItemChange
from app.models.feed import Cause
from app.models.job import Job
from app.models.phase import Outcome, Step
from app.money import comparable
from app.volume import volume, volume_errors
from handoff.volume import NotOnVolume, OutsideVolume

log = structlog.get_logger()

APPLIED = (Outcome.SUCCESS, Outcome.WARNINGS)
NOBODYS = "The supplier was deleted while its file was analysed."
#: of a file that was applied in part, the job counts what was applied
COUNTED_ANEW = ("matches_found", "review_count", "new_count", "changed_count", "vanished_count")

OF_SUPPLIER = f"""
    SELECT (SELECT jsonb_object_agg(row_key, fields) FROM row_corrections WHERE supplier_id = %(id)s) AS corrected,
        {plain_rows.OF_SUPPLIER}
    FROM suppliers WHERE id = %(id)s
"""  # noqa: S608 # nosec B608 - put together from constants

# What changed, before the change, for the page and for undo. New items are those whose first job this is.
KEEP_CHANGES = text("""
    INSERT INTO item_changes (job_id, supplier_item_id, supplier_sku, name, kind, old_price, new_price, change_percent,
        before, after, applied)
    SELECT :job_id, s.item_id, s.sku, s.name, s.kind, s.old_price, s.price,
        CASE WHEN s.old_price > 0 THEN (s.price - s.old_price) * 100 / s.old_price END,
        CASE WHEN s.item_id IS NOT NULL THEN jsonb_build_object('name', i.name, 'price', i.current_price,
            'currency', i.currency, 'is_available', i.is_available, 'characteristics', i.characteristics,
            'conditions', i.conditions,
            'prices', i.prices, 'file_sha256', i.file_sha256, 'source_sheet', i.source_sheet,
            'source_page', i.source_page, 'source_row', i.source_row, 'source_cells', i.source_cells,
            'source_text', i.source_text, 'job_id', i.job_id)
            || CASE WHEN i.corrected <> '{}' THEN jsonb_build_object('corrected', i.corrected) ELSE '{}' END END,
        jsonb_build_object('name', s.name, 'price', s.price, 'currency', s.currency, 'odd', s.odd)
            || CASE WHEN s.said IS NOT NULL THEN jsonb_build_object('said', s.said) ELSE '{}' END, :applied
    FROM staged AS s LEFT JOIN supplier_items AS i ON i.id = s.item_id
    WHERE (s.kind = 'changed' OR s.kind = 'new' AND NOT :applied) AND (s.odd <> '{}' OR NOT :odd_only)
    UNION ALL
    SELECT :job_id, v.item_id, v.sku, v.name, 'vanished', v.old_price, NULL, NULL,
        jsonb_build_object('is_available', true, 'job_id', i.job_id, 'lists', i.lists), NULL, :applied
    FROM staged_vanished AS v JOIN supplier_items AS i ON i.id = v.item_id
    WHERE NOT :odd_only OR :vanished
""")
# What is applied now was only proposed before; what is left out stays proposed.
FORGET_PROPOSED = text("""
    DELETE FROM item_changes WHERE job_id = :job_id AND NOT applied AND (
        supplier_sku IN (SELECT sku FROM staged) OR supplier_sku IN (SELECT sku FROM staged_vanished))
""")
# What was excluded since it was proposed, or is a newer file's by now, is nothing that could still be applied.
FORGET_GONE = text("""
    DELETE FROM item_changes AS c WHERE c.job_id = :job_id AND NOT c.applied
        AND NOT EXISTS (SELECT FROM staged AS s WHERE s.sku = c.supplier_sku)
        AND NOT EXISTS (SELECT FROM staged_vanished AS v WHERE v.sku = c.supplier_sku)
""")
FORGET_CHOSEN = text("DELETE FROM item_changes WHERE job_id = :job_id AND NOT applied AND supplier_sku = ANY(:skus)")

INSERT_NEW = text("""
    INSERT INTO supplier_items (id, supplier_id, supplier_sku, list_sku, lists, name, current_price, currency,
        prices, characteristics, conditions, match_status, match_score, match_candidates, product_id, first_job_id,
        job_id, file_sha256, source_sheet, source_page, source_row, source_cells, source_text)
    SELECT new_id, :supplier_id, sku, list_sku, ARRAY[CAST(:list_name AS text)], name, price, currency,
        prices, characteristics, conditions,
        (CASE WHEN match_status = 'auto_matched' AND product_id IS NULL THEN 'unmatched'
            ELSE coalesce(match_status, 'unmatched') END)::match_status,
        match_score, match_candidates, CASE WHEN match_status = 'auto_matched' THEN product_id END,
        :job_id, :job_id, :sha256, sheet, page, row, cells, texts
    FROM staged WHERE kind = 'new'
""")

UPDATE_CHANGED = text("""
    UPDATE supplier_items AS i SET name = s.name, current_price = s.price, currency = s.currency, prices = s.prices,
        characteristics = s.characteristics, conditions = s.conditions, is_available = true, job_id = :job_id,
        file_sha256 = :sha256, source_sheet = s.sheet, source_page = s.page, source_row = s.row,
        source_cells = s.cells, source_text = s.texts,
        last_ingested_at = now(), updated_at = now()
    FROM staged AS s
    WHERE i.id = s.item_id AND s.writes
""")

# Ingestion never touches a verified link, and unlinks nothing: an automatic link stays until a person says otherwise.
# Asked again of the row itself: a person may have decided since the comparison.
UPDATE_MATCH = text("""
    UPDATE supplier_items AS i SET match_status = s.match_status::match_status, match_score = s.match_score,
        match_candidates = s.match_candidates, updated_at = now(),
        product_id = CASE WHEN s.match_status = 'auto_matched' THEN s.product_id END
    FROM staged AS s
    WHERE i.id = s.item_id AND s.relinks
      AND (i.match_status IN ('unmatched', 'potential_match')
           OR i.match_status = 'auto_matched' AND i.product_id IS NULL)
""")

HISTORY = text("""
    INSERT INTO price_history (id, supplier_item_id, price, currency, job_id)
    SELECT new_id, coalesce(item_id, new_id), price, currency, :job_id
    FROM staged
    WHERE prices_anew
""")

REVIEWS = text("""
    INSERT INTO match_review_queue (supplier_item_id, candidate_products, status, expires_at, job_id, top_score)
    SELECT coalesce(item_id, new_id), coalesce(match_candidates, '[]'), 'pending', now() + :life, :job_id, match_score
    FROM staged
    WHERE asks
    ON CONFLICT (supplier_item_id) DO UPDATE SET candidate_products = excluded.candidate_products, status = 'pending',
        expires_at = excluded.expires_at, job_id = excluded.job_id, top_score = excluded.top_score,
        reviewed_by = NULL, reviewed_at = NULL
    WHERE match_review_queue.status <> 'pending'
       OR match_review_queue.candidate_products IS DISTINCT FROM excluded.candidate_products
""")

ANSWERED = text("""
    DELETE FROM match_review_queue AS r USING supplier_items AS i
    WHERE r.supplier_item_id = i.id AND i.supplier_id = :supplier_id AND r.status = 'pending'
      AND i.match_status IN ('auto_matched', 'verified_match')
""")

MARK_VANISHED = text("""
    UPDATE supplier_items AS i SET is_available = false, lists = '{}', job_id = :job_id, updated_at = now()
    FROM staged_vanished AS v WHERE i.supplier_id = :supplier_id AND i.id = v.item_id
""")

# What a supplier's other lists have as well stays; it only is no longer this one's.
LEAVE_LIST = text("""
    UPDATE supplier_items AS i SET lists = array_remove(i.lists, CAST(:list_name AS text))
    WHERE i.supplier_id = :supplier_id AND i.lists @> ARRAY[CAST(:list_name AS text)] AND cardinality(i.lists) > 1
      AND NOT EXISTS (SELECT 1 FROM staged_item AS s WHERE s.sku = i.supplier_sku)
""")
JOIN_LIST = text("""
    UPDATE supplier_items AS i SET lists = array_append(i.lists, CAST(:list_name AS text))
    FROM staged AS s
    WHERE i.supplier_id = :supplier_id AND i.id = s.item_id AND NOT i.lists @> ARRAY[CAST(:list_name AS text)]
""")


def apply(job_id: UUID) -> None:
    """The APPLY step: compare, hold or commit, and settle the job. Raises LostClaim."""
    with lifecycle.working(job_id, Step.APPLY) as claim:
        job = claim.job
        staged, found = take_in(job)
        verdict = judge(job, staged, found, limits=_limits(staged), later=later_day())
        claim.check()
        facts = written_down.facts(staged, found) | {"look_at": list(verdict.look)}
        written_down.rows(job, staged, found)
        if verdict.hold and not verdict.quarantine:
            _keep(job, found, applied=False)
            reason = " ".join(verdict.hold)
            question = "price" if verdict.asks else None
            held = {"hold_reason": reason, "question": question, "applies_on": verdict.due}
            moved = lifecycle.settle(claim, Outcome.HELD, message=f"Held: {reason}", **held, **facts)
        else:
            if verdict.hold:
                found, facts = _set_aside(job, found, facts, verdict.hold, limits=_limits(staged))
            write(job, found)
            outcome = Outcome.WARNINGS if written_down.to_look_at(facts) else Outcome.SUCCESS
            message = f"{written_down.summary(facts)} {file_order.told(staged.left)}".rstrip()
            moved = lifecycle.settle(claim, outcome, message=message, applied_at=Computed.NOW, **facts)
        db.session.commit()
        lifecycle.settled(moved)


def _set_aside(
    job: Job, found: Difference, facts: dict[str, Any], reasons: Sequence[str], *, limits: Limits
) -> tuple[Difference, dict[str, Any]]:
    """Keep the odd rows as proposed and go on without them; what is left, and the job's facts then."""
    vanished = found.vanished <= limits.vanished_share * found.known
    statements.run(KEEP_CHANGES, _scope(job) | {"applied": False, "odd_only": True, "vanished": not vanished})
    left = without_odd_rows(whose(job), vanished=vanished)
    out = found.odd_rows + (0 if vanished else found.vanished)
    look = [*facts["look_at"], f"{out:,} odd changes were kept back: {' '.join(reasons)}"]
    counts = {name: value for name, value in written_down.facts_of(left).items() if name in COUNTED_ANEW}
    return left, facts | counts | {"look_at": look}


def approve_held(job_id: UUID, *, actor: str, choice: Choice | None = None) -> Job:
    """A person's yes to a held file: all of it, or what ``choice`` leaves of it. Raises Conflict, Invalid."""
    job = _held(job_id)
    try:
        staged, found = take_in(job, factor=choice.factor if choice else None)
    except BrokenResult as error:
        db.session.rollback()
        raise Conflict(f"{error} Fetch the file again instead.") from error
    if staged.left and not found.items:
        db.session.rollback()
        raise Conflict("A newer file of this supplier was applied meanwhile; this one can only be rejected.")
    statements.run(FORGET_GONE, {"job_id": job_id})
    chosen = found
    if choice is not None:
        chosen = narrow(whose(job), choice)
        if not chosen.differing and choice.factor is None:  # once divided, all prices may be those of before
            db.session.rollback()
            raise Invalid("Nothing of the file is left to apply. Choose at least one change, or reject the file.")
    statements.run(FORGET_PROPOSED, {"job_id": job_id})
    write(job, chosen)
    counts = {name: value for name, value in written_down.facts_of(chosen).items() if name in COUNTED_ANEW}
    told = written_down.facts(staged, found)
    counts |= {name: told[name] for name in ("passed_over", "error_count")}  # excluded and corrected since it was read
    left_out = chosen.differing < found.differing
    outcome = Outcome.WARNINGS if left_out or written_down.to_look_at(told) else Outcome.SUCCESS
    rest = "; the rest was left out" if left_out else ""
    message = f"Approved by {actor}: {chosen.differing:,} of {found.differing:,} changes applied{rest}."
    message = f"{message} {file_order.told(staged.left)}".rstrip()
    size = {"changes": chosen.differing, "of": found.differing}
    audit.record(actor, "job.approved", str(job_id), supplier_id=str(job.supplier_id), **size)
    lifecycle.resettle(
        job_id, outcome, expected=[Outcome.HELD], message=message, actor=actor, applied_at=db.func.now(), **counts
    )
    db.session.commit()
    board.publish(job_id)
    return lifecycle.get(job_id)


def approve_due(job_id: UUID, *, actor: str, today: date) -> Job:
    """The day has come: apply a list that was held for nothing else, unless it is now to be held for what it changes.

    Raises Conflict.
    """
    job = _held(job_id)
    try:
        staged, found = take_in(job)
    except BrokenResult as error:
        db.session.rollback()
        raise Conflict(f"{error} Fetch the file again instead.") from error
    reasons = judge(job, staged, found, limits=_limits(staged), later=later_day(today)).hold
    db.session.rollback()
    if reasons:
        raise Conflict(" ".join(reasons))
    return approve_held(job_id, actor=actor)


def wait_for_a_person(job_id: UUID, reason: str) -> None:
    """A held list is not applied by itself any more; ``reason`` says what a person has to decide."""
    db.session.execute(
        update(Job).where(Job.id == job_id, Job.outcome == Outcome.HELD).values(applies_on=None, hold_reason=reason)
    )
    db.session.commit()
    board.publish(job_id)


def apply_rest(job_id: UUID, *, actor: str, skus: Sequence[str] | None = None) -> Job:
    """A person's yes to what was left out of a file that was applied in part: to all of it, or to ``skus``.

    Raises Conflict.
    """
    db.session.execute(text("SELECT 1 FROM ingestion_jobs WHERE id = :id FOR UPDATE"), {"id": job_id})
    job = lifecycle.get(job_id)
    left = db.session.scalars(
        select(ItemChange.supplier_sku).where(
            ItemChange.job_id == job_id,
            ~ItemChange.applied,
            ItemChange.supplier_sku.in_(skus) if skus is not None else true(),
        )
    ).all()
    if job.applied_at is None or job.outcome not in APPLIED or not left:
        db.session.rollback()
        raise Conflict("Nothing of this file was left out.")
    try:
        take_in(job)
    except BrokenResult as error:
        db.session.rollback()
        raise Conflict(f"{error} Fetch the file again instead.") from error
    statements.run(FORGET_GONE, {"job_id": job_id})
    chosen = narrow(whose(job), Choice(left))
    if not chosen.differing:
        db.session.commit()
        raise Conflict("What was left out is excluded by now, or was brought by a newer file: nothing of it is left.")
    statements.run(FORGET_CHOSEN, {"job_id": job_id, "skus": list(left)})
    write(job, chosen)
    counts = {
        name: getattr(job, name) + value
        for name, value in written_down.facts_of(chosen).items()
        if name in ("new_count", "changed_count", "vanished_count")
    }
    message = f"What was left out was applied by {actor}: {chosen.differing:,} changes."
    audit.record(actor, "job.rest_applied", str(job_id), supplier_id=str(job.supplier_id), changes=chosen.differing)
    lifecycle.resettle(job_id, Outcome(job.outcome), expected=APPLIED, message=message, actor=actor, **counts)
    db.session.commit()
    board.publish(job_id)
    return lifecycle.get(job_id)


def reject_held(job_id: UUID, *, actor: str) -> Job:
    """A person's no: nothing of the file is applied. Raises Conflict."""
    audit.record(actor, "job.rejected", str(job_id), supplier_id=str(_held(job_id).supplier_id))
    lifecycle.resettle(
        job_id,
        Outcome.REJECTED,
        expected=[Outcome.HELD],
        message=f"Rejected by {actor}; nothing was applied.",
        actor=actor,
    )
    db.session.commit()
    board.publish(job_id)
    return lifecycle.get(job_id)


def _held(job_id: UUID) -> Job:
    job = lifecycle.get(job_id)
    if job.outcome != Outcome.HELD:
        raise Conflict("This file is not held; there is nothing to decide.")
    # Two people at once: the second waits here and then finds it decided.
    db.session.execute(text("SELECT 1 FROM ingestion_jobs WHERE id = :id FOR UPDATE"), {"id": job_id})
    return lifecycle.get(job_id)


def _limits(staged: Staged) -> Limits:
    return limits_for(staged.supplier.guard, settings())


def _result_of(path: str) -> Path:
    with volume_errors():
        try:
            return volume().inside(path)
        except (NotOnVolume, OutsideVolume) as error:
            raise BrokenResult(f"The result cannot be read: {error}") from error


def take_in(job: Job, *, factor: Decimal | None = None) -> tuple[Staged, Difference]:
    """The job's result, staged and compared. ``factor``: what the prices are divided by before they are compared."""
    if job.supplier_id is None:
        raise BrokenResult(NOBODYS)
    if not job.result_path:
        raise BrokenResult("ml-analyze named no result file.")
    path = _result_of(job.result_path)
    try:
        found = plain_rows.ask(OF_SUPPLIER, {"id": job.supplier_id})
        if found is None:
            raise BrokenResult(NOBODYS)
        corrected, *columns = found
        supplier = plain_rows.supplier_of(columns)
        staged = stage(path, sha256=job.result_sha256, supplier=supplier, corrected=corrected or {})
        belongs.check(job, staged)
        file_order.in_line(job.supplier_id)  # after the file was read: nobody waits for a slow disk
        staged.repeats = identity.tell_apart(job.supplier_id)
        if factor is not None:
            odd.rescale(job.supplier_id, factor)
        locked.hold(job.supplier_id)
        percent = _limits(staged).change_percent
        difference = compare(whose(job), replaces_all=job.replaces_all, large_percent=percent, many=staged.many)
        if newer := file_order.newer_than(job):
            file_order.leave_to(newer)
            whole, difference = difference, figures(whose(job))
            staged.left = whole.items - difference.items
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the result's
    except DBAPIError as error:
        raise BrokenResult(f"The result could not be taken in: {str(error.orig).splitlines()[0]}") from error
    return staged, difference


def whose(job: Job) -> Whose:
    return Whose(job.supplier_id, job.list_name)


def _scope(job: Job) -> dict[str, Any]:
    return {
        "job_id": job.id,
        "supplier_id": job.supplier_id,
        "sha256": job.sha256,
        "list_name": job.list_name,
    }


def _keep(job: Job, found: Difference, *, applied: bool) -> None:
    if found.changed or found.vanished or (found.new and not applied):
        statements.run(KEEP_CHANGES, _scope(job) | {"applied": applied, "odd_only": False, "vanished": True})


def write(job: Job, found: Difference) -> None:
    scope = _scope(job)
    because(Cause.APPLIED)
    _keep(job, found, applied=True)
    file_order.keep_said(job)
    if found.writes:
        statements.run(UPDATE_CHANGED, scope)
        locked.keep_said()
    if found.relinks:
        statements.run(UPDATE_MATCH, scope)
    if found.new:
        statements.run(INSERT_NEW, scope)
    if found.prices_anew:
        statements.run(HISTORY, scope)
    if found.asks:
        statements.run(REVIEWS, scope | {"life": timedelta(days=settings().match_review_expiration_days)})
    if found.relinks and found.matched:
        statements.run(ANSWERED, scope)
    with whole_lists_joined(many=found.items >= MANY):
        if found.met:
            statements.run(JOIN_LIST, scope)
        if found.vanished:
            statements.run(MARK_VANISHED, scope)
        if job.replaces_all and found.shared:
            statements.run(LEAVE_LIST, scope)
    if found.new or found.changed:
        comparable.refresh_job(job.id)
    if found.changed or found.vanished or (found.matched and (found.new or found.relinks)):
        offers.refresh_supplier(scope["supplier_id"])
    tell.tell(job, found)
