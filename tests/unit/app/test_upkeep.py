"""app.upkeep: what processes left lying is told from what they are placing just now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import time_machine
from sqlalchemy import delete

from app import upkeep
from app.courier import upload
from app.extensions import db
from app.models.job import Job
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import price_list

AHEAD = timedelta(minutes=5)


def test_a_machine_whose_clock_is_ahead_takes_nothing_from_whoever_is_placing_it(courier: Courier) -> None:
    """The description of a file that comes in a moment, and a file whose job is just opening."""
    supplier = courier.supplier()
    opening = upload.receive_file(supplier, BytesIO(price_list(2)), "a.csv", actor=None)
    db.session.execute(delete(Job).where(Job.id == opening.id))
    db.session.commit()
    note = volume().raw_target(supplier.id, opening.id, "b.csv").with_name("b.csv.meta.json")
    note.write_text("{}")
    with time_machine.travel(datetime.now(UTC) + AHEAD):
        assert upkeep.adopt_orphans() == 0
    assert note.exists()
    assert upkeep.adopt_orphans(older_than=timedelta(0)) == 1
    assert not note.exists()
