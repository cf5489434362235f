"""Pages hold whatever data comes: names of 200 characters, words of forty letters, prices of fourteen digits, letters
from the right; nothing is wider than its place at three widths, and a name takes two lines of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import delete

from app.extensions import db
from app.models.catalog import Product
from app.models.supplier import Supplier
from app.models.sync import AppSetting
from app.money import best, comparable, office_currency, rates
from tests.browser.test_accessibility import _address
from tests.fixtures import office
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser

WIDTHS = (1440, 1280, 390)
PAGES = (
    "/catalogue?q=extreme",
    "/catalogue/{odd product}",
    "/items?q=extreme",
    "/matching?supplier={odd supplier}",
    "/matching/bulk?above=90",
    "/suppliers/{odd supplier}",
    "/changes?supplier={odd supplier}",
    "/dashboard",
)
#: the page, its tables, and the cells of those that are cards stay within their places; lines of names are counted
FAULTS = """() => [
    ...[document.documentElement, ...document.querySelectorAll(".scroll, table.cards td, .candidate, .card")]
        .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
        .map(one => `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}: `
            + one.textContent.trim().slice(0, 40)),
    ...[...document.querySelectorAll("td .name > bdi")]
        .filter(one => one.clientHeight > 2.5 * parseFloat(getComputedStyle(one).lineHeight))
        .map(one => `lines: ${one.textContent.slice(0, 40)}`),
]"""


@pytest.fixture(scope="module")
def odd(stack: Stack) -> Iterator[dict[str, str]]:
    """Gone again afterwards, with the currency where there was none: the stack is everybody's."""
    with stack.context():
        had = office_currency.base_currency()
        rates.set_base("PLN", actor="tests")
        first = Supplier(name="Extreme", source_type="csv", meta={})
        db.session.add(first)
        db.session.flush()
        known = office.extreme([first])
        comparable.refresh()
        db.session.commit()
        best.keep_current()
        yield known
        db.session.execute(delete(Supplier).where(Supplier.name.like("Extreme%")))
        db.session.execute(delete(Product).where(Product.name.like("Extreme%")))
        db.session.commit()
        if had:
            rates.set_base(had, actor="tests")
        else:
            db.session.execute(delete(AppSetting).where(AppSetting.key == office_currency.SETTING))
            db.session.commit()


def test_the_longest_data_stays_in_its_place_and_names_take_two_lines(
    browser: Browser, stack: Stack, signed_in: Any, odd: dict[str, str]
) -> None:
    context = browser.new_context(base_url=stack.url, storage_state=signed_in, locale="en-GB")
    page = context.new_page()
    found = {}
    for each in PAGES:
        address = _address(each, odd)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if width == WIDTHS[0]:
                page.goto(address)
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            found[f"{address} at {width}"] = page.evaluate(FAULTS)
    context.close()
    assert {name: faults for name, faults in found.items() if faults} == {}
