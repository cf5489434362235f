"""On a phone, and without script: the same work can be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser

NARROWEST = """() => Math.min(...[...document.querySelectorAll('table.cards td.wide')]
    .filter(each => each.textContent.trim()).map(each => each.getBoundingClientRect().width))"""


@pytest.mark.parametrize("tab", ["items", "errors", "reading", "changes"])
def test_a_table_of_a_job_is_read_on_a_phone_without_words_broken_by_letters(
    page: Page, living: dict[str, str], tab: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/jobs/{living['baltic-cable.csv']}/{tab}")
    expect(page.locator("table.cards").first).to_be_visible()
    assert page.evaluate(NARROWEST) > 200


def test_the_open_tab_of_a_job_is_in_sight_on_a_phone(page: Page, living: dict[str, str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/jobs/{living['baltic-cable.csv']}/errors")
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)


def test_empty_cells_of_a_refused_row_stay_empty(page: Page, living: dict[str, str]) -> None:
    page.goto(f"/jobs/{living['baltic-cable.csv']}/errors")
    expect(page.locator(".raw").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("None")


def test_a_job_is_retried_from_the_list_without_script(
    browser: Browser, stack: Stack, signed_in: Any, living: dict[str, str]
) -> None:
    with stack.context():
        job = db.session.get_one(Job, UUID(living["cancelled"]))
        assert job.outcome == Outcome.CANCELLED
    context = browser.new_context(base_url=stack.url, storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/jobs?q={living['cancelled']}")
    page.locator(f"#retry-{living['cancelled']}").click()
    expect(page.get_by_text("The job starts again.")).to_be_visible()
    context.close()
