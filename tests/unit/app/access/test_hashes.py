"""Passwords of the existing system: accepted as they are, kept in today's form from the next sign-in on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from threading import Event

import bcrypt
import pytest
from flask import Flask

from app.access import accounts, hashes, passwords
from app.errors import RateLimited, Unauthorized
from app.extensions import db
from app.models.user import User, UserRole

LONG = "пароль, который длиннее семидесяти двух байт, как их считает bcrypt"


def known_user(password: str, *, prefix: bytes = b"2b") -> User:
    known = bcrypt.hashpw(password.encode()[: hashes.BCRYPT_BYTES], bcrypt.gensalt(4, prefix=b"2b"))
    user = User(username="anna", password_hash=known.decode().replace("$2b$", f"${prefix.decode()}$"), role="admin")
    db.session.add(user)
    db.session.commit()
    return user


@pytest.mark.parametrize("password", ["a good password", "пароль с буквами", LONG])
@pytest.mark.parametrize("prefix", [b"2a", b"2b", b"2y"])
def test_a_bcrypt_password_signs_in_and_is_argon2_afterwards(ctx: Flask, password: str, prefix: bytes) -> None:
    user = known_user(password, prefix=prefix)
    assert passwords.authenticate("anna", password).id == user.id
    db.session.refresh(user)
    assert user.password_hash.startswith("$argon2id$")
    assert user.session_epoch == 0  # a new form of the same password signs nobody out
    assert passwords.authenticate("anna", password).id == user.id


def test_a_wrong_password_is_refused_and_the_old_hash_stays(ctx: Flask) -> None:
    user = known_user("a good password")
    before = user.password_hash
    with pytest.raises(Unauthorized):
        passwords.authenticate("anna", "another password")
    db.session.refresh(user)
    assert user.password_hash == before


@pytest.mark.parametrize("known", ["", "x", "$2b$10$", "$2b$99$" + "a" * 53, "$argon2id$v=19$broken", "md5:1"])
def test_a_hash_of_no_known_kind_fits_no_password(known: str) -> None:
    assert not hashes.fits(known, "a good password")
    assert not hashes.fits(known, "with\x00nul, long enough")


def test_a_made_user_is_argon2_from_the_start(ctx: Flask) -> None:
    user = accounts.create_user("bert", "a good password", UserRole.SALES, "tests")
    assert not hashes.is_outdated(user.password_hash)


def test_so_many_passwords_are_looked_at_at_once_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty anonymous sign-ins took 1.4 GB of the web's memory, and all its threads."""
    known = hashes.make("a good password")
    all_are_in = Event()

    class Slow:
        def verify(self, known: str, password: str) -> bool:
            assert all_are_in.wait(30)
            return hasher.verify(known, password)

    hasher = hashes.hasher
    monkeypatch.setattr(hashes, "hasher", Slow())

    def sign_in(_: int) -> bool | None:
        try:
            return hashes.fits(known, "a good password")
        except RateLimited:
            return None

    with ThreadPoolExecutor(40) as pool:
        asked = [pool.submit(sign_in, number) for number in range(40)]
        refused = list(islice(as_completed(asked, timeout=30), 40 - hashes.WITH_THOSE_WHO_WAIT))
        assert [each.result() for each in refused] == [None] * len(refused)
        all_are_in.set()
        assert [each.result() for each in asked].count(True) == hashes.WITH_THOSE_WHO_WAIT
    assert hashes.fits(known, "a good password"), "and then it goes on"
