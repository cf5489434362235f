"""Alerts go out in one message a channel, signed, retried, and each once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.alerts import outgoing
from app.extensions import db, queue
from app.models.sync import Alert
from tests.servers.mail import Mailbox
from tests.servers.wire import Exchange, WireServer


class Hook(WireServer):
    """Keeps what is posted; answers with ``statuses``, then 204."""

    def __init__(self) -> None:
        super().__init__(0)
        self.posted: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []

    def answer(self, exchange: Exchange) -> None:
        self.posted.append((dict(exchange.headers.items()), exchange.body()))
        exchange.reply(self.statuses.pop(0) if self.statuses else 204)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        yield server


def alert(number: int, kind: str = "job_failed") -> Alert:
    made = Alert(fingerprint=f"{kind}:{number}", kind=kind, message=f"Matter {number}.", link=f"/jobs/{number}")
    db.session.add(made)
    db.session.commit()
    return made


def later() -> None:
    db.session.execute(update(Alert).where(Alert.next_send_at.is_not(None)).values(next_send_at=func.now()))
    db.session.commit()


def unsent() -> int:
    return db.session.scalar(select(func.count()).where(Alert.sent_at.is_(None))) or 0


def test_the_webhook_is_signed_and_told_once(make_app: Callable[..., Flask], hook: Hook) -> None:
    with make_app(alert_webhook_url=hook.url, alert_webhook_secret="shh", alert_batch_minutes=0).app_context():
        for number in range(3):
            alert(number)
        assert outgoing.dispatch() and queue().count == 1
        assert outgoing.send_due() == 3 and outgoing.send_due() == 0 and not outgoing.dispatch()
        ((headers, body),) = hook.posted
        assert [each["message"] for each in json.loads(body)["alerts"]] == ["Matter 0.", "Matter 1.", "Matter 2."]
        signature = outgoing.sign("shh", headers["X-Courier-Timestamp"], body)
        assert headers["X-Courier-Signature"] == f"sha256={signature}"


def test_a_test_goes_through_every_channel_and_says_which_refused(make_app: Callable[..., Flask], hook: Hook) -> None:
    with make_app(alert_webhook_url=hook.url).app_context():
        assert outgoing.send_test("anna") == []
        ((_headers, body),) = hook.posted
        assert json.loads(body)["alerts"][0]["message"] == "A test, sent by anna: alerts arrive here."
    with make_app(alert_webhook_url="http://127.0.0.1:9/").app_context():
        assert [each.split(":")[0] for each in outgoing.send_test("anna")] == ["The webhook cannot be reached"]


def test_alerts_of_a_span_travel_together(make_app: Callable[..., Flask], hook: Hook) -> None:
    with make_app(alert_webhook_url=hook.url, alert_batch_minutes=15).app_context():
        first = alert(1)
        assert not outgoing.dispatch() and outgoing.send_due() == 0
        first.created_at = datetime.now(UTC) - timedelta(minutes=16)
        db.session.commit()
        alert(2)
        assert outgoing.send_due() == 2 and len(hook.posted) == 1


def test_a_failed_delivery_is_repeated_on_that_channel_only(
    make_app: Callable[..., Flask], hook: Hook, mailbox: Mailbox
) -> None:
    hook.statuses = [500]
    mail = mailbox.url
    made = make_app(
        alert_webhook_url=hook.url, smtp_url=mail, alert_email_to="a@example.com,b@example.com", alert_batch_minutes=0
    )
    with made.app_context():
        alert(1), alert(2, "held")
        assert outgoing.send_due() == 0 and unsent() == 2 and len(mailbox.messages) == 1
        assert outgoing.send_due() == 0 and len(hook.posted) == 1, "not before its pause is over"
        later()
        assert outgoing.send_due() == 2 and len(hook.posted) == 2 and len(mailbox.messages) == 1
        message = mailbox.messages[0]
        assert "Subject: Courier: 1 failed for good, 1 held" in message and "a@example.com" in message
        assert "Matter 1." in message and "http://localhost:8000/jobs/2" in message


def test_it_gives_up_after_eight_tries(make_app: Callable[..., Flask], hook: Hook) -> None:
    hook.statuses = [500] * 20
    with make_app(alert_webhook_url=hook.url, alert_batch_minutes=0).app_context():
        alert(1)
        for _ in range(12):
            outgoing.send_due()
            later()
        assert len(hook.posted) == outgoing.MOST_TRIES


def test_what_was_settled_before_it_was_told_is_not_told(make_app: Callable[..., Flask], hook: Hook) -> None:
    with make_app(alert_webhook_url=hook.url, alert_batch_minutes=0).app_context():
        alert(1).resolved_at = datetime.now(UTC)
        db.session.commit()
        assert outgoing.send_due() == 0 and hook.posted == []


def test_without_a_channel_nothing_is_tried(make_app: Callable[..., Flask]) -> None:
    with make_app(alert_batch_minutes=0).app_context():
        made = alert(1)
        assert not outgoing.dispatch() and outgoing.send_due() == 0 and made.send_attempts == 0


def test_a_flood_is_shortened(ctx: Flask) -> None:
    flood = [Alert(kind="job_failed", message=f"Matter {number}.", facts={}) for number in range(100)]
    text = outgoing.text_of(flood)
    assert "Failed for good (100)" in text and "and 80 more" in text and "Matter 99" not in text
