"""A table on a schedule: one address, whole files, and whatever dies in between leaves the file of before."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import attention
from app.alerts import outgoing, watch
from app.errors import Invalid, NotFound
from app.export import scheduled
from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.exports import ScheduledExport
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.volume import volume
from app.web.words import ALERTS


class Killed(BaseException):
    """As if the process ended here."""


def stock(supplier: Supplier, *names: str) -> None:
    for name in names:
        db.session.add(SupplierItem(supplier_id=supplier.id, supplier_sku=name, name=name))
    db.session.commit()


@pytest.fixture
def made(supplier: Supplier) -> tuple[UUID, str]:
    stock(supplier, "Tool anvil", "Hammer")
    found, token = scheduled.add("ERP", "items", query="q=tool", form="csv", hours=6, actor="anna")
    return found.id, token


def names(made: tuple[UUID, str]) -> list[str]:
    _found, path = scheduled.fetched(*made)
    assert path is not None
    return [row["name"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))]


def due() -> None:
    db.session.execute(text("UPDATE scheduled_exports SET due_at = now(), held_until = held_until - interval '1 hour'"))
    db.session.commit()


def test_it_is_written_when_it_is_due_under_one_address(made: tuple[UUID, str], supplier: Supplier) -> None:
    assert scheduled.fetched(*made)[1] is None
    scheduled.run_due()
    assert names(made) == ["Tool anvil"]
    first = scheduled.fetched(*made)[1]
    stock(supplier, "Tool axe")
    scheduled.run_due()
    assert names(made) == ["Tool anvil"], "it is not due before six hours"
    due()
    scheduled.run_due()
    found, path = scheduled.fetched(*made)
    assert names(made) == ["Tool anvil", "Tool axe"] and path == first and path is not None
    assert (found.size, found.error, found.held_until) == (path.stat().st_size, None, None)
    assert volume().usage().used >= found.size  # type: ignore[operator]
    volume().purge(found.due_at)
    assert path.is_file(), "no purge takes it"


def test_one_that_dies_while_it_writes_leaves_the_file_of_before_and_is_written_later(
    made: tuple[UUID, str], supplier: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled.run_due()
    stock(supplier, "Tool axe")

    def dies(*_asked: Any) -> Iterator[bytes]:
        yield b"half a li"
        raise Killed

    due()
    with monkeypatch.context() as dead:
        dead.setattr(scheduled, "export", dies)
        with pytest.raises(Killed):
            scheduled.run_due()
    db.session.rollback()
    assert names(made) == ["Tool anvil"]
    scheduled.run_due()
    assert names(made) == ["Tool anvil"], "whoever holds it may still be alive"
    due()
    scheduled.run_due()
    assert names(made) == ["Tool anvil", "Tool axe"]


def test_one_that_cannot_be_written_says_why_and_keeps_no_other_from_it(made: tuple[UUID, str]) -> None:
    db.session.execute(text("UPDATE scheduled_exports SET query = 'state=gone-by'"))
    other, token = scheduled.add("Other", "suppliers", query="", form="jsonl", hours=1, actor="anna")
    db.session.commit()
    scheduled.run_due()
    assert "There is no such filter" in (scheduled.get(made[0]).error or "")
    assert scheduled.fetched(other.id, token)[1] is not None


def test_only_the_newest_token_fetches_and_nothing_after_it_is_removed(made: tuple[UUID, str]) -> None:
    export_id, token = made
    scheduled.run_due()
    path = scheduled.fetched(export_id, token)[1]
    _found, newer = scheduled.renew_token(export_id, actor="anna")
    for wrong in (token, "", newer[:-1]):
        with pytest.raises(NotFound):
            scheduled.fetched(export_id, wrong)
    assert scheduled.fetched(export_id, newer)[1] == path
    kept = db.session.get_one(ScheduledExport, export_id)
    assert newer not in str(vars(kept))
    scheduled.remove(export_id, actor="anna")
    assert isinstance(path, Path) and not path.exists()
    with pytest.raises(NotFound):
        scheduled.fetched(export_id, newer)
    with pytest.raises(NotFound):
        scheduled.get(uuid4())


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"table": "users"}, {"form": "exe"}, {"hours": 2}, {"query": "state=nonsense"}],
)
def test_what_makes_no_sense_is_refused(ctx: Flask, wrong: dict[str, Any]) -> None:
    asked: dict[str, Any] = {
        "name": "x",
        "table": "items",
        "query": "",
        "form": "csv",
        "hours": 24,
        "actor": "a",
    } | wrong
    with pytest.raises(Invalid):
        scheduled.add(asked.pop("name"), asked.pop("table"), **asked)


def test_one_that_cannot_be_written_raises_an_alert_that_closes_with_the_next_file(
    made: tuple[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_asked: Any) -> Iterator[bytes]:
        raise Invalid("A worksheet holds 1,048,575 rows; take CSV, or narrow the filter.")
        yield b""

    with monkeypatch.context() as full:
        full.setattr(scheduled, "export", fails)
        scheduled.run_due()
    assert watch.watch() == 1 and watch.watch() == 0
    alert = db.session.scalars(select(Alert)).one()
    assert (alert.kind, alert.severity, alert.link) == ("export_failed", "error", "/exports")
    assert alert.message.startswith("The scheduled export ERP was not written. A worksheet holds")
    assert alert.kind in outgoing.HEADINGS and alert.kind in ALERTS and alert.kind in attention.SYSTEM_FAILURES
    due()
    scheduled.run_due()
    watch.watch()
    db.session.refresh(alert)
    assert alert.resolved_at is not None
