"""The modal and the review queue without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser


def test_a_supplier_is_added_with_the_keyboard_alone_and_the_focus_returns(page: Page, stack: Stack) -> None:
    page.goto("/ingestion")
    _tab_to(page, "Add Supplier")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent.trim()") == "Add Supplier"
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Keyboard Only AG")
    for _ in range(6):  # type, address, files, toggle
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "f-ml":
            break
    expect(dialog.get_by_role("switch", name="Process via ML")).to_be_focused()
    page.keyboard.press("Space")
    expect(dialog.get_by_role("switch", name="Process via ML")).not_to_be_checked()
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("The supplier was added.")).to_be_visible()
    page.keyboard.press("Enter")  # Done has the focus
    row = page.locator("tr", has=page.get_by_role("link", name="Keyboard Only AG", exact=True))
    expect(row.get_by_role("switch")).not_to_be_checked()


def test_a_quick_typist_keeps_the_field_he_has_gone_to(page: Page, stack: Stack) -> None:
    page.goto("/ingestion")
    page.evaluate("""document.addEventListener("htmx:afterSwap", (event) => {
        if (event.detail.target.id === "dialog") setTimeout(() => document.getElementById("f-source_url").focus(), 0);
    })""")
    page.get_by_role("link", name="Add Supplier").first.click()
    expect(page.locator("#f-source_url")).to_be_focused()
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.id") == "f-source_url"


def test_the_focus_cannot_leave_the_open_modal(page: Page, stack: Stack) -> None:
    page.goto("/ingestion")
    page.get_by_role("link", name="Add Supplier").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(25):
        page.keyboard.press("Tab")
        inside = page.evaluate("!document.activeElement.closest('.shell')")
        assert inside, page.evaluate("document.activeElement.outerHTML")


def test_the_queue_is_worked_off_by_keys_and_its_count_goes_down(page: Page, living: dict[str, str]) -> None:
    page.goto("/matching")
    before = _to_decide(page)
    assert before >= 4
    first, second = _current(page), None
    page.keyboard.press("j")
    expect(page.locator("#decision")).not_to_have_attribute("data-review", first)
    second = _current(page)
    page.keyboard.press("k")
    expect(page.locator("#decision")).to_have_attribute("data-review", first)
    options = page.locator("#decide input[type=radio]").count()
    if options > 1:
        page.keyboard.press("2")
        expect(page.locator("#decide input[data-key='2']")).to_be_checked()
        page.keyboard.press("1")
    page.keyboard.press("a")
    expect(page.locator("#decision")).to_have_attribute("data-review", second)
    assert _to_decide(page) == before - 1
    page.keyboard.press("r")
    expect(page.locator("#decision")).not_to_have_attribute("data-review", second)
    assert _to_decide(page) == before - 2
    page.keyboard.press("n")
    page.get_by_role("dialog").get_by_role("button", name="Make product").click()
    expect(page.locator("[data-total]")).to_contain_text(str(before - 3))
    expect(page.locator("#d-pending")).to_have_text(str(before - 3))


def test_the_next_entry_is_shown_before_the_server_has_answered_and_every_key_is_a_decision(
    page: Page, living: dict[str, str]
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)
        if len(held) > 1:  # the first is answered when the test says so
            route.continue_()

    page.route("**/approve", hold)
    page.goto("/matching")
    expect(page.locator("#queue[data-ahead]")).to_be_visible()
    before, seen = _to_decide(page), []
    with page.expect_request("**/approve"):
        for _ in range(4):
            seen.append(_current(page))
            page.keyboard.press("a")
    assert len({*seen, _current(page)}) == 5
    assert _to_decide(page) == before - 4
    assert len(held) == 1  # only one is under way at a time
    held[0].continue_()
    expect(page.locator("#d-pending")).to_have_text(str(before - 4))
    page.reload()
    assert _to_decide(page) == before - 4


def test_a_decision_that_was_refused_is_told_and_the_work_goes_on(
    context: BrowserContext, living: dict[str, str]
) -> None:
    page = context.new_page()  # the browser itself tells its console of the refusal
    page.goto("/matching")
    expect(page.locator("#queue[data-ahead]")).to_be_visible()
    page.route("**/reject", lambda route: route.fulfill(status=409, body="Somebody was faster."))
    before = _to_decide(page)
    page.keyboard.press("r")
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    expect(page.locator("[data-total]")).to_contain_text(str(before))


def test_another_product_is_found_by_typing_and_approved(page: Page, living: dict[str, str]) -> None:
    page.goto("/matching")
    review = _current(page)
    page.keyboard.press("s")
    expect(page.get_by_label("Search another product")).to_be_focused()
    page.keyboard.type("drill")
    found = page.locator("#found input[type=radio]").first
    expect(found).to_be_visible()
    page.keyboard.press("Escape")
    found.focus()
    page.keyboard.press("Space")
    with page.expect_response("**/approve"):  # the page goes on before; the next test counts what is kept
        page.keyboard.press("a")
    expect(page.locator("#decision")).not_to_have_attribute("data-review", review)


def test_many_are_approved_with_the_exact_set_confirmed(
    page: Page, living: dict[str, str], price_list: Callable[..., Path]
) -> None:
    page.goto("/matching")
    before = _to_decide(page)
    page.goto("/matching/bulk?above=0")
    boxes = page.locator("input[data-pick=pair]")
    shown = boxes.count()
    boxes.first.uncheck()
    expect(page.locator("[data-pick-count=pair]")).to_have_text(str(shown - 1))
    page.get_by_role("button", name="Approve selected").click()
    page.locator("#ask button[value=yes]").click(no_wait_after=True)  # as many as other tests have left there
    expect(page.get_by_text(f"{shown - 1} matches approved.")).to_be_visible(timeout=60_000)
    assert _to_decide(page) == before - (shown - 1)


def _tab_to(page: Page, text: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    pytest.fail(f"{text} cannot be reached with Tab")


def _to_decide(page: Page) -> int:
    return int("".join(each for each in page.locator("[data-total]").inner_text() if each.isdigit()))


def _current(page: Page) -> str:
    expect(page.locator("#decision")).to_be_visible()
    return str(page.locator("#decision").get_attribute("data-review"))
