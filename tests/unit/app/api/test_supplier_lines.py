"""The whole list of suppliers as the database writes it says what the shape of one supplier says."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
from flask import Flask
from sqlalchemy import select, text

from app.api import supplier_lines
from app.api.suppliers import listed_shape
from app.extensions import db
from app.models.supplier import Supplier

TEXTS: list[Any] = [None, "", "EUR", 'a "quoted"\n\\ word: ü', 7, True, ["x"], {"a": 1}]
FLAGS: list[Any] = [None, True, False, 0, -0.0, 1, "", "false", [], [0], {}, {"a": None}]
NUMBERS: list[Any] = [None, 0, -1, 0.2, 1, 7.9, 365, 365.5, 1e300, True, "7", [7]]
LISTS: list[Any] = [None, "x", [], [{"name": "B"}, {"name": "A", "source_url": None}], [1, [], {"name": 2}, {"x": 1}]]
HINTS: list[Any] = [None, [], {"header_row": 3, "columns": {"Preis €": "price"}}, "x"]
ODD = {
    **dict.fromkeys(("source_url", "notes", "sheet_name", "default_currency", "origin"), TEXTS),
    **dict.fromkeys(("is_active", "use_ml_processing", "replaces_all"), FLAGS),
    "cadence_days": NUMBERS,
    "lists": LISTS,
    "hints": HINTS,
}


def test_every_odd_value_is_told_as_the_suppliers_own_route_tells_it(ctx: Flask) -> None:
    metas: list[dict[str, Any]] = [{}, *({name: value} for name, values in ODD.items() for value in values)]
    db.session.add_all(Supplier(name=f"N{n:03d} é", source_type="csv", meta=meta) for n, meta in enumerate(metas))
    db.session.add(Supplier(name="With headers", source_type="url", meta={}, secret_headers=b"x", contact_email="a@b"))
    db.session.commit()
    made = db.session.scalars(select(Supplier).order_by(Supplier.name)).all()
    counts = {made[3].id: 12, uuid4(): 4}
    told = orjson.loads(b"".join(supplier_lines.whole_list(counts)))
    assert told["total"] == len(made) == len(told["suppliers"])
    for supplier, line in zip(made, told["suppliers"], strict=True):
        shape = listed_shape(supplier, counts.get(supplier.id, 0))
        assert line == orjson.loads(shape.model_dump_json()), supplier.meta


def test_a_metadata_that_is_no_object_hides_nobody(ctx: Flask) -> None:
    db.session.add(Supplier(name="Odd", source_type="csv", meta={}))
    db.session.commit()
    db.session.execute(text("UPDATE suppliers SET metadata = '[1]'"))
    told = orjson.loads(b"".join(supplier_lines.whole_list({})))
    assert [(each["name"], each["is_active"], each["lists"]) for each in told["suppliers"]] == [("Odd", True, [])]


def test_many_come_in_pieces(ctx: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr(supplier_lines, "BATCH", 2)
    db.session.add_all(Supplier(name=f"S{n}", source_type="csv", meta={}) for n in range(5))
    db.session.commit()
    pieces = supplier_lines.whole_list({})
    assert len(pieces) == 5
    assert [each["name"] for each in orjson.loads(b"".join(pieces))["suppliers"]] == ["S0", "S1", "S2", "S3", "S4"]


def test_nobody_is_an_empty_list(ctx: Flask) -> None:
    assert orjson.loads(b"".join(supplier_lines.whole_list({}))) == {"suppliers": [], "total": 0}
