"""Polling that behaves: nothing when nothing changed, rest in a hidden tab, an end, focus and scroll kept."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Page, Request, Response, expect

from app.extensions import db
from app.jobs import board
from app.models.job import Job
from app.models.phase import Outcome, Phase
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser


def test_an_unchanged_region_is_answered_with_204_and_says_how_old_it_is(page: Page, living: dict[str, str]) -> None:
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if "/ingestion/live" in answer.url else None)
    page.goto("/ingestion")
    expect(page.locator("[data-asof=live]")).to_contain_text("as of")
    page.wait_for_timeout(5000)
    assert len(answers) >= 2
    assert answers[-1] == 204
    expect(page.locator("[data-asof=live]")).not_to_have_class("late")


def test_a_hidden_tab_asks_nothing_and_catches_up_when_it_is_seen(page: Page, stack: Stack) -> None:
    asked: list[str] = []
    page.goto("/ingestion")
    page.on("request", lambda request: asked.append(request.url) if "/live" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.wait_for_timeout(2500)
    del asked[:]
    page.wait_for_timeout(2500)
    assert asked == []
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert asked


def test_a_job_page_polls_while_the_job_runs_and_never_again_after_its_end(
    page: Page, stack: Stack, living: dict[str, str]
) -> None:
    job_id = UUID(living["waiting"])
    asked: list[Request] = []
    page.goto(f"/jobs/{job_id}")
    page.on("request", lambda request: asked.append(request) if "/head" in request.url else None)
    expect(page.locator("#job-live .chip[data-state=analyzing]")).to_be_visible()
    needs = page.locator("#d-needs")
    before = int(needs.inner_text() or 0)
    _end(stack, job_id, Outcome.HELD)
    expect(page.locator("#job-live .chip[data-state=held]")).to_be_visible(timeout=5000)
    expect(needs).to_have_text(str(before + 1))  # of the same moment
    del asked[:]
    page.wait_for_timeout(2600)
    assert asked == []


def test_a_job_that_runs_for_a_minute_never_says_that_the_connection_is_lost(
    page: Page, stack: Stack, living: dict[str, str]
) -> None:
    """Every look is answered, with a piece or with 204: the page may not grow old while they are."""
    job_id = UUID(living["waiting"])
    _begin_again(stack, job_id)
    page.goto(f"/jobs/{job_id}")
    asof = page.locator("[data-asof=job-live]")
    for second in range(60):
        if second % 15 == 0:
            with stack.context():
                board.progress(job_id, items_processed=second, items_total=80)
        page.wait_for_timeout(1000)
        expect(asof).not_to_contain_text("Connection lost")
    assert page.locator("#job-acts").get_by_role("button", name="Cancel").count() == 1
    _end(stack, job_id)
    expect(page.locator("#job-live .chip[data-state=complete]")).to_be_visible(timeout=5000)
    expect(page.locator("#job-acts").get_by_role("button", name="Cancel")).to_have_count(0)


def test_ticked_rows_focus_and_scroll_survive_the_pulse_of_a_list(
    page: Page, stack: Stack, living: dict[str, str]
) -> None:
    job_id = UUID(living["waiting"])
    _begin_again(stack, job_id)
    page.set_viewport_size({"width": 1024, "height": 420})
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "/pulse" in answer.url else None)
    page.goto("/jobs")
    row = page.locator(f"#job-{job_id}")
    box = row.locator("input[type=checkbox]")
    box.check()
    box.focus()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(300)
    scrolled = page.evaluate("scrollY")
    with stack.context():
        board.progress(job_id, items_processed=40, items_total=80)
    expect(row.locator("[data-percent]")).to_have_text("50 %", timeout=5000)
    expect(row.locator("[data-figures=items]")).to_have_text("40 of 80 items")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    assert page.evaluate("scrollY") == scrolled
    _end(stack, job_id)
    expect(row.locator(".chip[data-state=complete]")).to_be_visible(timeout=5000)
    expect(box).to_be_checked()
    expect(page.locator("#beat")).to_have_count(0)


def test_the_log_follows_and_pauses(page: Page, stack: Stack, living: dict[str, str]) -> None:
    from app.jobs import history

    page.goto("/log")
    expect(page.locator("#log-lines li").first).to_be_visible()
    with stack.context():
        history.log_lines(UUID(living["failed"]), "ERROR", ["A line while it follows."])
        db.session.commit()
    expect(page.get_by_text("A line while it follows.")).to_be_visible(timeout=5000)
    page.get_by_role("button", name="Pause").click()
    with stack.context():
        history.log_lines(UUID(living["failed"]), "ERROR", ["A line while it rests."])
        db.session.commit()
    page.wait_for_timeout(2600)
    expect(page.get_by_text("A line while it rests.")).to_have_count(0)
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_text("A line while it rests.")).to_be_visible(timeout=5000)


def test_the_ml_switch_of_a_supplier_answers_at_once_and_is_kept(page: Page, living: dict[str, str]) -> None:
    page.goto("/suppliers?q=baltic")
    switch = page.get_by_role("switch", name="Process Sample baltic-cable.csv via ML")
    switch.focus()
    page.keyboard.press("Space")
    expect(page.locator("#notices")).to_contain_text("simple reader")
    expect(switch).not_to_be_checked()
    expect(switch).to_be_focused()
    page.reload()
    expect(switch).not_to_be_checked()
    switch.click()
    expect(page.locator("#notices")).to_contain_text("through ML")


def _end(stack: Stack, job_id: UUID, outcome: Outcome = Outcome.SUCCESS) -> None:
    with stack.context():
        job = db.session.get_one(Job, job_id)
        job.phase, job.outcome, job.items_total = Phase.COMPLETE, outcome, 80
        db.session.commit()


def _begin_again(stack: Stack, job_id: UUID) -> None:
    with stack.context():
        job = db.session.get_one(Job, job_id)
        job.phase, job.outcome, job.items_total = Phase.ANALYZING, None, 0
        db.session.commit()
