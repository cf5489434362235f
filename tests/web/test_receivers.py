"""The page of receivers: a secret shown once, a log with its facts, events sent again."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app import events
from app.extensions import db
from app.models.events import Delivery, EventKind, Receiver
from app.models.user import UserRole
from tests.fixtures.web import Visitor


def test_a_receiver_is_added_tested_told_again_and_removed(app: Flask, visitor: Callable[[UserRole], Visitor]) -> None:
    admin = visitor(UserRole.ADMIN)
    with app.app_context():
        events.tell(EventKind.HELD, {"supplier": "<Brandt>"})
        db.session.commit()
    answer = admin.post("/receivers", url="https://erp.example.com/hook", kinds="file.held", status=200)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.get_data(as_text=True))
    assert secret is not None
    assert "https://erp.example.com/hook" in admin.get("/receivers")
    with app.app_context():
        (page,) = {f"/receivers/{each}" for each in db.session.scalars(select(Receiver.id))}
    assert secret.group(0) not in admin.get(page)
    admin.post(f"{page}/test")
    admin.post(f"{page}/replay", days="7", missed="1")
    shown = admin.get(page)
    assert "A test" in shown and "&lt;Brandt&gt;" in shown and "<Brandt>" not in shown
    with app.app_context():
        sent = db.session.scalars(select(Delivery.id)).all()
    admin.post(f"{page}/replay", delivery=str(sent[0]))
    admin.post(f"{page}/switch", on="0")
    assert "Switched off" in admin.get(f"{page}?state=waiting&kind=file.held")
    admin.post(f"{page}/remove")
    assert "No receiver yet" in admin.get("/receivers")


def test_an_address_that_is_none_is_said_beside_its_field(visitor: Callable[[UserRole], Visitor]) -> None:
    page = visitor(UserRole.ADMIN).post("/receivers", url="ftp://erp", status=422).get_data(as_text=True)
    assert "does not start with http" in page and 'value="ftp://erp"' in page
