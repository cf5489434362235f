"""The log that people follow: in the order of writing, and no line missed or shown twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, update

from app.errors import Invalid
from app.extensions import db
from app.jobs import loglines
from app.jobs.loglines import LogFilter
from app.models.catalog import ParsingLog


@pytest.fixture(autouse=True)
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def line(message: str, level: str = "info") -> dict[str, str]:
    return {"task_id": "t", "error_type": "INFO", "error_message": message, "level": level}


def write(*messages: str) -> None:
    db.session.execute(insert(ParsingLog), [line(each) for each in messages])
    db.session.commit()


def messages(look: loglines.Look) -> list[str]:
    return [each.entry.error_message for each in look.lines]


def test_lines_of_one_transaction_keep_the_order_they_were_written_in() -> None:
    rows = [f"row {number}" for number in range(300)]
    write(*rows)
    assert messages(loglines.newest(LogFilter(), limit=500)) == rows


def test_a_line_that_is_committed_after_younger_ones_were_shown_comes_late_but_comes_once() -> None:
    write("before")
    with db.engine.connect() as slow:
        slow.execute(insert(ParsingLog), [line("slow")])
        write("quick")
        first = loglines.newest(LogFilter())
        assert messages(first) == ["before", "quick"]
        slow.commit()
    second = loglines.followed(LogFilter(), first.seen)
    assert messages(second) == ["slow"]
    db.session.rollback()
    third = loglines.followed(LogFilter(), second.seen)
    assert messages(third) == []
    write("last")
    assert messages(loglines.followed(LogFilter(), third.seen)) == ["last"]


def test_whoever_comes_back_after_an_hour_misses_nothing() -> None:
    look = loglines.newest(LogFilter())
    write("meanwhile", "now")
    hour = timedelta(hours=1)
    db.session.execute(
        update(ParsingLog)
        .where(ParsingLog.error_message == "meanwhile")
        .values(created_at=ParsingLog.created_at - hour)
    )
    db.session.commit()
    millis, _, snapshot = look.seen.partition(".")
    earlier = f"{int(millis) - int(hour.total_seconds() * 1000)}.{snapshot}"
    assert messages(loglines.followed(LogFilter(), earlier)) == ["meanwhile", "now"]


def test_an_empty_log_is_followed_from_where_it_was_empty() -> None:
    look = loglines.newest(LogFilter())
    assert look.lines == []
    write("first")
    assert messages(loglines.followed(LogFilter(), look.seen)) == ["first"]


def test_what_a_filter_hides_stays_hidden_while_it_is_followed() -> None:
    look = loglines.newest(LogFilter())
    write("quiet")
    assert messages(loglines.followed(LogFilter(level="error"), look.seen)) == []
    assert messages(loglines.followed(LogFilter(search="QUI"), look.seen)) == ["quiet"]


@pytest.mark.parametrize(
    "seen", ["", "x", "5:3:", "0.", "0.5:3:", "0.1:2:3,x", "0.99999999999999999999999:1:", f"{10**30}.1:2:"]
)
def test_what_is_no_snapshot_is_refused_and_harms_nothing(seen: str) -> None:
    with pytest.raises(Invalid):
        loglines.followed(LogFilter(), seen)
    assert loglines.newest(LogFilter()).lines == []
