"""What is kept and must not be read by whoever has the table: sealed with a key of its purpose, made of SECRET_KEY."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.extensions import settings


def box(purpose: bytes) -> Fernet:
    """Seals and opens; its ``decrypt`` raises InvalidToken when SECRET_KEY is not the one of the sealing."""
    return Fernet(base64.urlsafe_b64encode(pepper(purpose)))


def pepper(purpose: bytes) -> bytes:
    """32 bytes that nobody knows without SECRET_KEY."""
    secret = settings().secret_key.get_secret_value().encode()
    derived: bytes = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
    return derived
