"""What the palette finds, and for whom."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask, url_for

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.user import UserRole
from app.suppliers import editing
from app.suppliers.fields import SupplierFields
from app.web import places
from tests.fixtures.web import Visitor

ROLES = [UserRole.ADMIN, UserRole.PROCUREMENT, UserRole.SALES]


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_menu_is_in_the_palette_and_every_place_of_it_opens(
    app: Flask, visitor: Callable[[UserRole], Visitor], role: UserRole
) -> None:
    someone = visitor(role)
    found = someone.get("/find")
    menu = re.search(r"<nav aria-label=.*?</nav>", found, re.DOTALL)
    assert menu is not None
    offered = set(re.findall(r'class="hit"[^>]* href="([^"]+)"', found))
    assert set(re.findall(r'<a href="([^"]+)"', menu[0])) - offered == set(), "pages that app/web/places.py lacks"
    for address in offered:
        someone.get(address)


def test_what_cannot_be_opened_is_not_offered(app: Flask, visitor: Callable[[UserRole], Visitor]) -> None:
    with app.app_context():
        editing.create(SupplierFields(name="Zephyr Palette Tools", source_type="csv"), "tests")
    assert "Palette Tools" in visitor(UserRole.ADMIN).get("/find?q=zephyr", HX_Request="true")
    assert "Palette Tools" not in visitor(UserRole.SALES).get("/find?q=zephyr", HX_Request="true")
    assert "Audit" not in visitor(UserRole.PROCUREMENT).get("/find?q=audit", HX_Request="true")


def test_acts_are_posted_and_asked_about(app: Flask, admin: Visitor) -> None:
    with app.test_request_context():
        acts = {url_for(each.endpoint) for each in places.ACTIONS if each.act}
    assert set(re.findall(r'form="act" formaction="([^"]+)"', admin.get("/find"))) == acts
    assert "Fetch the lists of all suppliers now?" in admin.get("/find?q=sync", HX_Request="true")


def test_a_word_of_the_reader_finds_a_page_in_his_language(app: Flask, admin: Visitor) -> None:
    assert "/money" in admin.get("/find?q=курсы", HX_Request="true", Accept_Language="ru")
    assert "/money" in admin.get("/find?q=VAT", HX_Request="true")


def test_an_item_without_a_number_of_its_own_shows_none_and_opens_by_its_name(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        supplier = editing.create(SupplierFields(name="Letters", source_type="csv"), "tests")
        bare = SupplierItem(supplier_id=supplier.id, supplier_sku="name:c038645d026e8a1a", name="Quark", currency="EUR")
        coded = SupplierItem(supplier_id=supplier.id, supplier_sku="Q-17", name="Quark 2", currency="EUR")
        db.session.add_all([bare, coded])
        db.session.commit()
        address = f"/items?q=Quark&amp;supplier={supplier.id}"
    found = admin.get("/find?q=quark", HX_Request="true")
    assert "name:" not in found
    assert address in found
    assert "Q-17" in found
