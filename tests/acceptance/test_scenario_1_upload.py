"""Scenario 1 of the specification in a real browser, against real gunicorn, workers, scheduler and ml-analyze."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

# Notes every text that the dialog shows, so that a phase that lasts a tenth of a second is seen too.
WATCH = """
    window.seen = [];
    new MutationObserver(() => {
        for (const each of document.querySelectorAll('#dialog .chip[data-state], #dialog .files .muted')) {
            const text = each.textContent.trim();
            if (text && window.seen.at(-1) !== text) window.seen.push(text);
        }
    }).observe(document.getElementById('dialog'), { childList: true, subtree: true, characterData: true });
"""


def test_scenario_1_an_administrator_drops_an_excel_file_and_watches_it_become_items(
    page: Page, price_list: Callable[..., Path]
) -> None:
    """Steps 1 to 9: modal, drop, toggle on, Uploading, Downloading, Analyzing, Complete with its summary, queue."""
    page.goto("/ingestion")
    page.get_by_role("link", name="Add Supplier").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Add Supplier")).to_be_visible()
    dialog.get_by_label("Name").fill("Scenario One Ltd.")
    expect(dialog.get_by_role("switch", name="Process via ML")).to_be_checked()
    drop(page, price_list("scenario-one.xlsx"))
    expect(dialog.get_by_text("scenario-one.xlsx")).to_be_visible()
    page.evaluate(WATCH)
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.locator("[data-phase='complete']")).to_be_visible(timeout=60_000)
    expect(dialog.locator("[data-summary]")).to_contain_text("150 items extracted")
    expect(dialog.locator("[data-summary]")).to_contain_text("in review queue")
    seen = page.evaluate("window.seen")
    assert any(text.startswith("Uploading…") for text in seen), seen
    assert seen[-1] == "Complete", seen
    # However fast it was, the dialog says what it went through and how long each took.
    passed = [each.get_attribute("data-passed") for each in dialog.locator("[data-passed]").all()]
    assert passed == ["downloading", "analyzing", "matching"], passed
    dialog.locator("[data-summary] a", has_text="in review queue").click()
    expect(page.get_by_role("heading", name="Procurement matching")).to_be_visible()


def test_several_files_are_uploaded_each_with_its_own_progress(page: Page, price_list: Callable[..., Path]) -> None:
    page.goto("/suppliers")
    page.get_by_role("link", name="Add Supplier").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Two Files GmbH")
    dialog.locator("input[type=file]").set_input_files([price_list("one.xlsx", 5), price_list("two.xlsx", 6)])
    expect(dialog.locator("[data-files] > li")).to_have_count(2)
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.locator("[data-phase='complete']")).to_have_count(2, timeout=60_000)
    dialog.get_by_role("link", name="Done").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Two Files GmbH", exact=True)).to_be_visible()


def test_a_file_that_is_no_price_list_is_refused_in_its_line_and_the_supplier_stays(
    context: BrowserContext, tmp_path: Path
) -> None:
    page = context.new_page()  # the browser itself notes the refusal in its console
    letter = tmp_path / "letter.docx"
    letter.write_bytes(b"not a table")
    page.goto("/ingestion")
    page.get_by_role("link", name="Add Supplier").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Wrong Extension Oy")
    dialog.locator("input[type=file]").set_input_files([letter])
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.locator(".files .problem")).to_contain_text("letter.docx is no price list we can read")


def test_a_taken_name_and_a_bad_address_are_told_beside_their_fields(page: Page) -> None:
    page.goto("/ingestion")
    page.get_by_role("link", name="Add Supplier").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add Supplier").click()
    expect(dialog.get_by_text("Enter the name of the supplier.")).to_be_visible()
    dialog.get_by_label("Name").fill("Somebody")
    dialog.get_by_label("URL").fill("ftp://example.org")
    dialog.get_by_role("button", name="Add Supplier").click()
    expect(dialog.get_by_text("It must begin with http:// or https://.")).to_be_visible()
    assert dialog.get_by_label("URL").get_attribute("aria-invalid") == "true"


def drop(page: Page, path: Path) -> None:
    """Drop a file from outside onto the zone, as a person's mouse does."""
    page.evaluate(
        """([name, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], name));
            const zone = document.querySelector('[data-drop]');
            for (const kind of ['dragover', 'drop'])
                zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [path.name, list(path.read_bytes())],
    )
