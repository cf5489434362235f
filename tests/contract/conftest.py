"""The world in which the facts were seen: a few suppliers, products, items and jobs, and callers of every role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import bcrypt
import pytest
from flask import Flask

from app.access import accounts, tokens
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import Category, ParsingLog, Product, ProductStatus, SupplierItem
from app.models.phase import Outcome, Phase, Step
from app.models.supplier import Supplier
from app.models.user import User, UserRole


@dataclass(frozen=True)
class World:
    """``names`` are the ids that facts speak of, ``tokens`` the bearer token of each role."""

    app: Flask
    names: dict[str, str]
    tokens: dict[str, str]


@pytest.fixture
def world(make_app: Callable[..., Flask]) -> World:
    app = make_app(master_sheet_url="https://docs.google.com/spreadsheets/d/abc/edit")
    with app.app_context():
        names = _things()
        bearer = {"": "", "broken": "broken"}
        for role in UserRole:
            user = accounts.create_user(f"{role.value}-person", "a good password", role, "tests")
            bearer[role.value] = tokens.issue(user)[0]
        known = bcrypt.hashpw(b"a good password", bcrypt.gensalt(4)).decode()
        db.session.add(User(username="bcrypt-person", password_hash=known, role=UserRole.ADMIN))
        db.session.commit()
    return World(app, names, bearer)


def _things() -> dict[str, str]:
    acme = Supplier(name="Acme", source_type="csv", meta={"source_url": "https://a.example/list.csv"})
    quiet = Supplier(name="Quiet", source_type="excel", meta={"is_active": False, "notes": "closed"})
    tools = Category(name="Tools")
    db.session.add_all([acme, quiet, tools])
    db.session.flush()
    products = {
        status: Product(internal_sku=sku, name=sku.title(), status=ProductStatus(status), category_id=tools.id)
        for status, sku in (("active", "ANVIL"), ("draft", "DRAFT"), ("archived", "OLD"))
    }
    db.session.add_all(products.values())
    db.session.flush()
    items = {
        sku: SupplierItem(
            supplier_id=acme.id,
            supplier_sku=sku,
            name=f"{sku} bolt",
            current_price=price,
            characteristics={"colour": "red"},
            product_id=product,
        )
        for sku, price, product in (
            ("linked", Decimal("12.5"), products["active"].id),
            ("loose", Decimal("0.0125"), None),
            ("other", None, None),
        )
    }
    db.session.add_all(items.values())
    db.session.add(
        ParsingLog(task_id="parse-acme-1", supplier_id=acme.id, error_type="ValidationError", error_message="row 7")
    )
    db.session.commit()
    failed = lifecycle.open_job(acme, trigger="manual", task_id="sync-1", step=Step.DELIVER)
    failed.phase, failed.outcome, failed.step, failed.failed_step = Phase.FAILED, Outcome.FAILED, None, Step.DELIVER
    ended = lifecycle.open_job(quiet, trigger="upload", task_id="upload-1", step=Step.APPLY, file_type="excel")
    ended.phase, ended.outcome, ended.step = Phase.COMPLETE, Outcome.SUCCESS, None
    db.session.commit()
    found = {
        "acme": acme, "quiet": quiet, "tools": tools, "anvil": products["active"], "draft": products["draft"],
        "archived": products["archived"], "loose": items["loose"], "other": items["other"], "failed": failed,
        "ended": ended,
    }  # fmt: skip
    return {name: str(thing.id) for name, thing in found.items()}
