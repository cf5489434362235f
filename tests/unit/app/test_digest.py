"""The digest: to who asked for it, in his language, when it is due, once, and never again after one click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import digest
from app.errors import Invalid, NotFound
from app.extensions import db, queue
from app.models.catalog import SupplierItem
from app.models.supplier import Supplier
from app.models.user import Digest, User, UserRole
from tests.fixtures.web import Visitor, sign_in
from tests.servers.mail import Mailbox


@pytest.fixture
def office(make_app: Callable[..., Flask], mailbox: Mailbox) -> Iterator[Flask]:
    """A hammer that became dearer today, and a buyer named anna."""
    app = make_app(smtp_url=mailbox.url, public_url="https://prices.example")
    with app.app_context():
        supplier = Supplier(name="Acme", source_type="csv", meta={})
        db.session.add(supplier)
        db.session.flush()
        hammer = SupplierItem(supplier_id=supplier.id, supplier_sku="1", name="Hammer", current_price=Decimal(8))
        db.session.add(hammer)
        db.session.commit()
        db.session.execute(text("UPDATE changes SET at = now() - interval '30 days'"))
        hammer.current_price = Decimal(10)
        db.session.add(User(username="anna", password_hash="x", role=UserRole.PROCUREMENT))
        db.session.commit()
        yield app


def anna() -> User:
    return db.session.scalars(
        select(User).where(User.username == "anna").execution_options(populate_existing=True)
    ).one()


def due() -> None:
    db.session.execute(text("UPDATE users SET digest_due_at = now() WHERE digest_due_at IS NOT NULL"))
    db.session.commit()


@pytest.mark.parametrize(
    ("locale", "words"), [(None, "Biggest rises"), ("ru", "\u041f\u043e\u0434\u043e\u0440\u043e\u0436")]
)
def test_it_comes_when_it_is_due_in_the_readers_language_and_once(
    office: Flask, mailbox: Mailbox, locale: str | None, words: str
) -> None:
    digest.choose(anna(), email="anna@shop.example", digest="daily")
    anna().locale = locale
    db.session.commit()
    assert not digest.dispatch() and digest.send_due() == 0
    due()
    assert digest.dispatch() and queue().count == 1
    assert digest.send_due() == 1 and digest.send_due() == 0
    (letter,) = mailbox.read()
    body = letter.get_content()
    assert letter["To"] == "anna@shop.example" and words in body
    assert "Hammer (Acme)" in body and "25" in body and "https://prices.example/changes?days=1" in body
    assert anna().digest_due_at == digest.next_time(Digest.DAILY)


def test_one_click_ends_it_and_looking_at_the_link_does_not(office: Flask, mailbox: Mailbox) -> None:
    digest.choose(anna(), email="anna@shop.example", digest="weekly")
    due()
    digest.send_due()
    (letter,) = mailbox.read()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = letter["List-Unsubscribe"].strip("<>").removeprefix("https://prices.example")
    client = office.test_client()
    assert "No more letters" in client.get(path).get_data(as_text=True) and anna().digest == Digest.WEEKLY
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert (anna().digest, anna().digest_due_at) == (None, None)
    due()
    assert digest.send_due() == 0
    assert client.post(path[:-2] + "xx").status_code == 404


def test_a_mail_server_that_is_away_is_asked_again_and_one_that_died_sends_later(
    office: Flask, mailbox: Mailbox
) -> None:
    digest.choose(anna(), email="anna@shop.example", digest="daily")
    due()
    mailbox.shutdown()
    mailbox.server_close()
    assert digest.send_due() == 0
    again = anna().digest_due_at
    assert again is not None and again < datetime.now(UTC) + digest.TRY_AGAIN


@pytest.mark.parametrize("change", ["nothing moved", "sales", "disabled"])
def test_nobody_is_told_nothing_nor_what_his_role_does_not_show(office: Flask, mailbox: Mailbox, change: str) -> None:
    digest.choose(anna(), email="anna@shop.example", digest="daily")
    if change == "nothing moved":
        db.session.execute(text("DELETE FROM changes"))
    anna().role = UserRole.SALES if change == "sales" else UserRole.PROCUREMENT
    anna().is_enabled = change != "disabled"
    db.session.commit()
    due()
    assert digest.send_due() == 0 and mailbox.messages == []


def test_next_time_is_the_next_morning_or_monday() -> None:
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert digest.next_time(Digest.DAILY, now=friday) == datetime(2026, 11, 28, 5, tzinfo=UTC)
    assert digest.next_time(Digest.DAILY, now=friday.replace(hour=4)) == datetime(2026, 11, 27, 5, tzinfo=UTC)
    assert digest.next_time(Digest.WEEKLY, now=friday) == datetime(2026, 11, 30, 5, tzinfo=UTC)
    monday = datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert digest.next_time(Digest.WEEKLY, now=monday) == datetime(2026, 12, 7, 5, tzinfo=UTC)


def test_it_is_chosen_on_the_account_page(office: Flask) -> None:
    buyer: Visitor = sign_in(office, UserRole.PROCUREMENT)
    buyer.post("/account/digest", email="me@shop.example", digest="daily")
    assert 'value="me@shop.example"' in buyer.get("/account")
    for wrong in (
        {"email": "no address", "digest": ""},
        {"email": "", "digest": "daily"},
        {"email": "", "digest": "x"},
    ):
        buyer.post("/account/digest", status=422, **wrong)
    sales = sign_in(office, UserRole.SALES)
    assert "/account/digest" not in sales.get("/account")
    sales.post("/account/digest", status=403, email="me@shop.example", digest="daily")
    with pytest.raises(NotFound):
        digest.stop("made up")
    with pytest.raises(Invalid):
        digest.choose(anna(), email="a@b, c@d", digest="daily")
