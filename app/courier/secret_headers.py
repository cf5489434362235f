"""Request headers with a supplier's credentials: sealed with SECRET_KEY in the table, open only while fetching."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import orjson
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import SourceRefused
from app.extensions import settings


def seal(headers: Mapping[str, str]) -> bytes | None:
    """What the column holds; None for no headers."""
    return _box().encrypt(orjson.dumps(dict(headers))) if headers else None


def unseal(sealed: bytes | None) -> dict[str, str]:
    """The headers again. Raises SourceRefused when SECRET_KEY is not the one they were sealed with."""
    if not sealed:
        return {}
    try:
        found: dict[str, str] = orjson.loads(_box().decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise SourceRefused(
            "The supplier's secret headers cannot be read: SECRET_KEY was changed since. Enter them again."
        ) from error
    return found


def _box() -> Fernet:
    secret = settings().secret_key.get_secret_value().encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"supplier secret headers").derive(secret)
    return Fernet(base64.urlsafe_b64encode(derived))
