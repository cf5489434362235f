"""What a person does by hand in a real browser: a product, a correction, a refused form, an ended session."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.extensions import db
from app.models.catalog import ItemMatch, SupplierItem
from app.models.review import Review
from app.models.supplier import Supplier
from tests.fixtures.results import error, item, open_result
from tests.fixtures.stack import PASSWORD, Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def waiting(stack: Stack) -> str:
    """The name of an item that waits in matching."""
    name = f"Angle grinder {uuid4().hex[:6]}"
    with stack.context():
        supplier = Supplier(name=f"Schleifer {name[-6:]}", source_type="csv", meta={})
        db.session.add(supplier)
        db.session.flush()
        item = SupplierItem(supplier_id=supplier.id, supplier_sku=f"G-{name[-6:]}", name=name, currency="EUR")
        item.match_status = ItemMatch.POTENTIAL_MATCH
        db.session.add(item)
        db.session.flush()
        review = Review(supplier_item_id=item.id, candidate_products=[])
        review.expires_at = db.func.now() + db.text("interval '9 days'")
        db.session.add(review)
        db.session.commit()
    return name


@pytest.fixture
def unread(stack: Stack) -> str:
    """A job with 200 rows that gave no item."""
    with stack.context():
        supplier = Supplier(name=f"Grid {uuid4().hex[:6]}", source_type="csv", meta={})
        db.session.add(supplier)
        db.session.commit()
        rows = [error(n) | {"row": [f"G-{n}", None]} for n in range(2, 202)]
        return str(stack.wait(open_result(supplier, item("A1", "Hamer"), *rows).id).id)


def test_two_hundred_rows_are_corrected_like_a_sheet(page: Page, unread: str) -> None:
    page.goto(f"/jobs/{unread}/grid")
    cell = page.get_by_label("Name, 2", exact=True)
    cell.focus()
    page.keyboard.type("Maul")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("12,50")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Price, 3", exact=True)).to_be_focused()
    expect(page.locator("tr").filter(has=cell)).to_contain_text("Kept")
    page.keyboard.type("call")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Price, 3", exact=True)).to_have_attribute("aria-invalid", "true")
    block = "\n".join(f"S-{n}\tTool {n}\t{n}.00\tEUR" for n in range(3, 202))
    page.get_by_label("SKU, 3", exact=True).evaluate(
        """(cell, text) => { const data = new DataTransfer(); data.setData("text/plain", text); cell.focus();
        cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }""",
        block,
    )
    expect(page.get_by_text("Kept", exact=True)).to_have_count(200, timeout=30_000)
    page.get_by_role("button", name="Apply corrected rows").click()
    expect(page.locator(".notice")).to_contain_text("200 corrected rows were applied")


def test_a_new_product_is_asked_for_by_keys_and_a_refused_form_keeps_its_words(
    context: BrowserContext, waiting: str
) -> None:
    page = context.new_page()  # the console tells of a refused form, which is no fault here
    page.goto(f"/matching?q={waiting[-6:]}")
    page.locator("#decision").wait_for()
    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Name")).to_have_value(waiting)
    expect(dialog.get_by_label("Name")).to_be_focused()
    expect(dialog.get_by_label("SKU")).to_have_value(re.compile("PROD-"))
    dialog.get_by_label("SKU").fill(f"GRIND-{waiting[-6:]}")
    dialog.get_by_label("Name").fill("")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("It cannot be empty.")).to_be_visible()
    expect(dialog.get_by_label("SKU")).to_have_value(f"GRIND-{waiting[-6:]}")
    dialog.get_by_label("Name").fill("Grinder, 125 mm")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#notices")).to_contain_text(f"GRIND-{waiting[-6:]}")
    expect(page.locator("#work")).to_contain_text("Nothing to decide")
    with page.expect_navigation():
        page.locator("#notices").get_by_role("button", name="Take back").click()
    expect(page.get_by_text("1 decision was taken back.")).to_be_visible()
    page.goto(f"/catalogue?q=GRIND-{waiting[-6:]}")
    expect(page.locator("main")).not_to_contain_text("Grinder, 125 mm")


def test_an_item_is_corrected_and_released_on_its_page(page: Page, waiting: str) -> None:
    page.goto(f"/items?q={waiting[-6:]}")
    page.get_by_role("link", name=waiting).click()
    page.get_by_label("Price", exact=True).fill("89,90")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Locked by admin")).to_be_visible()
    expect(page.get_by_label("Price", exact=True)).to_have_value("89.90")
    expect(page.get_by_text("by hand", exact=True)).to_be_visible()
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("Released: the field follows the files again.")).to_be_visible()
    expect(page.get_by_label("Price", exact=True)).to_have_value("")


def test_a_wrong_currency_leaves_the_reading_form_as_it_was_filled_in(
    context: BrowserContext, living: dict[str, str]
) -> None:
    page = context.new_page()
    page.goto(f"/jobs/{living['baltic-cable.csv']}/reading")
    form = page.locator(f"form[action$='{living['baltic-cable.csv']}/reading'][method=post]")
    form.get_by_label("Decimal mark").select_option(",")
    form.locator("select[name=column-0]").select_option("barcode")
    form.get_by_label("Currency").fill("E1")
    with page.expect_response(lambda each: each.request.method == "POST") as refused:
        form.get_by_role("button", name="Save and read again").click()
    assert refused.value.status == 422
    expect(page.get_by_text("The correction cannot be kept")).to_be_visible()
    expect(form.get_by_label("Currency")).to_have_value("E1")
    expect(form.get_by_label("Decimal mark")).to_have_value(",")
    expect(form.locator("select[name=column-0]")).to_have_value("barcode")


def test_a_session_that_ended_behind_a_dialog_leads_to_the_sign_in_and_back(page: Page, waiting: str) -> None:
    page.goto(f"/matching?q={waiting[-6:]}")
    page.locator("#decision").wait_for()
    page.keyboard.press("n")
    expect(page.locator("#dialog").get_by_label("Name")).to_be_focused()
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(rf"/matching\?q={waiting[-6:]}"))
