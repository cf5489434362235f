"""Hashes of passwords: Argon2 for what is stored now, bcrypt for what the existing system stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import RateLimited

hasher = PasswordHasher()

#: one Argon2 takes 64 MB: so many are worked out at once in a process, and so many threads may be at it or wait for it;
#: a hash that is made takes as much as one that is compared
AT_ONCE, WITH_THOSE_WHO_WAIT = 2, 4
_at_work, _inside = BoundedSemaphore(AT_ONCE), BoundedSemaphore(WITH_THOSE_WHO_WAIT)

BCRYPT = ("$2a$", "$2b$", "$2y$")
#: bcrypt knows no more of a password, and the existing system never refused the rest
BCRYPT_BYTES = 72


def make(password: str) -> str:
    """Raises RateLimited, as ``fits`` does."""
    with _bounded():
        return hasher.hash(password)


def fits(known: str, password: str) -> bool:
    """Whether the hash is one of this password; False for a hash of neither kind.

    Raises RateLimited while too many are asked: whoever has no password yet must not fill memory and threads.
    """
    with _bounded():
        if known.startswith(BCRYPT):
            return _fits_bcrypt(known, password)
        try:
            return hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(known: str) -> bool:
    """Made by the existing system, or by an earlier Argon2: to be made anew while the password is at hand."""
    return known.startswith(BCRYPT) or hasher.check_needs_rehash(known)


@cache
def nobodys() -> str:
    """So that an unknown name takes as long to refuse as a wrong password."""
    return make("nobody has this password")


@contextmanager
def _bounded() -> Iterator[None]:
    if not _inside.acquire(blocking=False):
        raise RateLimited("Many people sign in at this moment. Try again in a few seconds.", details={"retry_after": 3})
    try:
        with _at_work:
            yield
    finally:
        _inside.release()


def _fits_bcrypt(known: str, password: str) -> bool:
    try:
        return bcrypt.checkpw(password.encode()[:BCRYPT_BYTES], known.encode())
    except ValueError:  # a hash that was cut, or a password with a NUL
        return False
