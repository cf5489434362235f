"""A fixed handful of the rounds of kill points that ``make chaos`` draws by the hundred."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.chaos import points

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
