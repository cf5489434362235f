"""The short campaign of every test run: real processes killed at random, and not one promise broken."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.chaos import campaign


@pytest.mark.chaos
@pytest.mark.timeout(240)
def test_nothing_is_lost_doubled_or_left_behind_whatever_is_killed() -> None:
    with tempfile.TemporaryDirectory(prefix="courier-chaos-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL's own account must be able to enter
        report = campaign.run(Path(folder), seconds=20, jobs_a_second=5, seed=20260, pause=(0.8, 2.5))
    assert report.wrongs == []
    assert sum(report.wounds.values()) >= 4
    assert report.jobs >= 30
