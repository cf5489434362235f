"""User and password, and several headers, as fields: a value left empty stays as it was kept, and none is shown."""

from __future__ import annotations

import pytest
from flask import Flask

from app.courier.secret_headers import unseal
from app.errors import Invalid
from app.extensions import db
from app.models.supplier import Supplier
from app.suppliers import credentials, editing
from tests.fixtures.web import Visitor


def kept(supplier: Supplier) -> dict[str, str]:
    db.session.refresh(supplier)
    return unseal(supplier.secret_headers)


def test_user_password_and_headers_are_fields_of_the_suppliers_page(supplier: Supplier, admin: Visitor) -> None:
    address = f"/suppliers/{supplier.id}/headers"
    admin.post(address, user="büro", password="w0rd", header=["X-Api-Key", "X-Shop", ""], value=["k3y", "17", ""])
    basic = "Basic YsO8cm86dzByZA=="
    assert kept(supplier) == {"Authorization": basic, "X-Api-Key": "k3y", "X-Shop": "17"}
    page = admin.get(f"/suppliers/{supplier.id}")
    assert 'value="büro"' in page and 'value="X-Api-Key"' in page
    assert not [secret for secret in ("w0rd", "k3y", basic) if secret in page]
    admin.post(address, user="büro", password="", header=["X-Api-Key", ""], value=["", ""])
    assert kept(supplier) == {"Authorization": basic, "X-Api-Key": "k3y"}
    admin.post(address, user="", header="", value="")
    assert kept(supplier) == {}


@pytest.mark.parametrize(
    ("user", "pairs"),
    [
        ("", [("X-Key", "")]),
        ("", [("X-Key", "a"), ("x-key", "b")]),
        ("anna", [("authorization", "Bearer x")]),
        ("a:b", []),
    ],
)
def test_fields_that_contradict_each_other_or_lack_a_value_are_refused(
    ctx: Flask, supplier: Supplier, user: str, pairs: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid):
        credentials.of_form(supplier, user=user, password="w0rd", pairs=pairs)


def test_another_user_does_not_inherit_the_password(ctx: Flask, supplier: Supplier) -> None:
    first = credentials.of_form(supplier, user="anna", password="w0rd", pairs=[])
    editing.set_secret_headers(supplier.id, first, "tests")
    second = credentials.of_form(supplier, user="bert", password="", pairs=[])
    assert second == {"Authorization": "Basic YmVydDo="}
