"""Statements asked of the driver behave as the session's own, in its transaction."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, literal, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app import statements
from app.extensions import db
from app.models.supplier import Supplier

NAMES = text("SELECT name, source_type, 1 AS one FROM suppliers WHERE name = :name")
RENAME = text("UPDATE suppliers SET name = :name")
LITERAL = select((func.length(Supplier.name) + literal(5)).label("more")).where(Supplier.name == bindparam("name"))
CUT_OFF = text("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def known(ctx: Flask) -> None:
    db.session.add(Supplier(name="Acme", source_type="csv", meta={}))
    db.session.commit()


def test_rows_have_names_and_what_answers_nothing_has_none(known: None) -> None:
    (row,) = statements.run(NAMES, {"name": "Acme"})
    assert (row.name, row.source_type, row.one) == ("Acme", "csv", 1)
    assert statements.run(NAMES, {"name": "nobody"}) == []
    assert statements.run(RENAME, {"name": "Acme 2"}) == []


def test_constants_of_a_statement_go_with_it_and_each_call_has_its_own_facts(known: None) -> None:
    assert [row.more for row in statements.run(LITERAL, {"name": "Acme"})] == [9]
    assert statements.run(LITERAL, {"name": "nobody"}) == []


def test_what_is_rolled_back_was_never_said(known: None) -> None:
    statements.run(RENAME, {"name": "Other"})
    db.session.rollback()
    assert db.session.scalar(select(Supplier.name)) == "Acme"


def test_errors_are_those_of_sqlalchemy(known: None) -> None:
    db.session.add(Supplier(name="Second", source_type="csv", meta={}))
    db.session.commit()
    with pytest.raises(IntegrityError):
        statements.run(RENAME, {"name": "same"})
    db.session.rollback()
    with pytest.raises(OperationalError):
        statements.run(CUT_OFF)
    db.session.rollback()
    assert statements.run(NAMES, {"name": "Acme"}), "the next transaction has a connection that lives"
