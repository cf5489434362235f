"""A file's changes are found by kind, by what is odd about them and by words, in any order; phases have their times."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.apply import commit, odd
from app.apply.difference import Choice
from app.errors import Invalid
from app.extensions import db
from app.jobs import changed, history, lifecycle
from app.jobs.changed import Sorted, Wanted
from app.models.job import Job, JobEvent
from app.models.phase import Outcome, Phase
from tests.fixtures.results import Apply, item


@pytest.fixture
def held(send: Apply) -> Job:
    """Of twenty items at 10.00: six prices tenfold, four up by half, four by 5 %, one item new, five missing."""
    send(*(item(f"A{n}", f"Item {n}", "10.00") for n in range(20)))
    lines = [item(f"A{n}", f"Item {n}", "100.00") for n in range(6)]
    lines += [item(f"A{n}", f"Item {n}", "15.00") for n in range(6, 10)]
    lines += [item(f"A{n}", f"Item {n}", "10.50") for n in range(10, 14)]
    return send(*lines, item("A14", "Item 14", "10.00"), item("B1", "New", "3.00"), replaces_all=True)


def test_changes_are_grouped_by_what_is_odd_each_once(held: Job) -> None:
    assert changed.groups(held, Wanted("changed")) == [("jump", 6), ("large", 4), ("ordinary", 4)]
    assert changed.skus(held, Wanted("changed", "large")) == ["A6", "A7", "A8", "A9"]
    assert sorted(changed.skus(held, Wanted("changed", "ordinary"))) == ["A10", "A11", "A12", "A13"]
    assert changed.groups(held, Wanted("vanished")) == [("ordinary", 5)]


def test_changes_are_searched_and_sorted(held: Job) -> None:
    assert changed.skus(held, Wanted("changed", words="item 13")) == ["A13"]
    assert changed.count(held, Wanted("changed", words="a1")) == 5, "A1 and A10 to A13"
    first = changed.page(held, Wanted("changed"), Sorted("name", False), after=0, limit=2)
    assert [each.name for each in first] == ["Item 0", "Item 1"]
    smallest = changed.page(held, Wanted("changed"), Sorted("change", False), after=0, limit=1)
    assert smallest[0].change_percent == pytest.approx(5)
    with pytest.raises(Invalid):
        Sorted.of({"sort": "nonsense"})


def test_what_was_left_out_is_applied_in_parts_until_nothing_is_left(held: Job) -> None:
    job = commit.approve_held(held.id, actor="anna", choice=Choice(up_to_percent=5))
    assert changed.groups(job, Wanted("left_out")) == [("jump", 6), ("large", 4), ("ordinary", 5)]
    job = commit.apply_rest(job.id, actor="anna", skus=changed.skus(job, Wanted("left_out", "large")))
    assert (changed.left_out(job), job.changed_count) == (11, 8)
    job = commit.apply_rest(job.id, actor="anna")
    assert (changed.left_out(job), job.changed_count, job.vanished_count) == (0, 14, 5)


def test_phases_never_add_up_to_more_than_the_time_that_the_job_took(held: Job) -> None:
    """Neither an hour in the queue nor the run before a person's retry belongs to it."""
    now = func.clock_timestamp()
    times = [(Phase.DOWNLOADING, 3600), (Phase.ANALYZING, 50), (Phase.FAILED, 40)]
    times += [(Phase.DOWNLOADING, 30), (Phase.ANALYZING, 9), (Phase.MATCHING, 4), (Phase.COMPLETE, 1)]
    db.session.execute(JobEvent.__table__.delete().where(JobEvent.job_id == held.id))
    for number, (phase, ago) in enumerate(times):
        at = now - timedelta(seconds=ago)
        kind = "retried" if number == 3 else "moved"
        db.session.add(JobEvent(job_id=held.id, kind=kind, phase=phase, message="", at=at))
        db.session.flush()
    taken, ended = now - timedelta(seconds=10), now - timedelta(seconds=1)
    db.session.execute(update(Job).where(Job.id == held.id).values(started_at=taken, completed_at=ended))
    db.session.commit()
    job = lifecycle.get(held.id)
    found = history.phases_passed([job])[job.id]
    shown = [(each.phase, each.seconds and round(each.seconds)) for each in found]
    assert shown == [(Phase.DOWNLOADING, 1), (Phase.ANALYZING, 5), (Phase.MATCHING, 3), (Phase.COMPLETE, None)]
    assert job.started_at is not None and job.completed_at is not None
    assert sum(each.seconds or 0 for each in found) <= (job.completed_at - job.started_at).total_seconds() + 0.1


def test_a_person_waits_for_no_phase(held: Job) -> None:
    """A held file that is approved an hour later was not an hour in its last phase."""
    assert held.outcome == Outcome.HELD
    db.session.execute(update(JobEvent).where(JobEvent.job_id == held.id).values(at=JobEvent.at - timedelta(hours=1)))
    commit.approve_held(held.id, actor="anna")
    passed = history.phases_passed([lifecycle.get(held.id)])[held.id]
    assert passed[-1].phase == Phase.COMPLETE
    assert passed[-1].seconds is None
    assert db.session.scalar(select(func.count()).where(JobEvent.job_id == held.id)) > 1


def test_every_word_that_a_row_may_be_marked_with_is_a_group_that_can_be_found() -> None:
    statements = f"{odd.MARK}{odd.MARK_MOVED_NAMES}{odd.MARK_CHANGED_CODES}"
    marked = re.findall(r"(?:THEN|ELSE|s\.odd,) '(\w+)'", statements)
    assert set(marked) == set(changed.GROUPS)
