"""No request is answered as an error of ours (500), whatever stands in it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from app.extensions import db
from app.models.catalog import Product
from app.models.supplier import Supplier
from tests.security import fuzz
from tests.security.conftest import Visitor


@pytest.fixture
def known(secured: Flask) -> list[UUID]:
    """Ids that lead somewhere."""
    with secured.app_context():
        supplier = Supplier(name="Werkzeug Brandt", source_type="csv", meta={})
        product = Product(name="Pump", internal_sku="P-1")
        db.session.add_all([supplier, product])
        db.session.commit()
        return [supplier.id, product.id]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1])
def test_no_request_breaks_us(
    secured: Flask, visitor: Callable[[str | None], Visitor], known: list[UUID], seed: int
) -> None:
    admin = visitor("admin")

    def send(shot: fuzz.Shot) -> int:
        return admin(shot.method, shot.path, **shot.more).status_code

    wrong = fuzz.broken(send, fuzz.MANY, seed, known)
    assert not wrong, "\n".join(f"{status} {shot}" for shot, status in wrong[:20])
