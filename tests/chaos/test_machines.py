"""The small form of `make chaos`'s machines: two, with clocks ten minutes apart, and one of them dies."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.chaos import machines


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_a_machine_that_dies_loses_nothing_whatever_time_it_believed_it_was() -> None:
    with tempfile.TemporaryDirectory(prefix="courier-machines-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL's own account must be able to enter
        report = machines.run(Path(folder), machines.TWO, files=16)
    assert report.wrongs == []
    assert set(report.workers_of) == {"first", "second"}, "both had work"
