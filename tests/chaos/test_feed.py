"""A handful of the kills that ``make chaos`` makes by the hundred: the feed loses, doubles and disorders nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models.feed import Change
from tests.chaos.feed import Campaign, take_all, wrongs


@pytest.mark.chaos
def test_killed_writers_and_readers_leave_the_feed_whole(ctx: Flask, tmp_path: Path) -> None:
    campaign = Campaign(ctx, tmp_path, kills=20, draw=random.Random(16))
    assert campaign.run() == []
    assert (db.session.scalar(select(func.count()).select_from(Change)) or 0) > 50


@pytest.mark.chaos
def test_the_reckoning_sees_what_is_lost_doubled_or_disordered(ctx: Flask, tmp_path: Path) -> None:
    campaign = Campaign(ctx, tmp_path, kills=3, draw=random.Random(17))
    assert campaign.run() == []
    taken = campaign.taken(0)
    take_all(taken)
    whole = taken.read_text().splitlines(keepends=True)
    for broken in (whole[:-1], [*whole, whole[-1]], [*whole[:-2], whole[-1], whole[-2]]):
        taken.write_text("".join(broken))
        assert wrongs(taken)
