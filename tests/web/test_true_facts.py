"""What a job's pages say is what became of its file; who is away, and who is told, is said where one looks."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app import clock, vitals
from app.apply import commit, undo, written_down
from app.apply.difference import Choice
from app.extensions import db, redis
from app.models.job import Job
from app.models.phase import Phase
from app.models.supplier import Supplier
from app.sync import run as sync_run
from tests.fixtures.results import apply_result, error, item
from tests.fixtures.web import PASSWORD, Visitor


def lines(factor: int = 1) -> list[dict[str, Any]]:
    return [item(f"A{n}", f"Item {n}", f"{(n + 10) * factor}.00") for n in range(12)]


@pytest.fixture
def brandt(app: Flask) -> UUID:
    with app.app_context():
        made = Supplier(name="Brandt", source_type="csv", meta={})
        db.session.add(made)
        db.session.commit()
        return made.id


def applied(app: Flask, brandt: UUID, *given: dict[str, Any], **facts: Any) -> UUID:
    with app.app_context():
        return apply_result(db.session.get_one(Supplier, brandt), *given, **facts).id


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_rejected_file_changed_nothing_and_one_approved_in_part_says_what_was_left_out(
    app: Flask, admin: Visitor, brandt: UUID
) -> None:
    applied(app, brandt, *lines())
    rejected, partly = (applied(app, brandt, *lines(100)) for _ in range(2))
    admin.post(f"/jobs/{rejected}/reject")
    page = words(admin.get(f"/jobs/{rejected}"))
    assert "Rejected" in page and "12 items extracted" in page
    assert "12 changed" not in page and "Changes 12" not in page
    with app.app_context():
        commit.approve_held(partly, actor="anna", choice=Choice(["A1"]))
    assert "1 changed" in words(admin.get(f"/jobs/{partly}"))
    page = words(admin.get(f"/jobs/{partly}/changes?kind=left_out"))
    assert "Left out 11" in page and "Apply what was left out" in page
    admin.post(f"/jobs/{partly}/rest")
    with app.app_context():
        assert db.session.get_one(Job, partly).changed_count == 12


@pytest.mark.parametrize(
    ("facts", "step", "leads"),
    [
        ({"error_code": "SOURCE_MISSING", "source_url": "https://a.example/l"}, "Edit the address", "/edit"),
        ({"error_code": "UNREADABLE", "reading": {"format": "csv"}}, "Correct the reading", "/reading"),
        ({"error_code": "INTERNAL_ERROR"}, "See why", "/jobs/"),
        ({"outcome": "held", "question": "price"}, "Is this the price?", "#question"),
        ({"outcome": "held"}, "Decide", "/changes"),
        ({"outcome": "success", "items_total": 3}, "See the items", "/items"),
    ],
)
def test_the_dialog_of_an_upload_ends_with_the_next_step(
    app: Flask, admin: Visitor, brandt: UUID, facts: dict[str, Any], step: str, leads: str
) -> None:
    failed = "error_code" in facts
    with app.app_context():
        named = {"trigger": "upload", "task_id": "upload-1", "source_type": "upload", "supplier_name": "Brandt"}
        phase = Phase.FAILED if failed else Phase.COMPLETE
        db.session.add(
            Job(supplier_id=brandt, phase=phase, **named, **({"outcome": "failed"} if failed else {}) | facts)
        )
        db.session.commit()
    piece = admin.get(f"/suppliers/{brandt}/watch?n=1", HX_Request="true")
    (button,) = re.findall(r'<a class="btn primary" href="([^"]+)"[^>]*>(.*?)</a>', piece, re.DOTALL)
    assert leads in button[0]
    assert words(button[1]).strip() == step


def test_counts_of_the_timeline_are_written_as_everywhere() -> None:
    counts = {"items_total": 40000, "error_count": 0, "matches_found": 1200, "review_count": 3, "new_count": 0}
    assert written_down.summary(counts) == "40,000 items extracted, 1,200 matched, 3 in review queue, 0 new."


def test_an_error_is_counted_once_and_an_undone_file_is_not_green(app: Flask, admin: Visitor, brandt: UUID) -> None:
    job = applied(app, brandt, *lines(), error(14))
    page = words(admin.get(f"/jobs/{job}"))
    assert "12/13 items processed; 1 error" in page and "Errors 1" in page
    assert "of the last file" in words(admin.get(f"/suppliers/{brandt}")), "and of no 50"
    with app.app_context():
        undo.undo(job, actor="anna")
    page = admin.get(f"/jobs/{job}")
    last = re.findall(r'<span class="dot ([a-z]*)"></span>\s*<span class="break">([^<]+)', page)[-1]
    assert last[0] == "" and last[1].startswith("Undone by anna")


def test_what_was_passed_over_is_shown_and_all_was_taken_only_where_it_is_known(
    app: Flask, admin: Visitor, brandt: UUID
) -> None:
    over = {"passed_over": [{"kind": "note", "count": 2, "examples": [{"row": 31, "text": "Free delivery"}]}]}
    some = applied(app, brandt, *lines(), told={"layout": {}} | over)
    page = words(admin.get(f"/jobs/{some}/errors?group=passed"))
    assert "Passed over 2" in page and "row 31 Free delivery" in page
    assert "Every row that holds an item was taken" not in admin.get(f"/jobs/{some}/errors?group=left")
    unknown = applied(app, brandt, *lines())  # a service that tells nothing of the kind
    assert "Every row that holds an item was taken" not in admin.get(f"/jobs/{unknown}/errors")
    known = applied(app, brandt, *lines(), told={"layout": {}})
    assert "Every row that holds an item was taken" in admin.get(f"/jobs/{known}/errors")


def test_prices_are_divided_by_one_click_and_a_supplier_has_limits_of_its_own(
    app: Flask, admin: Visitor, brandt: UUID
) -> None:
    applied(app, brandt, *lines())
    held = applied(app, brandt, *lines(100))
    assert "Divide by 100" in words(admin.get(f"/jobs/{held}/changes"))
    admin.post(f"/jobs/{held}/approve", act="divide", factor="100")
    with app.app_context():
        job = db.session.get_one(Job, held)
        assert (job.applied_at is not None, job.changed_count) == (True, 0)
    admin.post(f"/suppliers/{brandt}/guard", worse_share="100", quarantine="on", change_percent="2000")
    page = admin.get(f"/suppliers/{brandt}")
    assert "own limits" in page and 'name="worse_share" inputmode="decimal" size="6" value="100"' in page
    with app.app_context():
        guard = db.session.get_one(Supplier, brandt).guard
    assert guard == {"worse_share": 1.0, "quarantine": True, "change_percent": 2000.0}


def test_who_is_away_and_that_nobody_is_told_stands_where_one_looks(app: Flask, admin: Visitor, brandt: UUID) -> None:
    clock.beat(app)
    assert "The scheduler is not running" not in admin.get("/ingestion")
    redis_of(app).expire(vitals.BEAT, vitals.BEAT_TTL - int(vitals.SCHEDULER_SILENT))
    page = admin.get("/ingestion/live", HX_Request="true")
    assert "No worker is alive" in page
    assert "does not run" in admin.get("/system")
    assert "No channel is set: alerts are shown here only" in admin.get("/system")
    with app.app_context():
        job = Job(supplier_id=brandt, supplier_name="Brandt", trigger="upload", task_id="t", source_type="csv")
        job.away, job.away_since = "ml-analyze", db.func.now()
        db.session.add(job)
        db.session.commit()
        job_id = job.id
    assert re.search(r"Waits for ml-analyze since \d\d:\d\d", words(admin.get(f"/jobs/{job_id}")))


def redis_of(app: Flask) -> Any:
    with app.app_context():
        return redis()


def test_a_sync_is_stopped_by_button_program_and_command(app: Flask, admin: Visitor) -> None:
    def begun() -> None:
        with app.app_context():
            sync_run.request_sync("anna")

    begun()
    admin.post("/ingestion/sync/stop")
    begun()
    person = {"username": admin.name, "password": PASSWORD}
    signed_in: Any = admin.client.post("/api/v1/auth/login", json=person).json
    bearer = {"Authorization": f"Bearer {signed_in['token']}"}
    answer: Any = admin.client.post("/api/v1/admin/sync/stop", headers=bearer)
    assert (answer.status_code, answer.json["state"]) == (200, "stopped")
    begun()
    said = app.test_cli_runner().invoke(args=["sync", "stop"])
    assert said.exit_code == 0 and "is stopped." in said.output
    begun()


def test_a_held_file_is_searched_grouped_sorted_and_taken_out_and_approved_over_all_pages(
    app: Flask, admin: Visitor, brandt: UUID
) -> None:
    applied(app, brandt, *lines())
    held = applied(app, brandt, *lines(10)[:11], item("A11", "Item 11", "21.50"))
    page = admin.get(f"/jobs/{held}/changes")
    assert "moved by a power of ten 11 ordinary 1" in words(page)
    approve = re.search(r'<button class="btn ([^"]*)">(?:(?!</button>).)*Approve all</button>', page)
    assert approve is not None and "primary" not in approve[1] and "danger" in approve[1]
    piece = admin.get(f"/jobs/{held}/changes?q=Item 1&sort=name", HX_Request="true")
    assert re.findall(r"<mark>Item 1</mark>\d?", piece) == [f"<mark>Item 1</mark>{n}" for n in ("", 0, 1)]
    rows = admin.get(f"/jobs/{held}/changes.csv?kind=changed&group=jump&q=Item 1").splitlines()
    assert (rows[0].strip("\ufeff").split(",")[:4], len(rows)) == (["supplier_sku", "name", "kind", "old_price"], 3)
    admin.post(f"/jobs/{held}/approve", act="only", all="1", kind="changed", q="Item 1")
    assert "9 changes that were left out" in words(admin.get(f"/jobs/{held}")), "the one primary act of the page"
    admin.post(f"/jobs/{held}/rest", act="only", sku="A2", kind="left_out")
    assert "Left out 8" in words(admin.get(f"/jobs/{held}/changes"))


def test_numbers_of_a_file_bear_the_readers_decimal_mark(app: Flask, admin: Visitor, brandt: UUID) -> None:
    job = applied(app, brandt, item("A1", "Hammer", "1234.5"), item(None, "Zange", "2.00"))
    admin.post("/account/preferences", locale="ru")
    page = words(admin.get(f"/jobs/{job}/items"))
    assert "1 234,50" in page
    assert "name:" not in page
