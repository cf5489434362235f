"""FR-5: phases on the screen, with icon and colour, percentage, bytes, items, elapsed time, summary."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.extensions import db
from app.jobs import board
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step
from app.suppliers import editing
from app.suppliers.fields import SupplierFields
from tests.fixtures.web import Visitor

NOW = datetime.now(UTC)


def a_job(app: Flask, **facts: Any) -> UUID:
    with app.app_context():
        name = f"Supplier {uuid4().hex[:8]}"
        supplier = editing.create(SupplierFields(name=name, source_type="csv"), "tests")
        values: dict[str, Any] = {"started_at": NOW - timedelta(seconds=20), "phase_since": NOW - timedelta(seconds=10)}
        job = Job(
            supplier_id=supplier.id,
            supplier_name=supplier.name,
            trigger="upload",
            task_id=f"test-{uuid4()}",
            source_type="upload",
            **(values | facts),
        )
        db.session.add(job)
        db.session.commit()
        return job.id


LOOKS = [
    ({"phase": Phase.DOWNLOADING}, "Downloading", "t-blue", "download"),
    ({"phase": Phase.ANALYZING, "step": Step.FOLLOW}, "Analyzing", "t-amber", "report-search"),
    ({"phase": Phase.MATCHING, "step": Step.APPLY}, "Matching", "t-amber", "git-compare"),
    ({"phase": Phase.COMPLETE, "outcome": Outcome.SUCCESS}, "Complete", "t-green", "circle-check"),
    ({"phase": Phase.FAILED, "outcome": Outcome.FAILED}, "Failed", "t-red", "circle-x"),
]


@pytest.mark.parametrize(("facts", "name", "tone", "icon"), LOOKS)
def test_ac_5_1_each_phase_has_its_icon_colour_and_word(
    app: Flask, admin: Visitor, facts: dict[str, Any], name: str, tone: str, icon: str
) -> None:
    """AC-5.1: download blue, analyzing yellow, complete green, failed red; never colour alone."""
    page = admin.get(f"/jobs/{a_job(app, **facts)}")
    chip = re.search(r'<span class="chip (t-\w+)" data-state="[^"]*">(.*?)</span>', page, re.S)
    assert chip is not None
    assert chip.group(1) == tone
    assert f'data-icon="{icon}"' in chip.group(2)
    assert name in chip.group(2)


def test_ac_5_2_the_bar_shows_the_phase_and_the_percentage_within_it(app: Flask, admin: Visitor) -> None:
    """AC-5.2"""
    job_id = a_job(app, phase=Phase.ANALYZING, step=Step.FOLLOW)
    with app.app_context():
        board.progress(job_id, items_processed=45, items_total=180)
    page = admin.get(f"/jobs/{job_id}")
    assert re.search(r'<progress class="amber" max="100" value="25" aria-label="Analyzing">', page)
    assert "25 %" in page


def test_ac_5_3_downloading_shows_bytes_and_the_total_where_it_is_known(app: Flask, admin: Visitor) -> None:
    """AC-5.3: without a total the bar has no end, and the bytes stand alone."""
    known, unknown = a_job(app, phase=Phase.DOWNLOADING), a_job(app, phase=Phase.DOWNLOADING)
    with app.app_context():
        board.progress(known, download_bytes=1_500_000, download_total=6_000_000)
        board.progress(unknown, download_bytes=1_500_000)
    page = admin.get(f"/jobs/{known}")
    assert "1.5 MB of 6 MB" in " ".join(page.split())
    assert 'value="25"' in page
    page = admin.get(f"/jobs/{unknown}")
    assert "1.5 MB</span>" in " ".join(page.split())
    assert re.search(r'<progress class="blue" max="100" aria-label="Downloading">', page)


def test_ac_5_4_analyzing_shows_items_processed_of_the_total(app: Flask, admin: Visitor) -> None:
    """AC-5.4"""
    since = datetime.now(UTC) - timedelta(seconds=10)  # this module was read long before its tests run
    job_id = a_job(app, phase=Phase.ANALYZING, step=Step.FOLLOW, phase_since=since)
    with app.app_context():
        board.progress(job_id, items_processed=1200, items_total=4800)
    page = admin.get(f"/jobs/{job_id}")
    assert "1,200 of 4,800 items" in page
    assert re.search(r"\d+ items/s", page)
    assert re.search(r"\d+ s left", page)


def test_ac_5_5_elapsed_time_runs_while_the_job_does_and_stays_after_its_end(app: Flask, admin: Visitor) -> None:
    """AC-5.5"""
    running = a_job(app, phase=Phase.ANALYZING, step=Step.FOLLOW)
    assert re.search(r'<time data-since datetime="[^"]+" title="Elapsed">', admin.get(f"/jobs/{running}"))
    ended = a_job(app, phase=Phase.COMPLETE, outcome=Outcome.SUCCESS, completed_at=NOW + timedelta(seconds=75))
    assert '<span title="Elapsed">1 min 35 s</span>' in admin.get(f"/jobs/{ended}")


def test_ac_5_6_a_completed_job_shows_its_summary_with_links(app: Flask, admin: Visitor) -> None:
    """AC-5.6"""
    facts = {"items_total": 150, "matches_found": 120, "review_count": 30, "error_count": 0}
    job_id = a_job(app, phase=Phase.COMPLETE, outcome=Outcome.SUCCESS, completed_at=NOW, **facts)
    page = re.sub(r"<[^>]+>", "", admin.get("/ingestion"))
    assert re.search(r"150 items extracted\s+120 matched\s+30 in review queue\s+0 errors", page)
    assert f'href="/matching?job={job_id}"' in admin.get("/ingestion")


def test_partial_success_says_how_many_of_how_many(app: Flask, admin: Visitor) -> None:
    """Scenario 4: 90/100 items processed; 10 errors."""
    facts = {"items_total": 90, "error_count": 10}
    a_job(app, phase=Phase.COMPLETE, outcome=Outcome.WARNINGS, completed_at=NOW, **facts)
    page = admin.get("/ingestion")
    assert "Complete with warnings" in page
    assert "90/100 items processed; 10 errors" in page


def test_a_job_that_waits_says_why_and_until_when(app: Flask, admin: Visitor) -> None:
    due = NOW + timedelta(hours=5)
    reason = "ML service unavailable. Trying again (1 of 3)."
    job_id = a_job(app, phase=Phase.ANALYZING, step=Step.SUBMIT, waiting_for=reason, due_at=due)
    page = admin.get(f"/jobs/{job_id}")
    assert reason in page
    assert f'<time datetime="{due.isoformat(timespec="seconds")}"' in page
    assert reason in admin.get("/ingestion")


def test_the_screen_without_workers_says_so(app: Flask, admin: Visitor) -> None:
    page = admin.get("/ingestion")
    assert "No worker is alive" in page
    assert "The scheduler is not running" in page
