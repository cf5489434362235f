"""The guard on the settings page, and a shadow run on a supplier's page."""

from __future__ import annotations

import io

from flask import Flask

from app.courier import upload
from app.extensions import db
from app.guards import ml_rate, switch
from app.jobs import lifecycle
from app.models.phase import Step
from app.models.supplier import Supplier
from app.shadow import trial as shadow
from app.suppliers import editing
from app.web import remembered
from tests.fixtures.courier import Courier
from tests.fixtures.web import Visitor


def test_what_the_guard_switched_is_named_and_one_click_restores(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        made = Supplier(name="Acme Ltd", source_type="csv", meta={})
        db.session.add(made)
        db.session.commit()
        editing.set_ml(made.id, False, ml_rate.ACTOR, "Only 20% of the last 10 analyses succeeded.")
    page = admin.get("/settings")
    assert "Switched to the simple reader by the guard" in page and "Acme Ltd" in page
    admin.post("/settings/guard/restore")
    assert "Switched to the simple reader by the guard" not in admin.get("/settings")
    with app.app_context():
        assert editing.get(made.id).wants_ml


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


def test_a_switch_for_all_turns_every_toggle_and_takes_the_tile_of_ml_away(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        db.session.add(Supplier(name="Acme Ltd", source_type="csv", meta={}))
        db.session.commit()
        switch.turn(False, actor="anna", reason="Too many failures.")
    toggle = admin.get("/suppliers").split('role="switch"')[1].split(">")[0]
    assert "disabled" in toggle and " checked" not in toggle
    assert "Read well by ML" not in admin.get("/system")
    with app.app_context():
        switch.turn(True, actor="anna")
        remembered.forget()
    toggle = admin.get("/suppliers").split('role="switch"')[1].split(">")[0]
    assert " checked" in toggle and "disabled" not in toggle
    assert "Read well by ML" in admin.get("/system")


def test_the_chip_of_the_latest_file_lives_until_the_file_has_ended(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        made = Supplier(name="Acme Ltd", source_type="csv", meta={})
        db.session.add(made)
        db.session.commit()
        job = lifecycle.open_job(made, trigger="manual", task_id="sync-1", step=Step.DELIVER)
        job_id = job.id
    address = f"/jobs/pulse?ids={job_id}&amp;as=chips"
    page = admin.get("/suppliers")
    assert f'id="chip-{job_id}"' in page and address in page
    piece = admin.get(address.replace("&amp;", "&"), HX_Request="true")
    assert 'data-state="downloading"' in piece and address in piece
    with app.app_context():
        lifecycle.cancel(job_id)
        remembered.forget()
    ended = admin.get(address.replace("&amp;", "&"), HX_Request="true")
    assert 'data-state="cancelled"' in ended and "data-poll" not in ended
