"""Each cause of an error has a headline of its own and a way back, and a form keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
import redis
from flask import Flask
from psycopg.errors import Error as DatabaseError
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DataError, OperationalError

from app.access import accounts
from app.errors import CourierError, SourceMissing
from app.extensions import db
from app.models.catalog import Product
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.user import User, UserRole
from app.suppliers import editing
from app.suppliers.fields import SupplierFields
from app.web import causes
from tests.fixtures.web import PASSWORD, Visitor, sign_in, token_of


def kinds(of: type[CourierError] = CourierError) -> Iterator[type[CourierError]]:
    for each in of.__subclasses__():
        yield each
        yield from kinds(each)


def test_every_kind_of_refusal_has_a_headline_of_its_own(ctx: Flask) -> None:
    with ctx.test_request_context():
        assert set(kinds()) == set(causes.HEADLINES)
        headlines = [str(each) for each in causes.HEADLINES.values()]
        assert len(set(headlines)) == len(headlines)


def _refused_lock(url: str) -> Exception:
    engine = create_engine(url)
    try:
        with engine.connect() as holds, engine.connect() as waits:
            holds.execute(text("SELECT pg_advisory_xact_lock(13)"))
            waits.execute(text("SET lock_timeout = '20ms'"))
            waits.execute(text("SELECT pg_advisory_xact_lock(13)"))
    except OperationalError as error:
        return error
    finally:
        engine.dispose()
    raise AssertionError("the lock was given twice")


def _refused_value(url: str) -> Exception:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT '99999999999'::int"))
    except DataError as error:
        return error
    finally:
        engine.dispose()
    raise AssertionError("the number was taken")


def test_what_comes_from_elsewhere_is_told_by_its_cause(ctx: Flask, database_url: str) -> None:
    away = OperationalError("SELECT 1", {}, DatabaseError("no connection"))
    table: list[tuple[Exception, int, str]] = [
        (_refused_lock(database_url), 503, "Somebody is writing there"),
        (away, 503, "The database does not answer"),
        (redis.ConnectionError("refused"), 503, "The queue does not answer"),
        (_refused_value(database_url), 400, "A value cannot be kept"),
        (SourceMissing("https://example.org answers 404."), 502, "File not found at the source"),
    ]
    with ctx.test_request_context():
        for error, status, headline in table:
            cause = causes.of_anything(error)
            assert cause is not None
            assert (cause.status, cause.headline) == (status, headline)
        assert causes.of_anything(KeyError("a bug")) is None


@pytest.mark.parametrize(
    ("address", "status", "headline"),
    [
        ("/jobs?state=sold", 400, "Something is missing or wrong"),
        ("/nowhere", 404, "Not found"),
        ("/suppliers/{id}", 404, "Not found"),
        ("/ingestion/sync", 405, "Nothing to open here"),
    ],
)
def test_a_page_that_cannot_be_shown_says_why(admin: Visitor, address: str, status: int, headline: str) -> None:
    page = admin.get(address.format(id=uuid4()), status=status)
    assert f"<h2>{headline}</h2>" in page
    assert 'href="/"' in page


def test_who_may_not_is_told_so_and_led_to_the_list(visitor: Callable[[UserRole], Visitor]) -> None:
    page = visitor(UserRole.SALES).get(f"/items/{uuid4()}", status=403)
    assert "<h2>Not allowed</h2>" in page
    assert 'btn primary" href="/items"' in page


def test_the_last_administrators_demotion_has_its_own_headline(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        own = db.session.scalars(select(User.id).where(User.username == admin.name)).one()
    page = admin.post(f"/users/{own}", status=409, role="sales").get_data(as_text=True)
    assert "<h2>The last administrator stays</h2>" in page
    assert "Somebody was faster" not in page


@pytest.fixture
def shop(app: Flask) -> UUID:
    with app.app_context():
        return editing.create(SupplierFields(name="Acme", source_type="csv"), "tests").id


@pytest.mark.parametrize(
    ("form", "fields", "said"),
    [
        ("lists", {"name": "tools", "source_url": "ftp://x", "sheet_name": "May"}, "A list needs a name"),
        ("guard", {"change_percent": "many", "min_items": "7", "enabled": "off"}, "Write the limits as numbers"),
    ],
)
def test_a_refused_form_of_a_supplier_keeps_its_input(
    admin: Visitor, shop: UUID, form: str, fields: dict[str, Any], said: str
) -> None:
    page = admin.post(f"/suppliers/{shop}/{form}", status=422, **fields).get_data(as_text=True)
    assert said in page
    for name, value in fields.items():
        assert f'value="{value}"' in page or f'<option value="{value}" selected>' in page, name


def test_a_taken_list_name_keeps_the_form(admin: Visitor, shop: UUID) -> None:
    admin.post(f"/suppliers/{shop}/lists", name="tools")
    page = admin.post(f"/suppliers/{shop}/lists", status=422, name="tools", sheet_name="May").get_data(as_text=True)
    assert "There is already a list named tools." in page
    assert 'value="May"' in page


def test_a_refused_vat_rate_keeps_the_form(admin: Visitor, shop: UUID) -> None:
    page = admin.post(f"/money/suppliers/{shop}/vat", status=422, included="1", rate="much").get_data(as_text=True)
    assert 'value="much"' in page


def test_plain_http_in_production_says_that_https_is_needed(make_app: Callable[..., Flask]) -> None:
    app = make_app(environment="production")
    with app.app_context():
        accounts.create_user("keeper", PASSWORD, UserRole.ADMIN, "tests")
    client = app.test_client(use_cookies=False)  # as a browser does with a cookie that is for HTTPS alone
    token = token_of(client.get("/login", base_url="http://office.example").get_data(as_text=True))
    form = {"csrf_token": token, "username": "keeper", "password": PASSWORD}
    answer = client.post("/login", data=form, base_url="http://office.example")
    assert answer.status_code == 400
    assert "<h2>HTTPS is needed</h2>" in answer.get_data(as_text=True)


def test_an_old_form_of_somebody_signed_in_is_called_old(admin: Visitor) -> None:
    answer = admin.client.post("/ingestion/sync", data={"csrf_token": "old"})
    assert "<h2>This form is too old</h2>" in answer.get_data(as_text=True)


@pytest.mark.parametrize("htmx", [True, False])
def test_an_ended_session_leads_to_the_sign_in_and_back_to_the_page_of_the_dialog(
    app: Flask, admin: Visitor, htmx: bool
) -> None:
    page = "http://localhost/matching?above=90"
    headers = {"HX-Request": "true", "HX-Current-URL": page} if htmx else {"Referer": page}
    form = {"csrf_token": admin.token()}
    admin.client.delete_cookie("session")
    answer = admin.client.post(f"/matching/{uuid4()}/create", data=form, headers=headers)
    target = answer.headers["HX-Redirect" if htmx else "Location"]
    assert parse_qs(urlsplit(target).query)["next"] == ["/matching?above=90"]
    sign_in = admin.client.get(target).get_data(as_text=True)
    assert "Your session has ended" in sign_in
    again = {"csrf_token": token_of(sign_in), "username": admin.name, "password": PASSWORD}
    answer = admin.client.post("/login", data=again | {"next": "/matching?above=90"})
    assert answer.headers["Location"] == "/matching?above=90"


def test_another_sites_address_is_no_way_back(admin: Visitor) -> None:
    admin.client.delete_cookie("session")
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/x"}
    answer = admin.client.get("/matching", headers=headers)
    assert answer.headers["HX-Redirect"] == "/login"


def test_a_refused_percentage_of_a_held_file_comes_back(app: Flask, admin: Visitor, shop: UUID) -> None:
    with app.app_context():
        job = Job(supplier_id=shop, supplier_name="Acme", trigger="upload", task_id="t", source_type="csv")
        job.phase, job.outcome, job.changed_count = Phase.COMPLETE, Outcome.HELD, 3
        db.session.add(job)
        db.session.commit()
        address = f"/jobs/{job.id}/approve"
    page = admin.post(address, status=422, act="small", percent="many").get_data(as_text=True)
    assert "Write the percentage as a number from 0 to 1000." in page
    assert 'value="many"' in page


def test_refused_credentials_come_back_as_they_were_typed(admin: Visitor, shop: UUID) -> None:
    typed = {"user": "an:na", "password": "pass", "header": ["X-Key", "X-Other"], "value": ["secret-1", "secret-2"]}
    page = admin.post(f"/suppliers/{shop}/headers", status=422, **typed).get_data(as_text=True)
    assert "holds no colon" in page
    for value in ("an:na", "pass", "X-Key", "X-Other", "secret-1", "secret-2"):
        assert f'value="{value}"' in page
    assert "secret-1" not in admin.get(f"/suppliers/{shop}"), "nothing was kept"


@pytest.mark.parametrize("number", ["many", "0", "99", "\u0663", "9" * 400])
def test_a_refused_number_of_a_reprocessing_comes_back_with_who_was_chosen(
    admin: Visitor, shop: UUID, number: str
) -> None:
    answer = admin.post("/reprocess", status=422, htmx=True, id=str(shop), at_once=number)
    page = answer.get_data(as_text=True)
    assert page.lstrip().startswith("<form")
    for value in (number, str(shop)):
        assert f'value="{value}"' in page
    assert 'aria-invalid="true"' in page


def test_a_correction_that_waited_too_long_for_a_lock_can_be_sent_again(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.PATIENCE", ("lock_timeout=200",))
    app = make_app()
    admin = sign_in(app, UserRole.ADMIN)
    with app.app_context():
        product = Product(internal_sku="P-1", name="Pump")
        db.session.add(product)
        db.session.commit()
        address = f"/catalogue/{product.id}"
        form = {"name": "Pump <new>", "was-name": "Pump"}
        db.session.execute(select(Product.id).with_for_update())  # somebody writes there at this moment
        page = admin.post(address, status=503, **form).get_data(as_text=True)
        db.session.rollback()
    assert "<h2>Somebody is writing there</h2>" in page
    again = page[page.index(f'action="{address}"') :]
    assert 'name="name" value="Pump &lt;new&gt;"' in again and 'name="was-name" value="Pump"' in again
    admin.post(address, **form)
    assert "Pump &lt;new&gt;" in admin.get(address)
