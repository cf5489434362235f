"""What people decide is never asked again: links, vetoes and re-matching over the real pipeline."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from app.courier import upload
from app.extensions import db
from app.models.catalog import ItemMatch, Product, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome
from app.models.review import MatchDecision, Review, ReviewStatus
from app.models.supplier import Supplier
from app.models.user import User
from app.review import answer, rematch
from app.suppliers import editing
from tests.fixtures.stack import Stack

ROWS = [
    ("SH-4711", "Bosch Professional hammer drill GBH 2-28 880 W"),
    ("SH-4712", "Bosch Professional rotary hammer GBH 2-28 F 880W set"),
    ("SH-4713", "Makita cordless screwdriver DF 333 D 12 V"),
]


@pytest.fixture(scope="module")
def supplier_id(stack: Stack) -> object:
    with stack.context():
        # What other tests decided on this installation would teach the matcher something else.
        db.session.execute(delete(MatchDecision))
        names = ["Bosch GBH 2-28 rotary hammer", "Makita DF333D cordless driver 12V", "Hilti TE 30 combihammer"]
        db.session.add_all(Product(internal_sku=f"LEARN-{n}", name=name) for n, name in enumerate(names))
        fields = editing.SupplierFields(name=f"Learner {uuid4().hex[:6]}", source_type="csv")
        return editing.create(fields, actor="tests").id


def send(stack: Stack, supplier_id: object, price: str) -> Job:
    table = "sku;name;price EUR\n" + "".join(f"{sku};{name};{price}\n" for sku, name in ROWS)
    path = stack.home / f"{uuid4().hex}.csv"
    path.write_text(table, encoding="utf-8")
    with stack.context():
        supplier = db.session.get_one(Supplier, supplier_id)
        with path.open("rb") as stream:
            return stack.wait(upload.receive_file(supplier, stream, "learn.csv", actor="tests").id)


def reviews(supplier_id: object) -> dict[str, Review]:
    db.session.rollback()
    found = db.session.execute(
        select(SupplierItem.supplier_sku, Review)
        .join(SupplierItem, Review.supplier_item_id == SupplierItem.id)
        .where(SupplierItem.supplier_id == supplier_id, Review.status == ReviewStatus.PENDING)
    )
    return dict(found.all())


def test_a_link_holds_and_a_vetoed_pair_is_not_proposed_again(stack: Stack, supplier_id: object) -> None:
    assert send(stack, supplier_id, "100.00").outcome == Outcome.SUCCESS
    with stack.context():
        asked = reviews(supplier_id)
        assert "SH-4713" in asked, "the row must be in review with a candidate"
        anna = db.session.scalars(select(User)).first()
        assert anna is not None
        product = asked["SH-4713"].candidate_products[0]["product_id"]
        answer.approve(asked["SH-4713"].id, product, by=anna)
        vetoed = {each["product_id"] for each in asked["SH-4712"].candidate_products}
        answer.reject(asked["SH-4712"].id, by=anna)
    job = send(stack, supplier_id, "101.00")
    assert (job.outcome, job.changed_count) == (Outcome.SUCCESS, 3)
    with stack.context():
        items = {
            item.supplier_sku: item
            for item in db.session.scalars(select(SupplierItem).where(SupplierItem.supplier_id == supplier_id))
        }
        assert (items["SH-4713"].match_status, str(items["SH-4713"].product_id)) == (ItemMatch.VERIFIED_MATCH, product)
        again = reviews(supplier_id).get("SH-4712")
        assert not again or not vetoed & {each["product_id"] for each in again.candidate_products}


def test_a_link_travels_with_the_catalogue_when_the_item_comes_back(stack: Stack, supplier_id: object) -> None:
    """The item is gone, the decision is not: ml-analyze links it again at once."""
    with stack.context():
        item = db.session.scalars(
            select(SupplierItem).where(SupplierItem.supplier_id == supplier_id, SupplierItem.supplier_sku == "SH-4713")
        ).one()
        product = item.product_id
        db.session.delete(item)
        db.session.commit()
    send(stack, supplier_id, "102.00")
    with stack.context():
        item = db.session.scalars(
            select(SupplierItem).where(SupplierItem.supplier_id == supplier_id, SupplierItem.supplier_sku == "SH-4713")
        ).one()
        assert (item.match_status, item.product_id, item.match_score) == (ItemMatch.AUTO_MATCHED, product, 100)


def test_unlinked_items_are_matched_again_after_the_catalogue_changed(stack: Stack, supplier_id: object) -> None:
    with stack.context():
        db.session.add(Product(internal_sku="LEARN-9", name=ROWS[1][1]))
        db.session.commit()
        before = rematch.unlinked(supplier_id)  # type: ignore[arg-type]
        done = rematch.rematch(supplier_id, actor="tests")  # type: ignore[arg-type]
        assert done.asked == before > 0
        asked = reviews(supplier_id)["SH-4712"]
        newest = db.session.scalars(select(Product).where(Product.internal_sku == "LEARN-9")).one()
        assert asked.candidate_products[0]["product_id"] == str(newest.id)
