"""The Standard Webhooks form: secret, signature and body of a message."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import orjson

from app.models.events import Event

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def body_of(event: Event) -> bytes:
    """The same bytes at every try: JSONB keeps one order of names."""
    return orjson.dumps({"type": event.kind, "timestamp": event.at.isoformat(), "data": event.data})


def headers(event: Event, body: bytes, *, secret: str, now: int) -> dict[str, str]:
    """``now`` is the second of this try, which the receiver checks against replays."""
    name = f"evt_{event.id.hex}"
    signed = f"{name}.{now}.".encode() + body
    mac = hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), signed, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Courier",
        "webhook-id": name,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
