"""The guard on the settings page, and a shadow run on a supplier's page."""

from __future__ import annotations

import io

from flask import Flask

from app.courier import upload
from app.extensions import db
from app.guards import ml_rate, switch
from app.models.supplier import Supplier
from app.shadow import run as shadow
from app.suppliers import manage
from tests.fixtures.courier import Courier
from tests.fixtures.web import Visitor


def test_what_the_guard_switched_is_named_and_one_click_restores(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        made = Supplier(name="Acme Ltd", source_type="csv", meta={})
        db.session.add(made)
        db.session.commit()
        manage.set_ml(made.id, False, ml_rate.ACTOR, "Only 20% of the last 10 analyses succeeded.")
    page = admin.get("/settings")
    assert "Switched to legacy by the guard" in page and "Acme Ltd" in page
    admin.post("/settings/guard/restore")
    assert "Switched to legacy by the guard" not in admin.get("/settings")
    with app.app_context():
        assert manage.get(made.id).wants_ml


def test_switching_on_for_all_takes_back_what_the_guard_did(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        switch.turn(False, actor=ml_rate.ACTOR, reason="Only 20% succeeded.", tripped=True)
    assert "Only 20% succeeded." in admin.get("/settings")
    admin.post("/settings/ml", on="1", reason="mended")
    with app.app_context():
        assert switch.current().on and switch.current().reason == "mended"


def test_a_comparison_is_asked_for_followed_and_shown(courier: Courier, courier_app: Flask, admin: Visitor) -> None:
    supplier = courier.supplier()
    address = f"/suppliers/{supplier.id}"
    assert "Both pipelines on one file" in admin.get(address)
    courier.run(upload.receive_file(supplier, io.BytesIO(b"sku;name;price\nA;Anvil;10\n"), "list.csv", actor="tests"))
    admin.post(f"{address}/shadow")
    assert "hx-trigger" in admin.get(f"{address}/shadow", HX_Request="true")
    shadow.run(supplier.id)
    region = admin.get(f"{address}/shadow", HX_Request="true")
    assert "1 the same" in region and "hx-trigger" not in region
    assert admin.ask(f"{address}/shadow", status=303).headers["Location"] == address  # opened as a page
