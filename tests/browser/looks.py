"""Pictures of every page, dialog and state in every look, for eyes: `pytest tests/browser/looks.py`.

They come into the folder that ``LOOKS`` names (else pytest's own), one folder a look; ``LOOKS_ONLY`` names some of the
looks and pages. It is no test of the suite: pictures are judged by people, and the marks are kept in docs/screen.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_accessibility import PAGES, SPOKEN, STRETCH, _address
from tests.fixtures.stack import PASSWORD, Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(0)]  # paper alone takes more than a test may

WIDE, NARROW, PHONE = {"width": 1440, "height": 900}, {"width": 1280, "height": 800}, {"width": 390, "height": 844}
#: how a context is opened for each look
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE, "locale": "en-GB"},
    "narrow": {"viewport": NARROW, "locale": "en-GB"},
    "dark": {"viewport": WIDE, "locale": "en-GB", "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "locale": "en-GB", "has_touch": True},
    "russian": {"viewport": WIDE, "locale": "ru-RU"},
    "german": {"viewport": WIDE, "locale": "de-DE"},
    "stretched": {"viewport": WIDE, "locale": "en-GB"},
    "print": {"viewport": {"width": 794, "height": 1123}, "locale": "en-GB"},
}


def _nothing(page: Page) -> None:
    """The address shows all."""


def _sign_in(page: Page) -> None:
    page.locator("[name=username]").fill("doubly")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.primary").click()
    page.locator("[name=code]").wait_for()


def _shown_keys(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#dialog[open]").wait_for()


def _keys(page: Page, *pressed: str) -> None:
    first, *words = pressed
    page.keyboard.press(first)
    page.locator("[data-palette]").wait_for()
    for each in words:
        page.keyboard.type(each)
        page.locator("#palette-results mark").first.wait_for()


#: what an address alone does not show: where it begins, and what is done there
STATES: dict[str, tuple[str, Callable[[Page], object]]] = {
    "palette": ("/jobs", lambda page: _keys(page, "Control+k", "baltic")),
    "keys": ("/jobs", _shown_keys),
    "add supplier": ("/ingestion", lambda page: page.locator("main a[href='/suppliers/new']").first.click()),
    "question": ("/jobs/{held}/changes", lambda page: page.locator(".head .btn.danger").first.click()),
    "row of the file": ("/jobs/{baltic-cable.csv}/items", lambda page: page.locator("#items tbody a").first.click()),
    "item": ("/items", lambda page: page.locator("main tbody a").first.click()),
    "new product": ("/matching", lambda page: page.locator("[data-act=n]").click()),
}
#: without a session
OUTSIDE: dict[str, tuple[str, Callable[[Page], object]]] = {
    "sign-in": ("/login", _nothing),
    "forgotten": ("/password/forgotten", _nothing),
    "new password": ("{new password}", _nothing),
    "code": ("/login", _sign_in),
}
#: addresses that the walk with axe leaves out
MORE = {
    "grid": "/jobs/{baltic-cable.csv}/grid",
    "product": "/catalogue/{compared}",
    "seller": "/suppliers/{seller}",
    "extreme products": "/catalogue?q=extreme",
    "extreme product": "/catalogue/{odd product}",
    "extreme items": "/items?q=extreme",
    "deleted suppliers": "/suppliers/deleted",
    "bad question": "/jobs?state=nonsense",
    "no supplier found": "/suppliers?q=nothing-has-this-name",
    "no product found": "/catalogue?q=nothing-has-this-name",
}
INSIDE = {name: (address, _nothing) for name, address in (PAGES | SPOKEN | MORE).items()} | STATES
SETTLE = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


ONLY = set(filter(None, os.environ.get("LOOKS_ONLY", "").split(",")))


@pytest.mark.parametrize("look", [look for look in LOOKS if look in ONLY or ONLY.isdisjoint(LOOKS)])
def test_every_page_is_taken(
    look: str, browser: Browser, stack: Stack, signed_in: Any, office: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(os.environ.get("LOOKS") or tmp_path) / look
    folder.mkdir(parents=True, exist_ok=True)
    for state, pages in ((signed_in, INSIDE), (None, OUTSIDE)):
        context = browser.new_context(base_url=stack.url, storage_state=state, reduced_motion="reduce", **LOOKS[look])
        context.set_default_timeout(10_000)
        page = context.new_page()
        for name, (address, act) in pages.items():
            if ONLY - LOOKS.keys() and name not in ONLY:
                continue
            page.emulate_media(media="screen")  # on paper no dialog is seen, and what is done there would wait for ever
            page.goto(_address(address, office))
            act(page)
            page.wait_for_load_state("networkidle" if act is not _nothing else "load")
            if look == "stretched":
                page.evaluate(STRETCH)
            page.emulate_media(media="print" if look == "print" else "screen")
            page.evaluate(SETTLE)
            page.screenshot(path=folder / f"{name}.png", full_page=look == "print")
        context.close()
