"""Events: written with what they tell of, signed as the public library checks, retried, replayed, and given up on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.alerts import watch
from app.apply import undo
from app.errors import Invalid, SourceMissing
from app.extensions import db
from app.jobs import lifecycle
from app.models.events import Delivery, DeliveryState, Event, EventKind, Receiver
from app.models.phase import Step
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.webhooks import receivers
from app.webhooks import send as sending
from tests.fixtures.results import Apply, item
from tests.servers.wire import Dripping, Exchange, WireServer


class Hook(WireServer):
    """Keeps what is posted; answers with ``status``."""

    def __init__(self) -> None:
        super().__init__(0)
        self.posted: list[tuple[dict[str, str], bytes]] = []
        self.status = 204

    def answer(self, exchange: Exchange) -> None:
        self.posted.append(({name.lower(): value for name, value in exchange.headers.items()}, exchange.body()))
        exchange.reply(self.status)

    @property
    def kinds(self) -> list[str]:
        return [orjson.loads(body)["type"] for _, body in self.posted]


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as running:
        yield running


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(fetch_allowed_hosts="127.0.0.1")


def events() -> list[str]:
    return list(db.session.scalars(select(Event.kind).order_by(Event.at)))


def delivery() -> Delivery:
    return db.session.scalars(select(Delivery).execution_options(populate_existing=True)).one()


def due_now() -> None:
    db.session.execute(update(Delivery).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))
    db.session.commit()


def test_the_public_library_verifies_what_is_sent_and_nothing_else(send_file: Apply, hook: Hook) -> None:
    _, secret = receivers.add(hook.url, [], actor="anna")
    send_file(item("A1", "Hammer", "10.00"))
    assert sending.send_due() == 1
    ((headers, body),) = hook.posted
    told = Webhook(secret).verify(body, headers)
    assert (told["type"], told["data"]["supplier"], told["data"]["new_count"]) == ("file.applied", "Werkzeug Brandt", 1)
    for wrong in (body + b" ", body.replace(b"Brandt", b"Brandy")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(wrong, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(receivers.renew_secret(delivery().receiver_id, actor="anna")).verify(body, headers)
    assert (delivery().state, delivery().answer, sending.send_due()) == (DeliveryState.DELIVERED, 204, 0)


def test_files_that_move_prices_are_held_fail_or_are_undone_say_so(send_file: Apply, supplier: Supplier) -> None:
    send_file(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(20)))
    moved = send_file(item("A1", "Item 1", "11.50"), item("A2", "Item 2", "10.20"))
    undo.undo(moved.id, actor="anna")
    send_file(*(item(f"A{n}", f"Item {n}", "1000.00") for n in range(20)))
    assert events() == ["file.applied", "price.moved", "file.applied", "file.undone", "file.held"]
    data = db.session.scalars(select(Event).where(Event.kind == EventKind.MOVED)).one().data
    assert (data["moved"], data["beyond_percent"]) == (1, 10.0)
    assert (data["items"][0]["supplier_sku"], data["items"][0]["change_percent"]) == ("A1", 15.0)
    candidate = {"status": "potential_match", "score": 80.0, "candidates": []}
    send_file(item("B1", "Zange", "3.00", match=candidate))
    assert events()[-2:] == ["review.waiting", "file.applied"]


def test_a_file_that_fails_for_good_is_told_with_its_cause(supplier: Supplier) -> None:
    job = lifecycle.open_job(supplier, trigger="manual", task_id="t", step=Step.DELIVER)
    with lifecycle.working(job.id, Step.DELIVER) as claim:
        lifecycle.retry_or_fail(claim, SourceMissing("https://example.org/list.csv answers 404."))
    told = db.session.scalars(select(Event)).one()
    assert (told.kind, told.data["job_id"], told.data["supplier_id"]) == ("file.failed", str(job.id), str(supplier.id))
    assert "404" in orjson.dumps(told.data).decode()


def test_a_supplier_that_falls_silent_is_told_once(supplier: Supplier) -> None:
    db.session.execute(update(Supplier).values(created_at=datetime.now(UTC) - timedelta(days=8)))
    db.session.commit()
    for _ in range(2):
        watch.watch()
    assert events() == ["supplier.silent"]
    told = db.session.scalars(select(Event)).one()
    assert supplier.name in told.data["message"]


def test_what_is_rolled_back_is_never_told(send_file: Apply, supplier: Supplier, hook: Hook) -> None:
    receivers.add(hook.url, [], actor="anna")
    send_file(data=b"not a result")
    job = lifecycle.open_job(supplier, trigger="upload", task_id="t", step=Step.APPLY)
    lifecycle.cancel(job.id)
    assert events() == []


def test_a_receiver_is_told_only_of_what_it_wants(send_file: Apply, hook: Hook) -> None:
    receivers.add(hook.url, ["file.held"], actor="anna")
    send_file(item("A1", "Hammer", "10.00"))
    assert sending.send_due() == 0
    with pytest.raises(Invalid, match="no such event"):
        receivers.add(hook.url, ["file.eaten"], actor="anna")
    with pytest.raises(Invalid, match="does not start with http"):
        receivers.add("ftp://example.com", [], actor="anna")


def test_a_refusal_is_tried_again_after_growing_pauses_and_given_up_at_last(send_file: Apply, hook: Hook) -> None:
    receivers.add(hook.url, [], actor="anna")
    send_file(item("A1", "Hammer", "10.00"))
    hook.status = 500
    pauses = []
    for _ in range(len(sending.PAUSES)):
        sending.send_due()
        found = delivery()
        assert found.tried_at is not None
        pauses.append(round((found.due_at - found.tried_at).total_seconds()))
        due_now()
    assert pauses == sorted(pauses) and pauses[0] == 5
    sending.send_due()
    assert (delivery().state, delivery().problem) == (DeliveryState.GIVEN_UP, "The receiver answers 500.")
    assert len({headers["webhook-id"] for headers, _ in hook.posted}) == 1
    due_now()
    assert sending.send_due() == 0
    hook.status = 200
    receivers.replay(delivery().receiver_id, delivery().id, actor="anna")
    assert (sending.send_due(), delivery().state) == (1, DeliveryState.DELIVERED)


def test_a_dead_receiver_is_switched_off_after_a_day_and_people_are_told(send_file: Apply, hook: Hook) -> None:
    made, _ = receivers.add(hook.url, [], actor="anna")
    send_file(item("A1", "Hammer", "10.00"))
    hook.status = 500
    sending.send_due()
    db.session.execute(update(Receiver).values(failing_since=datetime.now(UTC) - timedelta(hours=25)))
    due_now()
    sending.send_due()
    assert receivers.get(made.id).is_on is False
    due_now()
    assert (sending.dispatch(), sending.send_due(), len(hook.posted)) == (False, 0, 2)
    watch.watch()
    alert = db.session.scalars(select(Alert).where(Alert.kind == "receiver_off")).one()
    assert "answers 500" in alert.message
    hook.status = 204
    receivers.switch(made.id, on=True, actor="anna")
    assert sending.send_due() == 1  # what waited meanwhile


def test_a_receiver_that_is_gone_is_switched_off_at_once(send_file: Apply, hook: Hook) -> None:
    made, _ = receivers.add(hook.url, [], actor="anna")
    send_file(item("A1", "Hammer", "10.00"))
    hook.status = 410
    sending.send_due()
    assert receivers.get(made.id).is_on is False


def test_one_that_does_not_answer_holds_up_no_other(send_file: Apply, hook: Hook) -> None:
    with Hook() as dead:
        dead.status = 500
        receivers.add(dead.url, [], actor="anna")
        receivers.add(hook.url, [], actor="anna")
        for price in ("10.00", "10.10", "10.20"):
            send_file(item("A1", "Hammer", price))
        sending.send_due()
        assert (len(dead.posted), hook.kinds) == (1, ["file.applied"] * 3)


def test_one_whose_answer_drips_is_broken_off(send_file: Apply, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TIMEOUT", (0.2, 0.2))
    with Dripping(b"HTTP/1.1 200 " + b"a" * 2000) as slow:
        made, _ = receivers.add(slow.url, [], actor="anna")
        receivers.add(hook.url, [], actor="anna")
        send_file(item("A1", "Hammer", "10.00"))
        began = time.monotonic()
        sending.send_due()
        assert time.monotonic() - began < 15, "the whole answer takes 40 seconds"
    assert hook.kinds == ["file.applied"]
    tried = db.session.scalars(select(Delivery).where(Delivery.receiver_id == made.id)).one()
    assert (tried.state, tried.tries) == (DeliveryState.WAITING, 1)


def test_a_message_that_cannot_be_made_is_told_and_holds_up_none_behind_it(
    send_file: Apply, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, _ = receivers.add("https://broken.example", [], actor="anna")
    receivers.add(hook.url, [], actor="anna")
    secret_of = receivers.secret_of

    def odd(receiver: Receiver) -> str:
        if receiver.id == broken.id:
            raise KeyError("secret")
        return secret_of(receiver)

    monkeypatch.setattr(receivers, "secret_of", odd)
    for price in ("10.00", "10.10"):
        send_file(item("A1", "Hammer", price))
    sending.send_due()
    assert hook.kinds == ["file.applied"] * 2
    tried = db.session.scalars(select(Delivery).where(Delivery.receiver_id == broken.id, Delivery.tries == 1)).one()
    assert "KeyError" in (tried.problem or "")


def test_addresses_pass_the_guard_when_they_are_called(make_app: Callable[..., Flask], hook: Hook) -> None:
    with make_app().app_context():
        made, _ = receivers.add(hook.url, [], actor="anna")
        receivers.send_test(made.id, actor="anna")
        sending.send_due()
        assert "private address" in (delivery().problem or "")
        assert hook.posted == []


def test_all_that_a_new_receiver_missed_is_told_once(send_file: Apply, hook: Hook) -> None:
    for price in ("10.00", "15.00"):
        send_file(item("A1", "Hammer", price))
    made, _ = receivers.add(hook.url, ["price.moved", "file.applied"], actor="anna")
    assert receivers.replay_all(made.id, since=None, kinds=["price.moved"], actor="anna") == 1
    sending.send_due()
    assert hook.kinds == ["price.moved"]
    assert receivers.replay_all(made.id, since=None, actor="anna") == 2
    sending.send_due()
    assert hook.kinds == ["price.moved", "file.applied", "file.applied"]
    assert receivers.replay_all(made.id, since=None, actor="anna") == 0


@pytest.fixture
def send_file(send: Apply) -> Apply:
    return send
