"""Alerts on their way out: those of a quarter of an hour in one message, by e-mail and by signed webhook, retried."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import orjson
import requests
import structlog
from sqlalchemy import ColumnElement, func, or_, select

from app import audit, mail
from app.errors import NotFound
from app.extensions import db, queue, settings
from app.mail import Letter, NotSent
from app.models.sync import Alert

log = structlog.get_logger()

SEND_ALERTS = "app.tasks.send_alerts"
MOST_TRIES, LONGEST_PAUSE_MINUTES = 8, 60
SHOWN_PER_KIND = 20
TIMEOUT = (5, 15)
#: a send that never came back is taken up again after this
LEASE = timedelta(minutes=2)
HEADINGS = {
    "job_failed": "Failed for good",
    "held": "Held for a person's word",
    "supplier_silent": "Suppliers that went silent",
    "disk": "Disk",
    "backup": "Back-up",
    "guard_tripped": "Guard of ml-analyze",
    "sync_failed": "Sync",
    "receiver_off": "Receivers of events",
    "export_failed": "Scheduled exports",
    "test": "Test",
}


def dispatch() -> bool:
    """Tell a worker to send what has waited long enough. The clock's work: it never waits for a mail server itself."""
    if not channels() or not _due():
        return False
    queue().enqueue(SEND_ALERTS, job_timeout=120, result_ttl=0, failure_ttl=3600)
    return True


def send_due() -> int:
    """Send everything that waits in one message a channel; returns how many alerts were told."""
    ways = channels()
    alerts = _take() if ways and _due() else []
    if not alerts:
        return 0
    told = 0
    failed = set()
    for name, way in ways.items():
        waiting = [each for each in alerts if name not in each.facts.get("told", [])]
        if not waiting:
            continue
        try:
            way(waiting)
        except NotSent as error:
            failed.add(name)
            log.warning("alerts_not_sent", channel=name, alerts=len(waiting), reason=str(error))
            continue
        for each in waiting:
            each.facts = each.facts | {"told": [*each.facts.get("told", []), name]}
        db.session.commit()  # nobody who dies now tells it twice there, and nothing is held while the next is asked
    for each in alerts:
        if failed & (set(ways) - set(each.facts.get("told", []))):
            pause = min(2**each.send_attempts, LONGEST_PAUSE_MINUTES)
            each.next_send_at = func.now() + timedelta(minutes=pause)
        else:
            each.sent_at = func.now()
            told += 1
    db.session.commit()
    return told


def send_test(actor: str) -> list[str]:
    """One message that is nobody's matter through every channel; why some did not take it, a sentence each."""
    message = f"A test, sent by {actor}: alerts arrive here."
    test = Alert(id=uuid4(), kind="test", severity="warning", message=message, facts={}, created_at=datetime.now(UTC))
    problems = []
    for name, way in channels().items():
        try:
            way([test])
        except NotSent as error:
            problems.append(str(error))
            log.warning("test_alert_not_sent", channel=name, reason=str(error))
    return problems


def acknowledge(alert_id: UUID, *, actor: str) -> Alert:
    """Somebody takes care: the alert stands until its cause is gone, and says who. Raises NotFound."""
    alert = db.session.get(Alert, alert_id, with_for_update=True)
    if alert is None or alert.resolved_at is not None:
        db.session.rollback()
        raise NotFound("This alert is closed already: its cause is gone.")
    alert.facts = alert.facts | {"acknowledged_by": actor}
    audit.record(actor, "alert.acknowledged", alert.fingerprint)
    db.session.commit()
    return alert


def channels() -> dict[str, Callable[[Sequence[Alert]], None]]:
    """The ways out that are configured."""
    config = settings()
    ways: dict[str, Callable[[Sequence[Alert]], None]] = {}
    if config.smtp_url and config.alert_email_to:
        ways["email"] = send_mail
    if config.alert_webhook_url:
        ways["webhook"] = post_webhook
    return ways


def send_mail(alerts: Sequence[Alert]) -> None:
    """Raises NotSent."""
    mail.send(Letter(settings().alert_email_to, subject(alerts), text_of(alerts)))


def post_webhook(alerts: Sequence[Alert]) -> None:
    """POST the alerts as JSON. ``X-Courier-Signature`` is HMAC-SHA256 over time stamp, a point, and the body.

    Raises NotSent for anything but a 2xx answer.
    """
    config = settings()
    body = orjson.dumps({"alerts": [as_json(each) for each in alerts], "sent_at": datetime.now(UTC).isoformat()})
    stamp = str(int(time.time()))
    headers = {"Content-Type": "application/json", "X-Courier-Timestamp": stamp}
    secret = config.alert_webhook_secret.get_secret_value()
    if secret:
        headers["X-Courier-Signature"] = f"sha256={sign(secret, stamp, body)}"
    try:
        answer = requests.post(
            config.alert_webhook_url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
    except requests.RequestException as error:
        raise NotSent(f"The webhook cannot be reached: {type(error).__name__}.") from error
    if not 200 <= answer.status_code < 300:
        raise NotSent(f"The webhook answers {answer.status_code}.")


def sign(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def as_json(alert: Alert) -> dict[str, object]:
    return {
        "id": str(alert.id),
        "kind": alert.kind,
        "severity": alert.severity,
        "message": alert.message,
        "link": settings().public_url.rstrip("/") + (alert.link or "/"),
        "created_at": alert.created_at.isoformat(),
        "facts": {name: value for name, value in alert.facts.items() if name != "told"},
    }


def subject(alerts: Sequence[Alert]) -> str:
    counts = Counter(HEADINGS.get(each.kind, each.kind).lower() for each in alerts)
    return "Courier: " + ", ".join(f"{count} {kind}" for kind, count in counts.most_common())


def text_of(alerts: Sequence[Alert]) -> str:
    """Grouped by kind, the first twenty of each in full."""
    base = settings().public_url.rstrip("/")
    parts = []
    for kind in dict.fromkeys(each.kind for each in alerts):
        same = [each for each in alerts if each.kind == kind]
        lines = [f"- {each.message}\n  {base}{each.link or '/'}" for each in same[:SHOWN_PER_KIND]]
        if len(same) > SHOWN_PER_KIND:
            lines.append(f"- and {len(same) - SHOWN_PER_KIND} more")
        parts.append(f"{HEADINGS.get(kind, kind)} ({len(same)})\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _due() -> bool:
    """The oldest alert that waits has waited for a batch's span; one that failed to go out, for its pause."""
    span = timedelta(minutes=settings().alert_batch_minutes)
    oldest = select(Alert.id).where(
        *_waiting(),
        or_(
            (Alert.send_attempts == 0) & (Alert.created_at <= func.now() - span),
            (Alert.send_attempts > 0) & (Alert.next_send_at <= func.now()),
        ),
    )
    return db.session.scalar(oldest.limit(1)) is not None


def _waiting() -> list[ColumnElement[bool]]:
    return [Alert.sent_at.is_(None), Alert.resolved_at.is_(None), Alert.send_attempts < MOST_TRIES]


def _take() -> Sequence[Alert]:
    """All that wait, under a lease, so that two workers never send the same."""
    free = or_(Alert.next_send_at.is_(None), Alert.next_send_at <= func.now())
    query = select(Alert).where(*_waiting(), free).order_by(Alert.created_at).with_for_update(skip_locked=True)
    alerts = db.session.scalars(query).all()
    for each in alerts:
        each.send_attempts += 1
        each.next_send_at = func.now() + LEASE
    db.session.commit()
    return alerts
