"""A fixed handful of the rounds of kill points that ``make chaos`` draws by the hundred."""

from __future__ import annotations

import random
import signal
import tempfile
from pathlib import Path

import pytest

from app.jobs import lifecycle
from app.models.phase import Step
from tests.chaos import invariants, points

SEEDS = range(6)


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_whoever_is_killed_or_frozen_wherever_every_promise_is_kept() -> None:
    told: list[str] = []
    with tempfile.TemporaryDirectory(prefix="courier-points-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL's own account must be able to enter
        broken = list(points.rounds(Path(folder), SEEDS, say=told.append))
    assert broken == [[]] * len(SEEDS), told
    assert any("kill at" in each for each in told) and any("freeze at" in each for each in told)


@pytest.mark.chaos
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", ["apply: in line", "apply: items written", "apply: settled, not committed"])
def test_a_worker_frozen_inside_its_transaction_holds_no_other_supplier(name: str) -> None:
    """The others go on at once; its own file is taken over, and it has lost when it thaws."""
    place = next(each for each in points.PLACES if each.name == name)
    with tempfile.TemporaryDirectory(prefix="courier-points-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with points.on_servers_of_its_own(Path(folder)) as app, app.app_context():
            made = points.Round(app, random.Random(0))
            frozen, *others = (made.sent(f"Supplier {number}", {"A": f"{number}.00"}) for number in range(1, 5))
            for job in (frozen, *others):
                while lifecycle.get(job.id).step != Step.APPLY:
                    points.step(job)
            pid = made.fork(place, signal.SIGSTOP, lambda: points.step(frozen))
            assert points.stopped(pid)
            made.frozen.append(pid)
            try:
                for job in others:
                    points.step(job)
                assert {lifecycle.get(job.id).outcome for job in others} == {"success"}
                made.finish()
                assert lifecycle.get(frozen.id).outcome == "success"
            finally:
                made.thaw()
            assert invariants.broken(made.files) == []
