"""On a phone, on paper, close together and without script: the same work can be done."""

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


SMALL = """() => [...document.querySelectorAll('.btn, button, select, input, summary, nav a, label.candidate')]
    .filter(one => one.checkVisibility() && !one.closest('.sr, .crumbs, .views, dialog')
        && !['hidden', 'checkbox', 'radio', 'file'].includes(one.type) && one.getBoundingClientRect().height < 39.5)
    .map(one => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`)"""
CUT_ON_PAPER = """() => [...document.querySelectorAll('main .scroll')]
    .filter(one => one.scrollHeight > one.clientHeight + 1 && one.checkVisibility()).length"""
# A line a row: no cell leaves the lines of its table, none breaks into a second one.
UNEVEN = """() => {
    const rows = Array.from(document.querySelectorAll("table.steady tbody tr"));
    const lowest = Math.min(...rows.map(row => row.offsetHeight));
    return rows.flatMap(row => Array.from(row.cells)).filter(cell =>
        getComputedStyle(cell).display !== "table-cell" || cell.offsetHeight > lowest + 6
    ).map(cell => cell.textContent.trim().slice(0, 60));
}"""
ROWS_IN_SIGHT = """() => [...document.querySelectorAll('table.steady tbody tr')]
    .filter(one => one.getBoundingClientRect().bottom <= innerHeight).length"""


def test_what_a_finger_touches_is_forty_pixels_high(page: Page, living: dict[str, str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    small = {}
    for address in (f"/jobs/{living['held']}/changes", f"/jobs/{living['held']}", "/catalogue", "/matching", "/users"):
        page.goto(address)
        small[address] = page.evaluate(SMALL)
    assert {address: each for address, each in small.items() if each} == {}


def test_the_buttons_of_a_match_are_one_line_below_what_they_decide(page: Page, living: dict[str, str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/matching")
    page.locator("#decision .candidate").first.scroll_into_view_if_needed()
    height, tops = page.evaluate("""() => {
        const bar = document.querySelector('.in-sight');
        return [bar.offsetHeight, [...bar.querySelectorAll('.btn')].map(each => each.getBoundingClientRect().top)];
    }""")
    assert height < 80
    assert max(tops) - min(tops) < 12


def test_a_list_on_paper_is_whole_and_has_no_buttons(page: Page, living: dict[str, str]) -> None:
    for width in (720, 1100):  # upright and across
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="print")
        for address in (f"/jobs/{living['held']}/changes", "/catalogue"):
            page.goto(address)
            expect(page.locator("main thead th").filter(visible=True).first).to_be_visible()
            assert page.locator("main .btn, main input, main select, .side").filter(visible=True).count() == 0
            assert page.evaluate(CUT_ON_PAPER) == 0


def test_compact_tables_show_25_rows_at_once_under_a_head_that_stays(page: Page, living: dict[str, str]) -> None:
    for address in ("/catalogue", "/items"):
        page.goto(address)
        roomy = page.evaluate(ROWS_IN_SIGHT)
        page.evaluate("document.documentElement.dataset.density = 'compact'")
        assert page.evaluate(ROWS_IN_SIGHT) >= 25 > roomy
        assert page.evaluate(UNEVEN) == [], address
        table = page.locator(".scroll:has(> table.steady)")
        table.evaluate("one => { one.scrollTop = 400; }")
        head, top = table.locator("thead th").first.bounding_box(), table.bounding_box()
        assert head is not None and top is not None and abs(head["y"] - top["y"]) < 2


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
