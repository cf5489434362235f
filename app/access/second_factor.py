"""A second factor beside the password: a code of six digits that an app shows, or one of ten that are kept on paper.

Time-based one-time passwords (RFC 6238). The secret is sealed; of the codes on paper only hashes are kept, and each
code, of either kind, works once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime

import pyotp
import segno
from cryptography.fernet import InvalidToken
from sqlalchemy import select

from app import audit, sealing
from app.errors import Conflict, Invalid
from app.extensions import db
from app.models.user import User

ISSUER, PURPOSE = "Courier", b"second factor"
PERIOD = 30
#: steps by which the clock of a telephone may differ
DRIFT = 1
ON_PAPER = 10
_SIX = re.compile(r"\d{6}")


def is_on(user: User) -> bool:
    return user.totp_since is not None


def begin(user: User) -> str:
    """A new secret, which counts for nothing until a code of it is entered. Raises Conflict where one is on."""
    kept = _locked(user)
    if is_on(kept):
        db.session.rollback()
        raise Conflict("The second factor is on already. Switch it off first.")
    secret = pyotp.random_base32()
    kept.totp_secret = sealing.box(PURPOSE).encrypt(secret.encode())
    db.session.commit()
    return secret


def pending(user: User) -> str:
    """The secret that was begun and not confirmed; empty without one."""
    return "" if is_on(user) else _secret(user)


def picture(user: User, secret: str) -> str:
    """The secret as an SVG for an app to look at; no style of its own."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)
    code = segno.make(address, error="m")
    return code.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True, title=None)


def confirm(user: User, code: str) -> list[str]:
    """Switch it on with the first code of the app; the codes for paper, which are told this once. Raises Invalid."""
    kept = _locked(user)
    step = None if is_on(kept) else _step(kept, code)
    if step is None:
        db.session.rollback()
        raise Invalid("This is not the code that the app shows now.", details={"code": "Not the code of now."})
    paper = [f"{secrets.randbelow(10**8):08d}" for _ in range(ON_PAPER)]
    kept.totp_since, kept.totp_step = datetime.now(UTC), step
    kept.recovery_hashes = [_hash(kept, each) for each in paper]
    audit.record(user.username, "user.second_factor_on", user.username)
    db.session.commit()
    return [f"{each[:4]}-{each[4:]}" for each in paper]


def accepts(user: User, code: str) -> bool:
    """Whether this code lets the user in; it does so once. Commits."""
    kept, code = _locked(user), re.sub(r"[\s-]", "", code)
    step = _step(kept, code)
    if step is not None:
        kept.totp_step = step
    elif _hash(kept, code) in (kept.recovery_hashes or []):
        kept.recovery_hashes = [each for each in kept.recovery_hashes or [] if each != _hash(kept, code)]
        audit.record(user.username, "user.recovery_code_used", user.username, left=len(kept.recovery_hashes))
    else:
        db.session.rollback()
        return False
    db.session.commit()
    return True


def remove(user: User, *, actor: str) -> None:
    """By the user himself, or by an administrator for who lost his telephone and his paper."""
    kept = _locked(user)
    was_on = is_on(kept)
    kept.totp_secret, kept.totp_since, kept.totp_step, kept.recovery_hashes = None, None, None, None
    if was_on:
        audit.record(actor, "user.second_factor_off", user.username)
    db.session.commit()


def _locked(user: User) -> User:
    """Two requests with one code: the second finds it used."""
    query = select(User).where(User.id == user.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _step(user: User, code: str) -> int | None:
    """The step of time that the code is of; None for a wrong one, and for one that was used."""
    secret, now = _secret(user), int(datetime.now(UTC).timestamp()) // PERIOD
    if not secret or not _SIX.fullmatch(code):
        return None
    totp = pyotp.TOTP(secret, interval=PERIOD)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > (user.totp_step or 0) and secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def _secret(user: User) -> str:
    if user.totp_secret is None:
        return ""
    try:
        return sealing.box(PURPOSE).decrypt(user.totp_secret).decode()
    except InvalidToken:  # SECRET_KEY is another one now: only a code on paper, or an administrator, lets him in
        return ""


def _hash(user: User, code: str) -> str:
    """A code is worth nothing to who reads the table: guessing it there takes SECRET_KEY too."""
    return hashlib.sha256(sealing.pepper(PURPOSE) + f"{user.id}:{code}".encode()).hexdigest()
