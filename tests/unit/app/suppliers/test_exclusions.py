"""Exclusions leave at once and from each list, are counted, and are taken back by a click."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.apply.commit import apply_rest, approve_held
from app.apply.difference import Choice
from app.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.models.catalog import ItemChange, Product, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome
from app.models.supplier import Supplier
from app.models.user import AuditEntry
from app.suppliers import exclusions
from tests.fixtures.results import Apply, item, items


def excluded(job: object) -> list[int]:
    return [each["count"] for each in job.passed_over if each["kind"] == "excluded"]  # type: ignore[attr-defined]


def offered() -> set[str]:
    return {sku for sku, each in items().items() if each.is_available}


def proposed(job: Job) -> list[str]:
    rows = select(ItemChange.supplier_sku).where(ItemChange.job_id == job.id, ~ItemChange.applied)
    return sorted(db.session.scalars(rows))


LIST = [item("A", "Drill"), item("B", "Garden hose", category=["Garden"]), item("C", "Rake", category="Garden tools")]


def test_what_is_not_wanted_leaves_at_once_and_from_the_next_list(send: Apply, supplier: Supplier) -> None:
    send(*LIST)
    product = Product(internal_sku="P", name="Rake", availability=True)
    db.session.add(product)
    db.session.flush()
    items()["C"].product_id = product.id
    db.session.commit()
    assert exclusions.add(supplier.id, "category", " garden* ", actor="anna") == 2
    assert offered() == {"A"}
    assert items()["C"].product_id == product.id, "its link stays"
    assert not db.session.get_one(Product, product.id, populate_existing=True).availability
    job = send(*LIST, item("D", "Garden gnome", category="Garden"), replaces_all=True)
    assert (job.outcome, excluded(job), offered()) == (Outcome.SUCCESS, [3], {"A"})
    (kept,) = exclusions.of_supplier(db.session.get_one(Supplier, supplier.id))
    exclusions.take_back(supplier.id, kept.id, actor="anna")
    job = send(*LIST, replaces_all=True)
    assert (excluded(job), offered()) == ([], {"A", "B", "C"})
    told = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.contains("exclusion"))).all()
    assert sorted(told) == ["supplier.exclusion_added", "supplier.exclusion_removed"]
    with pytest.raises(NotFound):
        exclusions.take_back(supplier.id, kept.id, actor="anna")


def test_it_leaves_a_held_file_too_that_was_read_before(send: Apply, supplier: Supplier) -> None:
    send(*(item(f"S{n}", f"Screw {n}") for n in range(12)))
    held = send(*(item(f"S{n}", f"Screw {n}", "9.00") for n in range(12)))
    assert held.outcome == Outcome.HELD
    exclusions.add(supplier.id, "name", "screw 1*", actor="anna")
    job = approve_held(held.id, actor="anna")
    assert excluded(job) == [3]
    assert len(offered()) == 9
    assert proposed(held) == [], "what was excluded is left to nobody"


def test_what_was_left_out_of_a_file_and_is_excluded_since_is_not_left_any_more(
    send: Apply, supplier: Supplier
) -> None:
    send(*(item(f"S{n}", f"Screw {n}") for n in range(12)))
    held = send(*(item(f"S{n}", f"Screw {n}", "9.00") for n in range(12)))
    approve_held(held.id, actor="anna", choice=Choice(["S2", "S3"]))
    exclusions.add(supplier.id, "name", "screw 1*", actor="anna")
    assert proposed(held) == ["S0", "S1", "S10", "S11", "S4", "S5", "S6", "S7", "S8", "S9"]
    apply_rest(held.id, actor="anna", skus=["S4", "S5", "S6", "S7", "S8"])
    assert proposed(held) == ["S0", "S9"]
    exclusions.add(supplier.id, "name", "screw*", actor="anna")
    with pytest.raises(Conflict, match="excluded by now"):
        apply_rest(held.id, actor="anna")
    assert proposed(held) == []
    assert items()["S1"].current_price == 1


@pytest.mark.parametrize(
    ("field", "pattern"), [("name", " * "), ("name", ""), ("price", "x"), ("name", "x" * 201), ("brand", "KASKAD")]
)
def test_what_would_leave_nothing_or_makes_no_sense_is_refused(supplier: Supplier, field: str, pattern: str) -> None:
    exclusions.add(supplier.id, "brand", "Kaskad", actor="anna")
    with pytest.raises(Invalid):
        exclusions.add(supplier.id, field, pattern, actor="anna")
    assert not db.session.scalars(select(SupplierItem)).all()
