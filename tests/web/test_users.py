"""Users and their roles on the page: one form a row, a question before one's own role goes, and who was seen when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.access import passwords
from app.extensions import db
from app.models.user import User, UserRole
from tests.fixtures.web import Visitor


def _user(name: str) -> User:
    return db.session.scalars(select(User).where(User.username == name)).one()


def test_role_and_password_are_saved_together_and_an_untouched_row_changes_nobody(
    app: Flask, admin: Visitor, visitor: Callable[[UserRole], Visitor]
) -> None:
    name = visitor(UserRole.SALES).name
    with app.app_context():
        user = _user(name)
    admin.post(f"/users/{user.id}", role="procurement", password="another-long-password")
    with app.app_context():
        assert _user(name).role is UserRole.PROCUREMENT
        assert passwords.authenticate(name, "another-long-password").username == name
        epoch = _user(name).session_epoch
    admin.post(f"/users/{user.id}", role="procurement", password="")
    assert "Nothing was changed." in admin.get("/users")
    with app.app_context():
        assert _user(name).session_epoch == epoch, "and nobody was signed out"


def test_who_gives_up_his_own_role_is_asked_first(
    app: Flask, admin: Visitor, visitor: Callable[[UserRole], Visitor]
) -> None:
    visitor(UserRole.ADMIN)
    with app.app_context():
        own = _user(admin.name).id
    page = admin.post(f"/users/{own}", status=422, role="sales").get_data(as_text=True)
    assert "Give up your own role?" in page
    with app.app_context():
        assert _user(admin.name).role is UserRole.ADMIN
    admin.post(f"/users/{own}", role="sales", sure="1")
    with app.app_context():
        assert _user(admin.name).role is UserRole.SALES


def test_a_user_says_when_he_was_seen_last_once_in_a_few_minutes(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        signed_in = _user(admin.name).last_seen_at
        assert signed_in is not None
    admin.get("/account")
    with app.app_context():
        assert _user(admin.name).last_seen_at == signed_in, "not written at every page"
        _user(admin.name).last_seen_at = signed_in - timedelta(hours=1)
        db.session.commit()
    admin.get("/account")
    with app.app_context():
        seen = _user(admin.name).last_seen_at
        assert seen is not None and seen >= signed_in


def test_whoever_wants_his_tables_close_together_finds_them_so_after_signing_in_again(
    app: Flask, admin: Visitor
) -> None:
    assert 'data-density="roomy"' in admin.get("/account")
    admin.post("/account/preferences", density="compact")
    with app.app_context():
        assert _user(admin.name).density == "compact"
    assert 'data-density="compact"' in admin.get("/catalogue")


def test_an_administrator_sets_where_a_users_mail_goes(
    app: Flask, admin: Visitor, visitor: Callable[[UserRole], Visitor]
) -> None:
    name = visitor(UserRole.PROCUREMENT).name
    with app.app_context():
        user = _user(name)
    admin.post(f"/users/{user.id}", role="procurement", email="anna@shop.example")
    page = admin.post(f"/users/{user.id}", status=422, role="procurement", email="no address").get_data(as_text=True)
    assert "This is no e-mail address." in page and "no address" in page
    with app.app_context():
        assert _user(name).email == "anna@shop.example"
        assert _user(name).session_epoch == user.session_epoch, "nobody was signed out for it"
