"""Request headers with a supplier's credentials: sealed with SECRET_KEY in the table, open only while fetching."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from cryptography.fernet import InvalidToken

from app.errors import SourceRefused
from app.sealing import box

PURPOSE = b"supplier secret headers"


def seal(headers: Mapping[str, str]) -> bytes | None:
    """What the column holds; None for no headers."""
    return box(PURPOSE).encrypt(orjson.dumps(dict(headers))) if headers else None


def unseal(sealed: bytes | None) -> dict[str, str]:
    """The headers again. Raises SourceRefused when SECRET_KEY is not the one they were sealed with."""
    if not sealed:
        return {}
    try:
        found: dict[str, str] = orjson.loads(box(PURPOSE).decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise SourceRefused(
            "The supplier's secret headers cannot be read: SECRET_KEY was changed since. Enter them again."
        ) from error
    return found
