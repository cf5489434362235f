"""A question before something is destroyed names it, says how much, bears the verb, and leads the safe way first."""

from __future__ import annotations

import re

from flask import Flask

from app.extensions import db
from app.models.catalog import Product, ProductStatus, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.supplier import Supplier
from tests.fixtures.web import Visitor


def supplier() -> Supplier:
    made = Supplier(name="Brandt", source_type="csv", meta={})
    db.session.add(made)
    db.session.flush()
    return made


def a_job(of: Supplier, outcome: Outcome | None) -> Job:
    phase = Phase.COMPLETE if outcome else Phase.ANALYZING
    counts = {"new_count": 1, "changed_count": 20, "vanished_count": 2, "applied_at": db.func.now()}
    job = Job(supplier_id=of.id, supplier_name=of.name, trigger="upload", task_id="t", phase=phase, outcome=outcome)
    job.original_filename, job.source_type = "may.csv", "csv"
    for name, value in counts.items():
        setattr(job, name, value)
    db.session.add(job)
    db.session.commit()
    return job


def test_a_supplier_is_deleted_with_what_the_dialog_has_named(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        brandt = supplier()
        draft = Product(internal_sku="D1", name="Feile", status=ProductStatus.DRAFT, drafted_for=brandt.id)
        imported = Product(internal_sku="P1", name="Hammer", status=ProductStatus.ACTIVE)
        db.session.add_all([draft, imported])
        db.session.flush()
        for number, product in enumerate((draft, imported)):
            item = SupplierItem(supplier_id=brandt.id, supplier_sku=str(number), name="x", product_id=product.id)
            db.session.add(item)
        db.session.commit()
        address = f"/suppliers/{brandt.id}/delete"
    page = admin.get(address)
    text = re.sub(r"\s+", " ", page)
    assert "Delete Brandt" in text and "its 2 items" in text and "1 product loses its only offer and stays" in text
    assert "Also delete the 1 draft" in text and "Feile" in text
    assert re.search(r"<a [^>]*autofocus[^>]*>No, keep it</a>", text)
    assert re.search(r'<button class="btn danger">.*?Delete supplier</button>', text)
    assert "checked" not in text, "nothing goes along unless it is ticked"
    admin.post(address)
    with app.app_context():
        assert {each.internal_sku for each in db.session.query(Product)} == {"D1", "P1"}


def test_acts_on_a_job_name_the_file_and_how_much_it_changes(app: Flask, admin: Visitor) -> None:
    said = {
        Outcome.HELD: ("Reject may.csv? None of its 23 changes", "Apply all 23 changes of may.csv?"),
        Outcome.SUCCESS: ("Take back the 23 changes of may.csv?",),
        None: ("Cancel the job of Brandt?",),
    }
    for outcome, questions in said.items():
        with app.app_context():
            job = a_job(supplier(), outcome)
            address = f"/jobs/{job.id}"
            db.session.commit()
        page = admin.get(address)
        for question in questions:
            assert f'data-confirm="{question}' in page, question
        with app.app_context():
            db.session.query(Supplier).delete()
            db.session.commit()
