"""Several price lists of one supplier: what one brings, another never lets vanish."""

from __future__ import annotations

from sqlalchemy import select

from app.apply import undo
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome
from app.models.supplier import Supplier
from app.suppliers import editing
from app.suppliers.fields import PriceListFields, SupplierFields
from app.sync import run as sync_run
from tests.fixtures.results import Apply, item, items


def available() -> set[str]:
    return {sku for sku, each in items().items() if each.is_available}


def test_a_whole_list_lets_only_its_own_items_vanish(send: Apply) -> None:
    send(item("T1", "Hammer"), item("T2", "Zange"), list_name="tools", replaces_all=True)
    job = send(item("P1", "Rohr"), item("P2", "Bogen"), list_name="plumbing", replaces_all=True)
    assert (job.outcome, job.vanished_count) == (Outcome.SUCCESS, 0)
    assert send(item("P1", "Rohr"), list_name="plumbing", replaces_all=True).vanished_count == 1
    assert available() == {"T1", "T2", "P1"}


def test_an_item_of_two_lists_stays_until_the_last_of_them_drops_it(send: Apply) -> None:
    both, more = item("B1", "Band"), item("T1", "Hammer")
    send(both, more, replaces_all=True)
    send(both, list_name="plumbing", replaces_all=True)
    assert send(more, replaces_all=True).vanished_count == 0
    assert items()["B1"].lists == ["plumbing"]
    gone = send(item("P1", "Rohr"), list_name="plumbing", replaces_all=True)
    assert gone.vanished_count == 1
    assert available() == {"T1", "P1"}
    undo.undo(gone.id, actor="anna")
    assert items()["B1"].lists == ["plumbing"]
    assert available() == {"T1", "B1"}


def test_an_older_file_of_another_list_is_not_left_to_a_newer_whole_one(send: Apply) -> None:
    older = send(item("T1", "Hammer"), list_name="tools")
    send(item("P1", "Rohr"), list_name="plumbing", replaces_all=True)
    again = send(item("T1", "Hammer"), item("T2", "Zange"), list_name="tools", came_at=older.came_at)
    assert again.new_count == 1


def test_each_list_with_an_address_is_fetched_as_a_job_of_its_own(ctx: object, supplier: Supplier) -> None:
    fields = SupplierFields(name="Two", source_type="csv", source_url="https://example.org/a.csv")
    made = editing.create(fields, "tests")
    editing.add_list(made.id, PriceListFields(name="plumbing", source_url="https://example.org/b.csv"), "tests")
    editing.add_list(made.id, PriceListFields(name="by mail"), "tests")
    main = sync_run.sync_supplier(made.id, "tests")
    assert (main.source_url, main.list_name) == ("https://example.org/a.csv", "")
    assert sync_run.sync_supplier(made.id, "tests").id == main.id
    db.session.refresh(made)
    jobs = {(job.list_name, job.source_url) for job in _jobs(made)}
    assert jobs == {("", "https://example.org/a.csv"), ("plumbing", "https://example.org/b.csv")}


def _jobs(supplier: Supplier) -> list[Job]:
    return list(db.session.scalars(select(Job).where(Job.supplier_id == supplier.id)))
