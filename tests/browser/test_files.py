"""What an office does with a file: errors, the reading corrected, a held one decided, an applied one undone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from app.courier import upload
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome
from app.suppliers import editing
from app.suppliers.fields import SupplierFields
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser


def a_list(factor: float = 1) -> bytes:
    rows = [f"H-{n},Hand tool {n} with a long handle,{(10 + n) * factor:.2f},EUR" for n in range(30)]
    return "\n".join(["sku,name,price,currency", *rows, ""]).encode()


def send(stack: Stack, supplier_id: UUID, content: bytes, name: str = "tools.csv") -> Job:
    with stack.context():
        job = upload.receive_file(editing.get(supplier_id), io.BytesIO(content), name, actor="tests")
    return stack.wait(job.id)


@pytest.fixture(scope="module")
def supplier_id(stack: Stack) -> UUID:
    with stack.context():
        return editing.create(SupplierFields(name="Held and Undone Ltd.", source_type="csv"), "tests").id


def test_scenario_4_a_file_with_bad_rows_completes_and_its_errors_are_seen(page: Page, living: dict[str, str]) -> None:
    """Complete with warnings, n/m processed, the rows with their cells, the file for the supplier, the live log."""
    job_id = living["baltic-cable.csv"]
    page.goto(f"/jobs/{job_id}")
    expect(page.locator("#job-live .chip[data-state]")).to_have_text("Complete with warnings")
    expect(page.locator("[data-processed]")).to_contain_text("items processed")
    page.locator(".tabs").get_by_role("link", name="Errors").click()
    expect(page.locator("tbody tr")).not_to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Error file for the supplier").click()
    assert download.value.suggested_filename == "baltic-cable-errors.csv"
    page.get_by_role("link", name="Log", exact=True).click()
    expect(page.locator("#log-lines .warning").first).to_be_visible()


def test_an_item_shows_its_row_as_it_stands_in_the_file(page: Page, living: dict[str, str]) -> None:
    page.goto(f"/jobs/{living['baltic-cable.csv']}/items?q=KDD-18X")
    page.locator("#items tbody a").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("table.cells td.hit").first).to_be_visible()
    expect(dialog.locator("table.cells")).to_contain_text("KDD-18X")


def test_a_held_file_is_compared_approved_in_part_and_undone(page: Page, stack: Stack, supplier_id: UUID) -> None:
    send(stack, supplier_id, a_list())
    held = send(stack, supplier_id, a_list(100))
    assert held.outcome == Outcome.HELD
    page.goto("/jobs?state=held")
    page.locator(f"#job-{held.id}").get_by_role("link", name="Decide").click()
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("+9,900.0 %")
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Approve selected").click()
    page.locator("#ask button[value=yes]").click()
    expect(page.get_by_text("changes were applied, the rest was left out.")).to_be_visible()
    expect(page.locator("[data-summary]")).to_contain_text("1 changed")
    page.get_by_role("button", name="Undo").click()
    page.locator("#ask button[value=yes]").click()
    expect(page.locator("#job-live .chip[data-state]")).to_have_text("Undone")
    expect(page.locator(".notice").first).to_contain_text("1 item restored")


def test_of_a_held_file_the_ordinary_part_is_taken_or_all_but_what_is_ticked(
    page: Page, stack: Stack, supplier_id: UUID
) -> None:
    send(stack, supplier_id, a_list())
    for way in ("small", "but"):
        held = send(stack, supplier_id, a_list(100) + f"Z-{way},A new thing,4.00,EUR\n".encode())
        assert held.outcome == Outcome.HELD
        page.goto(f"/jobs/{held.id}/changes")
        if way == "small":
            page.get_by_label("prices that change by up to").fill("10")
            page.get_by_role("button", name="Approve these").click()
        else:
            page.get_by_label("Select all on this page").check()
            page.get_by_role("button", name="Approve all others").click()
        page.locator("#ask button[value=yes]").click()
        expect(page.get_by_text(f"1 of {held.changed_count + 1} changes were applied")).to_be_visible()
        expect(page.locator("[data-summary]")).to_contain_text("1 new")


def test_a_first_list_with_two_prices_asks_for_the_price_in_straight_rows(page: Page, stack: Stack) -> None:
    rows = [f"P-{n};Ball valve DN{n};{10 + n}.50;{14 + n}.10" for n in range(1, 40)]
    content = "\n".join(["Code;Name;Purchase price net EUR;Selling price net EUR", *rows, ""]).encode()
    with stack.context():
        supplier = editing.create(SupplierFields(name="Two Prices Ltd.", source_type="csv"), "tests").id
    job = send(stack, supplier, content, "two-prices.csv")
    assert (job.outcome, job.question) == (Outcome.HELD, "price")
    page.goto(f"/jobs/{job.id}")
    expect(page.locator("#question table.cells td.hit").first).to_be_visible()
    displays = page.eval_on_selector_all(
        "#question table.cells td", "all => all.map(one => getComputedStyle(one).display)"
    )
    assert set(displays) == {"table-cell"}


@pytest.mark.parametrize(
    ("content", "name", "first"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 64, "photo.xlsx", "Upload"),
        (b"color;size\nred;big\nblue;small\n", "colours.csv", "Correct the reading"),
    ],
)
def test_a_file_that_was_not_read_offers_first_what_helps(
    page: Page, stack: Stack, supplier_id: UUID, content: bytes, name: str, first: str
) -> None:
    job = send(stack, supplier_id, content, name)
    assert job.error_code == "UNREADABLE"
    page.goto(f"/jobs/{job.id}")
    expect(page.locator("#job-acts .primary")).to_have_text(first)
    assert job.error_message is not None
    expect(page.locator("#job-live section", has_text="State").get_by_text(job.error_message)).to_have_count(1)


def test_a_reading_is_corrected_kept_for_the_supplier_and_used_at_once(
    page: Page, stack: Stack, supplier_id: UUID
) -> None:
    job = send(stack, supplier_id, a_list(1.01), "correct-me.csv")
    page.goto(f"/jobs/{job.id}/reading")
    expect(page.get_by_role("heading", name="Correct the reading")).to_be_visible()
    page.get_by_label("Column B holds").select_option("description")
    page.get_by_label("Column A holds").select_option("name")
    page.get_by_role("button", name="Save and read again").click()
    expect(page.get_by_text("The correction is kept for Held and Undone Ltd.")).to_be_visible()
    again = UUID(page.url.rpartition("/")[2])
    assert again != job.id
    done = stack.wait(again)
    assert done.reading is not None
    columns = done.reading["sheets"][0]["columns"]
    assert columns["name"]["index"] == 0
    assert columns["description"]["index"] == 1
    page.goto(f"/suppliers/{supplier_id}")
    expect(page.get_by_role("button", name="Forget corrections")).to_be_visible()


def test_a_failed_job_is_retried_with_one_click_and_answers_at_once(
    page: Page, stack: Stack, living: dict[str, str]
) -> None:
    page.goto("/jobs?state=failed")
    row = page.locator(f"#job-{living['failed']}")
    expect(row.locator(".reason.bad")).to_contain_text("Correct the supplier's address.")
    row.get_by_role("button", name="Retry").click()
    expect(page.locator("#notices")).to_contain_text("The job starts again.")
    with stack.context():
        assert db.session.get_one(Job, UUID(living["failed"])).retry_count == 0


def test_an_upload_may_be_the_whole_list_but_none_of_several(
    page: Page, stack: Stack, price_list: Callable[..., Path]
) -> None:
    with stack.context():
        supplier = editing.create(SupplierFields(name="Whole Lists Ltd.", source_type="excel"), "tests")
    whole, part = price_list("whole.xlsx", 30), price_list("part.xlsx", 24)
    with stack.context():
        first = upload.receive_file(editing.get(supplier.id), whole, "whole.xlsx", actor="tests")
    stack.wait(first.id)
    page.goto(f"/suppliers/{supplier.id}/upload")
    box = page.get_by_label("This file is the whole list")
    page.locator("input[type=file]").set_input_files([part, whole])
    expect(box).to_be_disabled()
    page.get_by_role("button", name="Remove whole.xlsx").click()
    box.check()
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("[data-summary]").first).to_contain_text("6 vanished", timeout=30_000)
