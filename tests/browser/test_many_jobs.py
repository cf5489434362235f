"""Many jobs at once: a search that does not wait for its count, and an order for everything that it finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, func, select

from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.browser

NAME, NUMBER = "Everything Wholesale", 60


@pytest.fixture
def sixty(stack: Stack) -> Iterator[None]:
    """More failed and waiting jobs than one page shows; none of them is due before tomorrow."""
    with stack.context():
        for number in range(NUMBER):
            waits = number % 2 == 0
            job = Job(task_id=f"many-{number}", supplier_name=NAME, trigger="manual", source_type="csv")
            job.original_filename, job.started_at = f"many-{number}.csv", datetime.now(UTC)
            job.phase = Phase.DOWNLOADING if waits else Phase.FAILED
            job.step, job.outcome = (Step.DELIVER, None) if waits else (None, Outcome.FAILED)
            job.due_at = datetime.now(UTC) + timedelta(days=1) if waits else None
            db.session.add(job)
        db.session.commit()
    yield
    with stack.context():
        db.session.execute(delete(Job).where(Job.supplier_name == NAME))
        db.session.commit()


def test_everything_that_a_search_finds_is_cancelled_after_one_question(page: Page, stack: Stack, sixty: None) -> None:
    page.goto("/jobs?q=Everything+Wholesale")
    expect(page.locator("#total")).to_have_text(f"{NUMBER} jobs")
    page.get_by_label("Select all on this page").check()
    expect(page.locator("[data-pick-count]")).to_have_text("50")
    page.get_by_role("button", name=f"Select all {NUMBER} that the filter finds").click()
    expect(page.locator("[data-pick-count]")).to_have_text(str(NUMBER))
    page.get_by_role("button", name="Cancel selected").click()
    question = page.locator("#ask")
    expect(question).to_contain_text(f"Cancel up to {NUMBER} jobs?")
    question.get_by_role("button").last.click(no_wait_after=True)
    expect(page.locator("#notices, .notice").first).to_contain_text("30 jobs were cancelled.", timeout=60_000)
    with stack.context():
        cancelled = select(func.count()).where(Job.supplier_name == NAME, Job.outcome == Outcome.CANCELLED)
        assert db.session.scalar(cancelled) == NUMBER // 2


def test_a_tick_less_means_the_page_again_and_a_no_changes_nothing(page: Page, stack: Stack, sixty: None) -> None:
    page.goto("/jobs?q=Everything+Wholesale")
    expect(page.locator("#total")).to_have_text(f"{NUMBER} jobs")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="that the filter finds").click()
    page.locator("input[data-pick]").first.uncheck()
    expect(page.locator("[data-pick-count]")).to_have_text("49")
    page.get_by_role("button", name="Cancel selected").click()
    question = page.locator("#ask")
    expect(question).to_contain_text("Cancel up to 49 jobs?")
    expect(question.get_by_role("button").first).to_be_focused()
    expect(question.get_by_role("button").last).to_have_text("Cancel selected")
    question.get_by_role("button").first.click()
    expect(page.locator("[data-pick-count]")).to_have_text("49")
    with stack.context():
        assert db.session.scalar(select(func.count()).where(Job.supplier_name == NAME, Job.step == Step.DELIVER)) == 30
