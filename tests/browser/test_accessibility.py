"""axe-core finds nothing on any page, wide and narrow, light and dark; nothing scrolls sideways at three widths, and
nothing is cut in a language whose words are longer by two fifths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from playwright.sync_api import Browser, Page

from tests.browser.test_small_screens import SMALL
from tests.fixtures.stack import Stack
from tests.fixtures.vocabulary import faults

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
Theme = Literal["light", "dark"]
COLOURS = ["color-contrast", "link-in-text-block"]
# What the narrow width changes: rows become cards, columns scroll, fingers aim. The menu, the same on every page and of
# another form there, is walked on one page with all rules, in the other theme at both widths.
NARROW = [*COLOURS, "target-size", "scrollable-region-focusable", "aria-hidden-focus", "td-headers-attr", "label"]
ASKED: dict[int, list[tuple[Theme, list[str]]]] = {1440: [("light", [])], 1024: [], 390: [("dark", NARROW)]}
MENU: dict[int, list[tuple[Theme, list[str]]]] = {1440: [("light", []), ("dark", COLOURS)], 390: [("light", [])]}
RUN = """async (only) => (await axe.run(document, {
    runOnly: only.length ? { type: 'rule', values: only }
        : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations']
})).violations.map(each => each.id + ': ' + each.nodes.slice(0, 3).map(
    node => node.target + ' ' + node.failureSummary).join(' | '))"""
PAGES = {
    "ingestion": "/ingestion",
    "jobs": "/jobs",
    "no job found": "/jobs?q=nothing-has-this-name",
    "job with warnings": "/jobs/{baltic-cable.csv}",
    "failed job": "/jobs/{failed}",
    "waiting job": "/jobs/{waiting}",
    "held job": "/jobs/{held}/changes",
    "reading": "/jobs/{baltic-cable.csv}/reading",
    "items": "/jobs/{baltic-cable.csv}/items",
    "errors": "/jobs/{baltic-cable.csv}/errors",
    "suppliers": "/suppliers",
    "supplier": "/suppliers/{supplier of baltic-cable.csv}",
    "timeline": "/suppliers/{supplier of baltic-cable.csv}/timeline",
    "new supplier": "/suppliers/new",
    "upload": "/suppliers/{supplier of baltic-cable.csv}/upload",
    "matching": "/matching",
    "approve many": "/matching/bulk?above=90",
    "ask the supplier": "/matching/ask?supplier={supplier of kestrel-supply.csv}",
    "products": "/catalogue",
    "import": "/catalogue/import",
    "log": "/log",
    "dashboard": "/dashboard",
    "health": "/system",
    "settings": "/settings",
    "users": "/users",
    "audit": "/audit",
    "exports": "/exports",
    "account": "/account",
    "second factor": "/second-factor",
    "re-process": "/reprocess?pipeline=",
    "not found": "/suppliers/00000000-0000-0000-0000-000000000000",
}
#: pages whose words alone are walked
SPOKEN = {
    "decisions": "/matching/decisions",
    "needs you": "/needs-you",
    "items of all": "/items",
    "changes": "/changes",
    "currencies": "/money",
    "receivers": "/receivers",
    "held job's overview": "/jobs/{held}",
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_both_themes_wide_and_narrow_and_there_is_room_for_longer_words(
    walker: Page, living: dict[str, str], name: str
) -> None:
    page = _at(walker, _address(PAGES[name], living))
    assert _violations(page) == []
    assert page.evaluate(SMALL) == []  # the last width is that of a phone
    assert _cut(page) == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_page_speaks_to_the_office_in_words_of_the_program(
    stack: Stack, signed_in: Any, living: dict[str, str], language: str
) -> None:
    """No ids, names of the environment, True and None, snake_case, types of files or words of the builders."""
    asked = requests.Session()
    asked.cookies.update({each["name"]: each["value"] for each in signed_in["cookies"]})
    asked.headers["Accept-Language"] = language
    found = {}
    for name, address in (PAGES | SPOKEN).items():
        answer = asked.get(stack.url + _address(address, living), timeout=30)
        assert f'<html lang="{language}"' in answer.text
        found[name] = faults(answer.text)
    assert {name: each for name, each in found.items() if each} == {}


def test_axe_finds_nothing_in_the_supplier_modal(walker: Page) -> None:
    page = _at(walker, "/ingestion")
    page.get_by_role("link", name="Add Supplier").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Add Supplier").click()
    assert _violations(page) == []


def test_axe_finds_nothing_in_an_items_row_of_the_file(walker: Page, living: dict[str, str]) -> None:
    page = _at(walker, f"/jobs/{living['baltic-cable.csv']}/items")
    page.locator("#items tbody a").first.click()
    page.get_by_role("dialog").locator("td.hit").first.wait_for()
    assert _violations(page) == []


def test_axe_finds_nothing_in_the_tick_bar_and_the_question_before_an_order(
    walker: Page, living: dict[str, str]
) -> None:
    page = _at(walker, f"/jobs/{living['held']}/changes")
    page.get_by_label("Select all on this page").check()
    assert _violations(page) == []
    page.get_by_role("button", name="Approve all others").click()
    page.locator("#ask[open]").wait_for()
    assert _violations(page) == []


def test_axe_finds_nothing_on_a_product_and_on_a_page_of_an_error(walker: Page) -> None:
    page = _at(walker, "/catalogue")
    assert _violations(page, MENU) == []
    page.locator("main tbody a").first.click()
    page.get_by_role("heading", name="Prices by supplier").wait_for()
    assert _violations(page) == []
    page.goto("/jobs?state=nonsense")
    assert _violations(page) == []


def test_axe_finds_nothing_on_the_sign_in(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    page.add_init_script(AXE)
    assert _violations(_at(page, "/login")) == []
    context.close()


def _address(address: str, living: dict[str, str]) -> str:
    for key, value in living.items():
        address = address.replace("{" + key + "}", value)
    return address


@pytest.fixture(scope="module")
def walker(browser: Browser, stack: Stack, signed_in: Any) -> Iterator[Page]:
    """One window for every page: opening a window takes longer than looking at a page."""
    context = browser.new_context(base_url=stack.url, storage_state=signed_in, locale="en-GB")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.add_init_script(AXE)
    yield page
    context.close()


def _at(page: Page, address: str) -> Page:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(address)
    return page


WIDER = """Array.from(document.body.querySelectorAll("*"))
    .filter(one => !one.closest(".scroll") && one.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(one => `${one.tagName}.${one.className}`).slice(-5).join(", ")"""


def _violations(page: Page, looks: dict[int, list[tuple[Theme, list[str]]]] = ASKED) -> list[str]:
    found = []
    for width, asked in looks.items():
        _resize(page, width, 900)
        # The whole page in sight: what a bar that stays at the bottom half covers is scrolled to before it is pressed.
        _resize(page, width, max(900, page.evaluate("document.documentElement.scrollHeight")))
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            found.append(f"{width}: {wider} px wider than the screen: {page.evaluate(WIDER)}")
        for theme, rules in asked:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{width} {theme}: {each}" for each in page.evaluate(RUN, rules)]
    return found


def _resize(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


# What people or files have written stays; what is ours grows, as it does in a language that nobody has tried yet.
STRETCH = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (!text.parentElement.closest("bdi, code, pre, time, script, style, textarea, .sr"))
            text.data = text.data.replace(/\\p{L}{2,}/gu, word => word + "ö".repeat(Math.ceil(word.length * 0.4)));
    }
}"""
CUT = """() => Array.from(document.body.querySelectorAll("*")).filter(one => {
    const look = getComputedStyle(one);
    const kept = ["hidden", "clip"].includes(look.overflowX) || one.matches("table.cards td");  // beside others
    return one.scrollWidth > one.clientWidth + 1 && kept && one.checkVisibility()
        && look.clipPath === "none" && !one.closest(".sr, [title], select") && one.textContent.trim();
}).map(one => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 60)}`)"""


def _cut(page: Page) -> list[str]:
    """What does not find its place once every word of ours is two fifths longer."""
    page.evaluate(STRETCH)
    found = []
    for width in (390, 1440):
        _resize(page, width, 900)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            found.append(f"{width}: {wider} px wider than the screen: {page.evaluate(WIDER)}")
        found += [f"{width}: {each}" for each in page.evaluate(CUT)]
    return found
