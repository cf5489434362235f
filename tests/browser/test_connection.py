"""What one is at is kept: the focus over a swap and a refusal, and what was typed while there is no connection."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser


def test_a_sorted_column_keeps_the_focus_and_a_refused_form_goes_on_where_it_was_refused(
    context: BrowserContext, stack: Stack, living: dict[str, str]
) -> None:
    page = context.new_page()  # the console tells of the refused form, which is no fault here
    page.goto("/catalogue")
    head = page.locator("#by-own")
    head.focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort] #by-own")).to_be_focused()
    page.goto("/suppliers/new")
    page.locator("[name=name]").fill("Half a supplier")
    page.locator("[name=source_url]").fill("no address")
    page.get_by_role("button", name="Add Supplier").click()
    expect(page.locator("[name=source_url]")).to_be_focused()
    expect(page.locator("[name=name]")).to_have_value("Half a supplier")


def test_without_a_connection_nothing_that_was_typed_is_lost_and_the_notice_goes_when_it_is_back(
    context: BrowserContext, stack: Stack, living: dict[str, str]
) -> None:
    page = context.new_page()
    page.goto("/items")
    page.locator("main tbody a").first.click()
    name = page.locator("form [name=name]")
    name.fill("A better name")
    context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notices")).to_contain_text("No connection.")
    expect(name).to_have_value("A better name")
    context.set_offline(False)
    page.keyboard.press("Control+k")  # anything that is answered
    page.locator("[data-palette]").wait_for()
    expect(page.locator("#notices .notice")).to_have_count(0)


def test_what_is_typed_before_the_scripts_are_there_is_searched_for_when_they_are(
    context: BrowserContext, stack: Stack, living: dict[str, str]
) -> None:
    page = context.new_page()
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/htmx-*.js", hold)
    page.goto("/catalogue", wait_until="commit")
    rows = page.locator("#products tbody tr")
    expect(rows.nth(5)).to_be_visible()
    page.get_by_label("Search products").fill("nothing-has-this-name")
    late[0].continue_()
    expect(rows).to_have_count(0)
    expect(page.get_by_label("Search products")).to_have_value("nothing-has-this-name")
