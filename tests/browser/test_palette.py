"""Ctrl-K: from anywhere to anything without the mouse; ? shows the keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k"])
def test_a_supplier_is_reached_from_any_page_by_keys(page: Page, living: dict[str, str], keys: str) -> None:
    page.goto("/audit")
    page.keyboard.press(keys)
    expect(page.get_by_role("combobox", name="Find or do anything")).to_be_focused()
    page.keyboard.type("held whole")
    expect(page.get_by_role("dialog").get_by_role("option", selected=True)).to_contain_text("Held Wholesale")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Held Wholesale")).to_be_visible()


def test_arrows_walk_what_was_found_and_escape_gives_the_page_back(page: Page, living: dict[str, str]) -> None:
    page.goto("/jobs")
    page.keyboard.press("Control+k")
    with page.expect_response(lambda answer: "q=re" in answer.url):  # what comes later begins at the top again
        page.keyboard.type("re")
    chosen = page.get_by_role("dialog").get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    first = chosen.inner_text()
    page.keyboard.press("ArrowDown")
    expect(chosen).not_to_have_text(first)
    page.keyboard.press("ArrowUp")
    expect(chosen).to_have_text(first)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_act_that_reaches_all_suppliers_is_asked_about(page: Page, stack: Stack) -> None:
    page.goto("/catalogue")
    page.keyboard.press("Control+k")
    page.keyboard.type("sync all")
    expect(page.get_by_role("dialog").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#ask")).to_contain_text("Fetch the lists of all suppliers now?")
    page.locator("#ask button[value=no]").click()
    assert page.url.endswith("/catalogue")


def test_a_question_mark_shows_the_keys_but_not_while_one_writes(page: Page, stack: Stack) -> None:
    page.goto("/jobs")
    page.keyboard.press("/")
    page.keyboard.type("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Find or do anything")
