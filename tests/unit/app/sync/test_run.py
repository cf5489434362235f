"""The sync against a real database and a local stand-in of Google: states, isolation, the guard, a worker's death."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.event import listen, remove

from app.errors import Conflict, Invalid, LostClaim, NotFound, SyncInProgress
from app.extensions import db, queue, redis
from app.jobs import lifecycle
from app.models.catalog import ParsingLog
from app.models.job import Job
from app.models.supplier import Supplier
from app.models.sync import SyncRun
from app.suppliers import editing
from app.sync import held, master, opening, run, standing
from app.sync.sync_claims import claimed
from tests.fixtures.sync import EXPORT, Syncing
from tests.servers.files import Served


def suppliers() -> dict[str, Supplier]:
    found = db.session.scalars(select(Supplier).execution_options(populate_existing=True))
    return {each.name: each for each in found}


def test_the_master_sheet_makes_suppliers_of_its_rows_and_logs_the_others(syncing: Syncing) -> None:
    syncing.configure([syncing.row("Anna"), ["Bert", "no link", "csv", "yes", ""]])
    begun = run.request_sync("tests")
    syncing.finish(begun)
    assert set(suppliers()) == {"Anna"} and suppliers()["Anna"].meta["origin"] == "sheet"
    line = db.session.scalars(select(ParsingLog).where(ParsingLog.task_id == begun.task_id, ParsingLog.row_number == 3))
    assert "source URL" in line.one().error_message


def test_what_the_office_decided_survives_the_next_sync(syncing: Syncing) -> None:
    """Merged, never replaced: flags, hints and hand-made suppliers stay."""
    syncing.configure([syncing.row("Anna")])
    syncing.finish(run.request_sync("tests"))
    editing.set_ml(suppliers()["Anna"].id, False, "tests", "odd prices")
    editing.create(editing.SupplierFields(name="By hand", source_type="csv"), "tests")
    syncing.configure([syncing.row("Anna", b"sku;name;price\nB;Bolt;1\n"), syncing.row("Bert")])
    syncing.finish(run.request_sync("tests"))
    found = suppliers()
    assert found["Anna"].meta["use_ml_processing"] is False
    assert found["Anna"].meta["ml_processing_reason"] == "odd prices"
    assert found["By hand"].is_active and set(found) == {"Anna", "Bert", "By hand"}


def test_an_absent_supplier_is_switched_off_and_not_fetched(syncing: Syncing) -> None:
    syncing.configure([syncing.row(name) for name in ("Anna", "Bert", "Carl")])
    syncing.finish(run.request_sync("tests"))
    syncing.configure([syncing.row(name) for name in ("Anna", "Bert")])
    begun = run.request_sync("tests")
    syncing.finish(begun)
    assert not suppliers()["Carl"].is_active
    assert [job.supplier_name for job in syncing.jobs(begun.id)] == ["Anna", "Bert"]


def test_a_mass_deactivation_is_held_and_prices_go_on(syncing: Syncing) -> None:
    names = ["Anna", "Bert", "Carl", "Dora"]
    syncing.configure([syncing.row(name) for name in names])
    syncing.finish(run.request_sync("tests"))
    syncing.configure([syncing.row("Anna"), syncing.row("Emil")])
    begun = run.request_sync("tests")
    assert syncing.finish(begun)[-1] == "held"
    assert all(each.is_active for each in suppliers().values()) and "Emil" not in suppliers()
    assert [job.supplier_name for job in syncing.jobs(begun.id)] == names, "the known suppliers are fetched"
    now = standing.current()
    assert (now.is_held, now.sync_state, now.is_running) == (True, "idle", False)
    assert held.approve(begun.id, "boss") == 4
    assert [name for name, each in suppliers().items() if each.is_active] == ["Anna", "Emil"]
    assert db.session.scalar(select(func.count()).where(Job.supplier_name == "Emil")) == 1
    with pytest.raises(Conflict):
        held.approve(begun.id, "boss")


def test_a_held_sheet_may_be_rejected_and_an_older_one_no_longer_approved(syncing: Syncing) -> None:
    syncing.configure([syncing.row("Anna"), syncing.row("Bert")])
    syncing.finish(run.request_sync("tests"))
    syncing.configure([])
    first, second = run.request_sync("tests"), None
    syncing.finish(first)
    second = run.request_sync("tests")
    syncing.finish(second)
    with pytest.raises(Conflict, match="later sync"):
        held.approve(first.id, "boss")
    held.reject(second.id, "boss")
    assert standing.current().state == "complete" and all(each.is_active for each in suppliers().values())
    with pytest.raises(NotFound):
        held.reject(UUID(int=1), "boss")


def test_a_missing_column_fails_the_whole_sync_and_changes_nothing(syncing: Syncing) -> None:
    syncing.configure([["Anna", "x"]], header=("Supplier name", "Notes"))  # type: ignore[arg-type]
    begun = run.request_sync("tests")
    assert syncing.finish(begun) == ["syncing_master", "failed"]
    failed = db.session.get_one(SyncRun, begun.id, populate_existing=True)
    assert "lacks a column" in (failed.error_message or "") and suppliers() == {}
    assert redis().get("sync:lock") is None
    assert run.request_sync("tests").id != begun.id, "the next one may begin"


def test_a_missing_tab_says_which_there_are(syncing: Syncing) -> None:
    url = syncing.lay([syncing.row("Anna")], tab="Lieferanten")
    master.configure(url, "Suppliers", "tests")
    syncing.finish(run.request_sync("tests"))
    assert set(suppliers()) == {"Anna"}, "a single tab is taken whatever its name"


def test_an_unreachable_sheet_is_tried_again_before_the_sync_fails(syncing: Syncing) -> None:
    url = syncing.lay([syncing.row("Anna")])
    master.configure(url, None, "tests")
    good = syncing.files._files[f"/{EXPORT}"]
    syncing.files.put(EXPORT, Served(b"", statuses=[503] * 9))
    begun = run.request_sync("tests")
    syncing.start(begun.id)
    waits = db.session.get_one(SyncRun, begun.id, populate_existing=True)
    assert waits.completed_at is None and "Trying again" in (waits.error_message or "")
    with pytest.raises(LostClaim):
        run.run(begun.id)
    syncing.files.put(EXPORT, good)
    db.session.execute(update(SyncRun).values(claimed_until=func.now()))
    db.session.commit()
    assert syncing.finish(begun)[-1] == "complete" and set(suppliers()) == {"Anna"}


def test_a_sheet_that_never_comes_fails_the_sync_after_the_retries(syncing: Syncing) -> None:
    master.configure(f"{syncing.files.url}/gone.csv", None, "tests")
    begun = run.request_sync("tests")
    syncing.start(begun.id)
    failed = db.session.get_one(SyncRun, begun.id, populate_existing=True)
    assert failed.state == "failed" and "404" in (failed.error_message or "")


def test_without_a_sheet_the_active_suppliers_are_processed(syncing: Syncing) -> None:
    syncing.courier.supplier(syncing.files.put("a.csv", b"sku;name;price\nA;Anvil;1\n"), name="Anna")
    syncing.courier.supplier(syncing.files.put("b.csv", b"x"), name="Bert", meta={"is_active": False})
    syncing.courier.supplier(name="Upload only")
    begun = run.request_sync("tests")
    syncing.finish(begun)
    assert [job.supplier_name for job in syncing.jobs(begun.id)] == ["Anna"]


def test_a_dead_worker_costs_its_lease_and_no_supplier_twice(syncing: Syncing) -> None:
    syncing.configure([syncing.row(name) for name in ("Anna", "Bert", "Carl")])
    begun = run.request_sync("tests")
    syncing.start(begun.id)
    dead = {"claim_token": UUID(int=7), "claimed_until": func.now(), "state": "downloading_suppliers"}
    db.session.execute(update(SyncRun).values(**dead))
    db.session.delete(syncing.jobs(begun.id)[0])
    db.session.commit()
    run.advance()
    assert standing.current().state == "downloading_suppliers", "half of the jobs are no whole sync"
    redis().delete(run.HINT_KEY)
    before = queue().count
    run.tell_workers()
    run.tell_workers()
    assert queue().count == before + 1, "told once"
    syncing.finish(begun)
    assert [job.supplier_name for job in syncing.jobs(begun.id)] == ["Anna", "Bert", "Carl"]


def test_a_supplier_whose_fetch_was_under_way_already_does_not_keep_the_sync_from_ending(syncing: Syncing) -> None:
    """The fetch belongs to whoever asked first; a sync that waits for it by number waited for ever."""
    syncing.configure([syncing.row(name) for name in ("Anna", "Bert")])
    syncing.finish(run.request_sync("tests"))
    under_way = run.sync_supplier(suppliers()["Anna"].id, "tests", force=True)
    begun = run.request_sync("tests")
    syncing.start(begun.id)
    syncing.courier.run(under_way)
    assert syncing.finish(begun)[-1] == "complete"
    now = standing.current()
    assert (now.progress.total, now.progress.settled, now.is_running) == (1, 1, False)
    assert run.request_sync("tests").id != begun.id


def test_a_job_that_was_deleted_meanwhile_does_not_keep_the_sync_from_ending(syncing: Syncing) -> None:
    syncing.configure([syncing.row(name) for name in ("Anna", "Bert")])
    begun = run.request_sync("tests")
    syncing.start(begun.id)
    db.session.delete(syncing.jobs(begun.id)[0])
    db.session.commit()
    assert syncing.finish(begun)[-1] == "complete"


def test_a_sync_can_be_stopped_in_any_state_and_its_files_go_on(syncing: Syncing) -> None:
    syncing.configure([syncing.row(name) for name in ("Anna", "Bert")])
    unread = run.request_sync("tests")
    assert run.stop("boss").id == unread.id
    with pytest.raises(LostClaim):
        run.run(unread.id)
    begun = run.request_sync("tests")
    syncing.start(begun.id)
    run.stop("boss")
    now = standing.current()
    assert (now.state, now.is_running, now.sync_state) == ("stopped", False, "idle")
    assert {syncing.courier.run(job).outcome for job in syncing.jobs(begun.id)} == {"success"}
    run.advance()
    assert standing.current().state == "stopped"
    with pytest.raises(Conflict, match="No sync is running"):
        run.stop("boss")
    assert redis().get("sync:lock") is None


def test_a_worker_that_opens_jobs_for_a_stopped_sync_opens_no_more(syncing: Syncing) -> None:
    syncing.configure([syncing.row(name) for name in ("Anna", "Bert")])
    begun = run.request_sync("tests")
    with pytest.raises(LostClaim), claimed(begun.id) as claim:
        claim.check()
        run.stop("boss")
        claim.check()


def test_a_sync_that_runs_for_longer_than_its_files_can_is_overdue(syncing: Syncing) -> None:
    begun = run.request_sync("tests")
    assert not standing.current().is_overdue
    db.session.execute(update(SyncRun).values(created_at=func.now() - timedelta(hours=2)))
    db.session.commit()
    assert standing.current().is_overdue
    run.stop("boss")
    assert not standing.current().is_overdue and begun.completed_at is not None


def test_two_requests_at_once_begin_one_sync(syncing_app: Flask) -> None:
    def request(_: int) -> bool:
        with syncing_app.app_context():
            try:
                run.request_sync("tests")
            except SyncInProgress:
                return False
            return True

    with ThreadPoolExecutor(6) as people:
        assert sum(people.map(request, range(6))) == 1


def test_one_supplier_is_fetched_once_however_many_ask(syncing: Syncing, syncing_app: Flask) -> None:
    anna = syncing.courier.supplier(syncing.files.put("a.csv", b"x"), name="Anna")

    def ask(_: int) -> UUID:
        with syncing_app.app_context():
            return run.sync_supplier(anna.id, "tests").id

    with ThreadPoolExecutor(6) as people:
        assert len(set(people.map(ask, range(6)))) == 1


def test_a_supplier_without_an_address_cannot_be_fetched(syncing: Syncing) -> None:
    with pytest.raises(Invalid, match="no source URL"):
        run.sync_supplier(syncing.courier.supplier(name="Upload only").id, "tests")


def test_a_dry_run_changes_nothing(syncing: Syncing) -> None:
    assert run.dry_run() is None
    syncing.configure([syncing.row("Anna")])
    plan = run.dry_run()
    assert plan is not None and [each.name for each in plan.changes] == ["Anna"] and suppliers() == {}


def test_a_sheet_may_be_csv_in_any_separator() -> None:
    for text in ("Name;URL;Format\nA;https://example.com;csv\n", "Name\tURL\tFormat\nA\thttps://example.com\tcsv\n"):
        assert master.read_cells(text.encode("utf-8-sig"), "Suppliers")[1] == ["A", "https://example.com", "csv"]
    with pytest.raises(Invalid):
        master.read_cells(b"PK\x03\x04 broken", "Suppliers")


def test_jobs_are_opened_one_by_one_where_they_cannot_be_together(
    syncing: Syncing, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_fetches = lifecycle.open_fetches

    def refused(openings: Sequence[Any], **more: Any) -> None:
        if len(openings) > 1:
            raise RuntimeError("one of them stands in the way")
        open_fetches(openings, **more)

    syncing.configure([syncing.row(name) for name in ("Anna", "Bert", "Carl")])
    begun = run.request_sync("tests")
    monkeypatch.setattr(lifecycle, "open_fetches", refused)
    syncing.start(begun.id)
    assert [job.supplier_name for job in syncing.jobs(begun.id)] == ["Anna", "Bert", "Carl"]


def test_the_jobs_of_many_suppliers_take_as_many_statements_as_those_of_two(syncing: Syncing) -> None:
    syncing.configure([syncing.row(f"Supplier {number}") for number in range(14)])
    begun = run.request_sync("tests")
    syncing.start(begun.id)
    db.session.execute(delete(Job))
    db.session.commit()
    ids, said = [each.id for each in suppliers().values()], list[str]()

    def hear(connection: object, cursor: object, statement: str, *more: object) -> None:
        said.append(statement)

    listen(db.engine, "before_cursor_execute", hear)
    try:
        opening._open_together(ids[:2], begun)
        of_two = len(said)
        opening._open_together(ids[2:], begun)
    finally:
        remove(db.engine, "before_cursor_execute", hear)
    assert len(said) - of_two == of_two, "\n".join(each[:90] for each in said)
    assert len(syncing.jobs(begun.id)) == 14
