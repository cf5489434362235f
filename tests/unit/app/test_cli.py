"""The commands: the pages' verbs with a sentence and an exit code."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access import passwords
from app.cli import console
from app.errors import Unauthorized
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import Product
from app.models.job import Job
from app.models.phase import Step
from app.models.supplier import Supplier
from app.models.user import User


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """Exit code and everything the command said."""
    result = app.test_cli_runner().invoke(args=list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.out, "width", 200)
    monkeypatch.setattr(console.err, "width", 200)


def test_a_file_that_is_not_there_is_said_in_one_sentence(app: Flask) -> None:
    code, said = run(app, "ingest", "/nowhere/list.csv", "--supplier", "A")
    assert (code, said) == (1, "There is no file /nowhere/list.csv.")


def test_an_unknown_supplier_is_refused_when_it_must_exist(ctx: Flask, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("sku;name;price\nA;B;1\n")
    code, said = run(ctx, "ingest", str(file), "--supplier", "Nobody", "--existing")
    assert code == 1
    assert "no supplier “Nobody”" in said
    assert db.session.scalar(select(func.count()).select_from(Supplier)) == 0


def test_a_catalogue_with_missing_columns_is_refused_and_nothing_taken(ctx: Flask, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("title,price\nHammer,1\n")
    code, said = run(ctx, "catalog", "import", str(file))
    assert code == 1
    assert "internal_sku is missing" in said
    assert db.session.scalar(select(func.count()).select_from(Product)) == 0


def test_a_catalogue_is_imported_and_counted(ctx: Flask, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("internal_sku,name\nP1,Hammer\n,Nameless\n")
    code, said = run(ctx, "catalog", "import", str(file))
    assert code == 0
    assert "1 products created, 0 updated, 1 rows skipped." in said


def test_a_users_password_is_shown_once_and_never_stored(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    code, said = run(ctx, "users", "create", "anna")
    assert code == 0
    password = said.split("Password: ")[1].split()[0]
    user = db.session.scalars(select(User)).one()
    assert password not in user.password_hash
    code, said = run(ctx, "users", "create", "anna", "--if-missing")
    assert code == 0
    assert "nothing was changed" in said
    assert "flask users password anna" in said
    assert run(ctx, "users", "create", "anna")[0] == 1


def test_a_lost_password_is_set_anew_and_ends_every_session(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    old = run(ctx, "users", "create", "anna")[1].split("Password: ")[1].split()[0]
    code, said = run(ctx, "users", "password", "anna")
    assert code == 0
    new = said.split("password: ")[1].split()[0]
    assert passwords.authenticate("anna", new).session_epoch == 1
    with pytest.raises(Unauthorized):
        passwords.authenticate("anna", old)
    assert run(ctx, "users", "password", "nobody") == (1, "There is no user named nobody.")


def test_jobs_are_listed_shown_cancelled_and_retried(ctx: Flask, supplier: Supplier) -> None:
    job = lifecycle.open_job(supplier, trigger="manual", task_id=f"sync-{uuid4()}", step=Step.DELIVER)
    assert str(job.id) in run(ctx, "jobs", "list")[1]
    assert run(ctx, "jobs", "retry", str(job.id))[0] == 1  # it has not failed
    assert run(ctx, "jobs", "cancel", str(job.id))[0] == 0
    shown = run(ctx, "jobs", "show", str(job.id))[1]
    assert "cancelled" in shown
    assert run(ctx, "jobs", "retry", str(job.id))[0] == 0
    assert lifecycle.get(job.id).phase == "downloading"
    assert run(ctx, "jobs", "show", str(uuid4()))[0] == 1
    assert str(job.id) in run(ctx, "jobs", "show", str(job.id)[:8])[1]
    assert run(ctx, "jobs", "show", "%") == (
        1,
        "% is no job's id: give it whole, or at least its first four characters.",
    )
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_rates_are_told_and_a_currency_that_was_chosen_stays(ctx: Flask, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("day,base,quote,rate\n2026-11-02,EUR,PLN,4.25\n2026-11-02,EUR,USD,1.08\n")
    assert run(ctx, "money", "rates", str(file)) == (0, "2 rates kept; offers are compared in no currency yet.")
    assert run(ctx, "money", "rates", str(file), "--base", "eur") == (0, "2 rates kept; offers are compared in EUR.")
    assert run(ctx, "money", "rates", str(file), "--base", "PLN") == (0, "2 rates kept; offers are compared in EUR.")
    assert run(ctx, "money", "base", "USD", "--if-missing") == (0, "Offers are compared in EUR already.")
    assert run(ctx, "money", "base", "USD") == (0, "Offers are compared in USD.")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("rates", "/nowhere/rates.csv"), "There is no file /nowhere/rates.csv."),
        (("base", "euro"), "euro is no currency: write its three letters, such as EUR."),
    ],
)
def test_what_is_no_rate_and_no_currency_is_said(ctx: Flask, arguments: tuple[str, ...], says: str) -> None:
    assert run(ctx, "money", *arguments) == (1, says)
