"""The pages as programs see them: who may open which, what they carry, what they answer to bad input."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app import vitals
from app.access import policy
from app.catalog import importer
from app.extensions import db
from app.jobs import contents
from app.models.catalog import ParsingLog, Product
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.suppliers import editing
from app.suppliers.fields import SupplierFields
from app.sync import reprocess
from app.web import assets
from tests.fixtures.web import Visitor

PAGES = [
    "/ingestion",
    "/jobs",
    "/suppliers",
    "/suppliers/new",
    "/log",
    "/matching",
    "/matching/bulk",
    "/catalogue",
    "/catalogue/import",
    "/dashboard",
    "/receivers",
    "/exports",
    "/needs-you",
    "/changes",
    "/changes?days=30&supplier=00000000-0000-4000-8000-000000000000",
    "/system",
    "/settings",
    "/users",
    "/audit",
    "/account",
    "/reprocess",
]
OF_PROCUREMENT = {
    "/exports",
    "/ingestion",
    "/jobs",
    "/suppliers",
    "/matching",
    "/matching/bulk",
    "/catalogue",
    "/catalogue/import",
    "/needs-you",
    "/changes",
    "/changes?days=30&supplier=00000000-0000-4000-8000-000000000000",
    "/dashboard",
    "/account",
}
OF_SALES = {"/catalogue", "/dashboard", "/account"}


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    assert [name for name, roles in policy.route_table(app).items() if roles is None and name != "static"] == []


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (UserRole.ADMIN, set(PAGES)),
        (UserRole.PROCUREMENT, OF_PROCUREMENT),
        (UserRole.SALES, OF_SALES),
    ],
)
def test_each_role_opens_its_pages_and_no_other(
    visitor: Callable[[UserRole], Visitor], role: UserRole, allowed: set[str]
) -> None:
    someone = visitor(role)
    for page in PAGES:
        text = someone.get(page, status=200 if page in allowed else 403)
        assert "<h1" in text
        if page not in allowed:
            assert "Your role does not allow this." in text


def test_without_a_session_a_page_leads_to_the_sign_in_and_back(app: Flask) -> None:
    answer = app.test_client().get("/jobs?state=failed")
    assert answer.status_code == 303
    assert answer.location == "/login?next=/jobs?state%3Dfailed"
    piece = app.test_client().get("/ingestion/live", headers={"HX-Request": "true"})
    assert (piece.status_code, piece.headers["HX-Redirect"]) == (204, "/login")


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_the_sign_in_sends_nobody_to_another_site(app: Flask, address: str) -> None:
    page = app.test_client().get("/login", query_string={"next": address}).get_data(as_text=True)
    assert "evil" not in page
    assert "javascript" not in page


def test_no_page_needs_an_inline_script_or_style(app: Flask, admin: Visitor) -> None:
    for page in PAGES:
        answer = admin.ask(page)
        policy_header = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy_header
        assert "unsafe" not in policy_header
        text = answer.get_data(as_text=True)
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", text), page


def test_an_outage_of_the_analysis_says_since_when_and_no_page_shows_its_own_markup(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        vitals.ask_now()  # nothing listens at the address of this app's analysis
    assert re.search(r"ML service unavailable since <time [^>]*>\d\d:\d\d:\d\d</time>", admin.get("/ingestion"))
    for page in PAGES:
        assert "&lt;" not in admin.get(page), page


def test_what_a_suppliers_form_shows_of_missing_items_is_what_happens(app: Flask, admin: Visitor) -> None:
    ticked = re.compile(r'name="replaces_all" checked')
    assert ticked.search(admin.get("/suppliers/new"))
    shown = {}
    for name, box in (("Whole", {"replaces_all": "on"}), ("Parts", {})):
        made = admin.post("/suppliers", name=name, source_type="csv", **box).location
        shown[name] = ("become unavailable" in admin.get(made), bool(ticked.search(admin.get(f"{made}/edit"))))
    with app.app_context():
        of_the_sheet = Supplier(name="Of the sheet", source_type="csv", meta={})
        db.session.add(of_the_sheet)
        db.session.commit()
        made = f"/suppliers/{of_the_sheet.id}"
    shown["Of the sheet"] = ("become unavailable" in admin.get(made), bool(ticked.search(admin.get(f"{made}/edit"))))
    assert shown == {"Whole": (True, True), "Parts": (False, False), "Of the sheet": (True, True)}


def test_static_files_are_kept_for_ever_under_their_hash_and_compressed(app: Flask) -> None:
    client = app.test_client()
    with app.test_request_context():
        address = assets.asset_url("app.css")
    answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "br"
    assert client.get(address.replace("/assets/", "/assets/0")).headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/x/../settings.py").status_code == 404


def test_the_first_visit_weighs_less_than_250_kilobytes_and_the_next_less_than_30(app: Flask, admin: Visitor) -> None:
    accept = {"Accept_Encoding": "br"}
    page = admin.ask("/ingestion", **accept)
    files = set(re.findall(r'(?:src|href)="(/assets/[^"#]+)', admin.get("/ingestion")))
    weight = sum(len(admin.ask(each, **accept).data) for each in files)
    assert len(page.data) < 30_000
    assert len(page.data) + weight < 250_000


def test_a_polled_region_is_part_of_its_page_and_answers_204_to_its_own_version(app: Flask, admin: Visitor) -> None:
    page = admin.get("/ingestion")
    version = re.search(r"""id="live".*?hx-vals='\{"v": "([^"]+)"\}'""", page, re.S)
    assert version is not None
    piece = admin.get("/ingestion/live", HX_Request="true")
    assert piece.strip()[:200] in page
    admin.ask(f"/ingestion/live?v={version.group(1)}", status=204, HX_Request="true")
    assert "every 2s" in piece


@pytest.mark.parametrize(
    "address",
    [
        "/jobs?state=nonsense",
        "/jobs?supplier=none",
        "/jobs?at=%3Cgarbage",
        "/jobs?since=yesterday",
        "/suppliers?state=maybe",
        "/matching?at=x",
        "/matching/ahead?at=x",
        "/log?level=loud",
        "/log/tail?after=x",
        "/catalogue?status=sold",
        "/matching?above=high",
    ],
)
def test_a_bad_query_is_a_sentence_on_a_page_and_no_error_of_ours(admin: Visitor, address: str) -> None:
    text = admin.get(address, status=400)
    assert "Something is missing or wrong" in text


def test_the_page_of_an_error_leads_back_to_where_it_was_made_and_to_no_other_site(admin: Visitor) -> None:
    back = 'btn primary" href="http://localhost/jobs?state=held"'
    assert back in admin.get("/jobs?state=x", status=400, Referer="http://localhost/jobs?state=held")
    assert "evil" not in admin.get("/jobs?state=x", status=400, Referer="http://localhost.evil.example/")


def test_an_unchanged_file_leads_to_the_job_that_read_it(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        supplier = editing.create(SupplierFields(name="Same again", source_type="csv"), "tests")
        read, again = (_job(supplier_id=supplier.id, sha256="a" * 64) for _ in range(2))
        read.outcome, again.outcome = Outcome.SUCCESS, Outcome.UNCHANGED
        read.created_at = datetime.now(UTC) - timedelta(hours=8)
        db.session.add_all([read, again])
        db.session.commit()
        first, second = read.id, again.id
    for tab in ("", "/reading", "/items", "/changes", "/errors"):
        assert f'href="/jobs/{first}{tab}">The job that read it' in admin.get(f"/jobs/{second}{tab}")
        assert "The job that read it" not in admin.get(f"/jobs/{first}{tab}")


def test_pages_that_are_not_there_say_so(admin: Visitor) -> None:
    assert "no such page" in admin.get("/nowhere", status=404)
    assert "no such job" in admin.get(f"/jobs/{uuid4()}", status=404)
    assert "no such supplier" in admin.get(f"/suppliers/{uuid4()}", status=404)


def test_an_old_form_is_refused_with_a_way_on(admin: Visitor) -> None:
    answer = admin.client.post("/ingestion/sync", data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert "Reload the page" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "", "source_type": "csv"}, "This is needed."),
        ({"name": "A", "source_type": "csv", "source_url": "ftp://x"}, "Must be an address"),
        ({"name": "A", "source_type": "csv", "contact_email": "nobody"}, "email"),
        ({"name": "A", "source_type": "csv", "default_currency": "euro"}, "three capital letters"),
        ({"name": "Taken", "source_type": "csv"}, "Already in use."),
    ],
)
def test_a_bad_supplier_form_comes_back_with_its_problem_and_what_was_typed(
    app: Flask, admin: Visitor, form: dict[str, str], said: str
) -> None:
    with app.app_context():
        editing.create(SupplierFields(name="taken", source_type="csv"), "tests")
    text = admin.post("/suppliers", status=422, htmx=True, **form).get_data(as_text=True)
    assert said in text
    assert 'aria-invalid="true"' in text
    assert f'value="{form["name"]}"' in text


def test_sync_now_shows_the_new_state_with_its_answer_and_a_second_click_says_that_one_runs(admin: Visitor) -> None:
    first = admin.post("/ingestion/sync", status=200, htmx=True)
    assert "Reading the Master Sheet" in first.get_data(as_text=True)
    assert "Sync started" in first.headers["HX-Trigger"]
    assert "running already" in admin.post("/ingestion/sync", status=200, htmx=True).headers["HX-Trigger"]


def test_the_error_file_gives_the_suppliers_rows_and_no_formula(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        job_id = a_job(error_count=1)
        row = {"sheet": "List", "column": "C", "value": "=1+1", "cells": ["A1", "=HYPERLINK(1)", "-5.00", None]}
        log = ParsingLog(task_id="t", job_id=job_id, error_type="ValidationError", level="warning")
        log.error_message, log.row_number, log.row_data = "The price is no number.", 7, row
        db.session.add(log)
        db.session.commit()
    answer = admin.ask(f"/jobs/{job_id}/errors.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    line = answer.get_data(as_text=True).splitlines()[1]
    assert line == "List,7,C,'=1+1,The price is no number.,A1,'=HYPERLINK(1),-5.00,"
    assert contents.harmless("@cmd") == "'@cmd"
    assert contents.harmless("a;=1+1") == "a;'=1+1", "where semicolons part the cells"
    assert contents.harmless("a\n  -2+3") == "a\n  '-2+3"
    assert contents.harmless("a; b = 1") == "a; b = 1"


def test_a_hundred_thousand_jobs_are_paged_by_place_without_gap_or_repetition(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        for _ in range(120):
            db.session.add(_job())
        db.session.commit()
        everyone = {str(each) for each in db.session.scalars(select(Job.id))}
    seen: list[str] = []
    address: str | None = "/jobs"
    while address:
        page = admin.get(address)
        seen += re.findall(r'id="job-([0-9a-f-]{36})"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following.group(1).replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen))
    assert set(seen) == everyone


def test_all_failed_of_one_cause_are_retried_at_once(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        supplier = editing.create(SupplierFields(name="Down Ltd.", source_type="csv"), "tests")
        for code in ("ML_UNAVAILABLE", "ML_UNAVAILABLE", "EMPTY_FILE"):
            failed = {"phase": Phase.FAILED, "outcome": Outcome.FAILED, "error_code": code}
            db.session.add(_job(supplier_id=supplier.id, **failed))
        db.session.commit()
    assert "ML service unavailable (2)" in admin.get("/jobs")
    answer = admin.post("/jobs/bulk", all="1", act="retry", cause="ML_UNAVAILABLE")
    assert "2 jobs start again." in admin.get(answer.location)
    with app.app_context():
        assert sorted(str(job.phase) for job in db.session.scalars(select(Job))) == [
            "downloading",
            "downloading",
            "failed",
        ]


def test_a_product_is_found_by_its_name_and_says_that_nobody_offers_it(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        importer.import_csv(io.BytesIO(b"sku,name,price\nP1,Hammer,9.90\nP2,Saw,12\n"), actor="tests")
        product_id = db.session.scalars(select(Product.id).where(Product.internal_sku == "P1")).one()
    assert "<mark>Hamm</mark>er" in admin.get("/catalogue?q=hamm")
    assert "No supplier offers this" in admin.get(f"/catalogue/{product_id}")
    assert "Choose a file." in admin.post("/catalogue/import", status=422).get_data(as_text=True)
    unread = admin.post("/catalogue/import", file=(io.BytesIO(b"sku,name\nP1,Hammer\n"), "x.csv")).location
    assert "cannot be reached" in admin.get(unread, status=422)  # nothing listens there


def test_the_master_switch_shows_a_banner_on_every_page_and_who_turned_it(app: Flask, admin: Visitor) -> None:
    admin.post("/settings/ml", on="0", reason="bad model")
    page = admin.get("/jobs")
    assert "ML processing is switched off for all suppliers" in page
    assert "bad model" in page
    assert f"Set by {admin.name}" in admin.get("/settings")


def test_users_are_added_locked_out_and_the_last_admin_stays(app: Flask, admin: Visitor) -> None:
    admin.post("/users", username="helper", password="long-enough-1", role="procurement")
    assert "helper" in admin.get("/users")
    short = admin.post("/users", status=422, username="other", password="short", role="sales")
    assert "8 to 255 characters" in short.get_data(as_text=True)


def test_an_api_token_is_shown_once_and_revoked(app: Flask, admin: Visitor) -> None:
    made = admin.post("/account/tokens", status=200, name="warehouse").get_data(as_text=True)
    token = re.search(r'id="new-token">(courier_[\w-]+)<', made)
    assert token is not None
    headers = {"Authorization": f"Bearer {token.group(1)}"}
    assert app.test_client().get("/api/v1/admin/suppliers", headers=headers).status_code == 200
    assert token.group(1) not in admin.get("/account")
    revoke = re.search(r'action="(/account/tokens/[^"]+/revoke)"', admin.get("/account"))
    assert revoke is not None
    admin.post(revoke.group(1))
    assert app.test_client().get("/api/v1/admin/suppliers", headers=headers).status_code == 401


def test_names_with_markup_are_shown_and_never_run(app: Flask, admin: Visitor) -> None:
    nasty = '<script>alert(1)</script> & "Sons"'
    admin.post("/suppliers", name=nasty, source_type="csv", file=(io.BytesIO(b"a,b\n1,2\n"), "<img src=x>.csv"))
    for page in ("/ingestion", "/jobs", "/suppliers", "/log", "/audit", "/jobs?q=<script>"):
        text = admin.get(page)
        assert "<script>alert" not in text
        assert "<img" not in text


@pytest.mark.parametrize(("accepts", "word"), [("ru,en;q=0.5", "Войти"), ("de,en;q=.5", "Anmelden"), ("fr", "Sign in")])
def test_the_browsers_language_is_spoken_where_it_is_known(app: Flask, accepts: str, word: str) -> None:
    assert word in app.test_client().get("/login", headers={"Accept-Language": accepts}).get_data(as_text=True)


def test_the_users_own_language_wins(app: Flask, admin: Visitor) -> None:
    admin.post("/account/preferences", locale="ru", theme="dark")
    page = admin.get("/ingestion", Accept_Language="en")
    assert '<html lang="ru" data-theme="dark" ' in page
    assert "Добавить поставщика" in page


def a_job(**facts: Any) -> Any:
    job = _job(**facts)
    db.session.add(job)
    db.session.commit()
    return job.id


def _job(**facts: Any) -> Job:
    values: dict[str, Any] = {"phase": Phase.COMPLETE, "outcome": Outcome.SUCCESS} | facts
    return Job(supplier_name="Somebody", trigger="upload", task_id=str(uuid4()), source_type="upload", **values)


def test_the_list_of_a_reprocessing_is_asked_for_again_with_its_progress(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        fields = SupplierFields(name="Old one", source_type="csv", use_ml_processing=False)
        supplier = editing.create(fields, "tests")
        reprocess.begin([supplier.id], at_once=1, actor="anna")
    page = admin.get("/reprocess?pipeline=")
    assert 'hx-get="/reprocess?pipeline=" hx-trigger="reprocess-moved from:body"' in page
    moved = admin.ask("/reprocess/progress?v=old", HX_Request="true")
    assert moved.headers["HX-Trigger"] == "reprocess-moved"
    version = re.search(r'"v": "([^"]+)"', moved.get_data(as_text=True))
    assert version is not None
    still = admin.ask(f"/reprocess/progress?v={version.group(1)}", status=204, HX_Request="true")
    assert "HX-Trigger" not in still.headers
