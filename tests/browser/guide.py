"""The user guide's pictures, taken anew: `pytest tests/browser/guide.py` writes docs/images; look at them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from app.extensions import db
from app.models.job import Job
from app.models.supplier import Supplier
from tests.browser.looks import PHONE, SETTLE
from tests.browser.test_accessibility import _address
from tests.fixtures.screen import STATES
from tests.fixtures.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(0)]

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1280, "height": 800}
NAME, FILE = "Harrow & Finch Trade Supplies", "harrow-finch-november.xlsx"


def _add_supplier(page: Page) -> None:
    page.locator("main a[href='/suppliers/new']").first.click()
    page.locator("#dialog[open] [name=name]").fill("Northern Tools")


#: name: where it begins, what is done there, the size of the screen
PICTURES: dict[str, tuple[str, Callable[[Page], object] | None, Any]] = {
    "ingestion": ("/ingestion", None, SIZE),
    "add-supplier": ("/ingestion", _add_supplier, SIZE),
    "held": ("/jobs/{held}/changes", None, SIZE),
    "reading": ("/jobs/{baltic-cable.csv}/reading", None, {"width": 1280, "height": 1500}),
    "matching": ("/matching", None, SIZE),
    "matching-phone": ("/matching", None, PHONE),
    "products": ("/catalogue", None, SIZE),
}


def test_the_guides_pictures_are_taken(browser: Browser, stack: Stack, signed_in: Any, living: dict[str, str]) -> None:
    _plain_names(stack, [living[name] for name in STATES])
    context = browser.new_context(base_url=stack.url, storage_state=signed_in, reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    for name, (address, act, size) in PICTURES.items():
        page.set_viewport_size(size)
        page.goto(_address(address, living))
        if act is not None:
            act(page)
        page.evaluate(SETTLE)
        page.screenshot(path=IMAGES / f"{name}.png")
    context.close()


def _plain_names(stack: Stack, jobs: list[str]) -> None:
    """The tests' longest names are for tests."""
    with stack.context():
        db.session.execute(update(Job).where(Job.id.in_(jobs)).values(supplier_name=NAME, original_filename=FILE))
        owners = db.session.scalars(db.select(Job.supplier_id).where(Job.id.in_(jobs))).all()
        db.session.execute(update(Supplier).where(Supplier.id.in_(owners)).values(name=NAME))
        db.session.commit()
