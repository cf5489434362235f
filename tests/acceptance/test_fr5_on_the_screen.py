"""FR-5 in a real Chromium: one real file watched from its first byte to its summary, and one that fails."""

from __future__ import annotations

import colorsys
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.suppliers import editing
from app.sync import run as sync_run
from tests.fixtures.stack import Stack
from tests.servers.files import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

ROWS = 6_000
#: what the job's page shows at one moment; colours as the browser has computed them
LOOK = """() => {
    const live = document.querySelector('#job-live'), chip = live?.querySelector('.chip[data-state]');
    if (!chip) return null;
    const style = getComputedStyle(chip), bar = live.querySelector('progress');
    return {
        state: chip.dataset.state, word: chip.innerText.trim(), ink: style.color, paper: style.backgroundColor,
        icon: chip.querySelector('svg')?.dataset.icon ?? null,
        bar: bar && bar.hasAttribute('value') ? bar.value : null, label: bar?.getAttribute('aria-label') ?? null,
        percent: live.querySelector('[data-percent]')?.innerText ?? null,
        bytes: live.querySelector('[data-figures=bytes]')?.innerText ?? null,
        items: live.querySelector('[data-figures=items]')?.innerText ?? null,
        elapsed: live.querySelector('[title=Elapsed]')?.innerText ?? null,
        text: live.innerText,
    };
}"""


@dataclass(frozen=True)
class Watched:
    """Every moment at which the page looked different, and the job as the table has it in the end."""

    looks: list[dict[str, Any]]
    job: Job
    size: int

    def of(self, state: str) -> list[dict[str, Any]]:
        return [look for look in self.looks if look["state"] == state]


def watch(page: Page, stack: Stack, job_id: UUID, *, seconds: float = 170) -> list[dict[str, Any]]:
    page.goto(f"/jobs/{job_id}")
    looks: list[dict[str, Any]] = []
    deadline = time.monotonic() + seconds
    while not looks or looks[-1]["state"] not in ("complete", "failed"):
        assert time.monotonic() < deadline, looks[-1:]
        look = page.evaluate(LOOK)
        if look and (not looks or look != looks[-1]):
            looks.append(look)
        page.wait_for_timeout(100)
    return looks


def fetched(stack: Stack, url: str) -> UUID:
    with stack.context():
        fields = editing.SupplierFields(name=f"Watched {uuid4().hex[:6]}", source_type="csv", source_url=url)
        return sync_run.sync_supplier(editing.create(fields, "tests").id, "tests").id


@pytest.fixture(scope="module")
def tab(browser: Browser, stack: Stack, signed_in: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.url, storage_state=signed_in, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def watched(tab: Page, stack: Stack) -> Watched:
    """A list of 6,000 articles that its source sends slowly and that ml-analyze reads slowly."""
    rows = (f"W-{n:05},Mounting bracket {n % 977} type {n},{10 + n % 400}.{n % 100:02}" for n in range(ROWS))
    body = "\n".join(["SKU,Product name,Price EUR", *rows, ""]).encode()
    served = Served(body, drip=0.6, drip_bytes=len(body) // 20)
    with stack.slow_analysis():
        job_id = fetched(stack, stack.files.put(f"watched/{uuid4().hex}.csv", served))
        looks = watch(tab, stack, job_id)
    return Watched(looks, stack.wait(job_id), len(body))


@pytest.fixture(scope="module")
def failed(tab: Page, stack: Stack) -> dict[str, Any]:
    return watch(tab, stack, fetched(stack, f"{stack.files.url}/watched/gone.csv"))[-1]


def hue(colour: str) -> float:
    """Degrees on the colour wheel of ``rgb(r, g, b)``, as the browser tells it."""
    red, green, blue = (float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3])
    return colorsys.rgb_to_hls(red, green, blue)[0] * 360


def test_ac_5_1_each_phase_of_a_real_job_has_its_colour_icon_and_word(watched: Watched, failed: dict[str, Any]) -> None:
    """AC-5.1: blue, yellow, green and red as the browser paints them; an icon and a word beside the colour."""
    wanted = {
        "downloading": (195, 250, "Downloading"),
        "analyzing": (25, 60, "Analyzing"),
        "complete": (90, 170, "Complete"),
    }
    icons = {failed["icon"]}
    for state, (first, last, word) in wanted.items():
        look = watched.of(state)[0]
        assert first <= hue(look["ink"]) <= last, (state, look["ink"])
        assert word in look["word"]
        icons.add(look["icon"])
    assert hue(failed["ink"]) <= 20 or hue(failed["ink"]) >= 340, failed["ink"]
    assert "Failed" in failed["word"]
    assert len(icons) == 4 and None not in icons


def test_ac_5_2_the_bar_fills_within_the_phase(watched: Watched) -> None:
    """AC-5.2: the bar names its phase, moves in it and never back, and the number beside it agrees."""
    labels = {"downloading": "Downloading", "analyzing": "Analyzing", "matching": "Matching"}
    seen: dict[str, list[float]] = {}
    for look in watched.looks:
        if look["bar"] is not None and look["state"] in labels:
            assert look["label"] == labels[look["state"]]
            assert look["percent"] == f"{round(look['bar'])} %"
            seen.setdefault(look["state"], []).append(look["bar"])
    for state, values in seen.items():
        assert values == sorted(values), f"{state} went backwards: {values}"
    assert len(set(seen["downloading"])) >= 2, seen
    assert len(set(seen.get("analyzing", []) + seen.get("matching", []))) >= 2, seen


def test_ac_5_3_the_bytes_of_a_real_download_grow_to_its_size(watched: Watched) -> None:
    """AC-5.3: bytes so far of the whole, both in the reader's units."""
    told = [look["bytes"] for look in watched.of("downloading") if look["bytes"]]
    assert len(set(told)) >= 3, told
    total = f"{watched.size / 1000:.0f} KB"
    assert all(re.fullmatch(rf"[\d.]+ [KM]?B of {total}", " ".join(each.split())) for each in told), (told, total)


def test_ac_5_4_the_items_of_a_real_analysis_are_counted(watched: Watched) -> None:
    """AC-5.4: items so far of all, in the end all."""
    texts = [look["items"] or "" for look in watched.looks]
    pairs = [re.fullmatch(r"([\d,]+) of ([\d,]+) items", text) for text in texts]
    counts = [(int(found[1].replace(",", "")), int(found[2].replace(",", ""))) for found in pairs if found]
    assert len(set(counts)) >= 2, texts
    assert all(done <= total <= ROWS for done, total in counts), counts
    assert [done for done, _ in counts] == sorted(done for done, _ in counts)


def test_ac_5_5_the_elapsed_time_runs_and_then_stands_still(watched: Watched, tab: Page) -> None:
    """AC-5.5: it is what passed between beginning and end, and does not go on after it."""
    running = [look["elapsed"] for look in watched.looks[:-1] if look["elapsed"]]
    assert len(set(running)) >= 3, running
    tab.goto(f"/jobs/{watched.job.id}")
    shown = tab.locator("#job-live [title=Elapsed]").inner_text()
    tab.wait_for_timeout(2100)
    assert tab.locator("#job-live [title=Elapsed]").inner_text() == shown
    assert watched.job.completed_at is not None and watched.job.started_at is not None
    taken = (watched.job.completed_at - watched.job.started_at).total_seconds()
    minutes, seconds = (int(each or 0) for each in re.fullmatch(r"(?:(\d+) min ?)?(?:(\d+) s)?", shown).groups())  # type: ignore[union-attr]
    assert abs(minutes * 60 + seconds - taken) <= 1.5, (shown, taken)


def test_ac_5_6_the_summary_says_what_the_tables_hold(watched: Watched, stack: Stack) -> None:
    """AC-5.6: extracted, matched, in review, errors."""
    with stack.context():
        items = select(func.count()).select_from(SupplierItem).where(SupplierItem.job_id == watched.job.id)
        stored = db.session.scalar(items)
        linked = db.session.scalar(items.where(SupplierItem.product_id.is_not(None)))
    assert stored == ROWS
    text = " ".join(watched.looks[-1]["text"].split())
    assert f"{stored:,} items extracted" in text
    assert f"{linked:,} matched" in text
    assert f"{watched.job.review_count:,} in review queue" in text
    assert f"{watched.job.error_count:,} errors" in text
