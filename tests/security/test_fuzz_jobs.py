"""Whatever a source, a file's name or an analysis says: each job ends, and nothing stops the heartbeat."""

from __future__ import annotations

import pytest

from app.courier import url
from app.extensions import settings
from tests.fixtures.courier import Courier
from tests.security import fuzz_jobs
from tests.servers.analysis import AnalysisServer
from tests.servers.files import FileServer


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", [1])
def test_no_job_is_without_an_end(
    courier: Courier, files: FileServer, analysis: AnalysisServer, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(url.time, "sleep", lambda seconds: None)
    with fuzz_jobs.beating() as heart:
        wrong = fuzz_jobs.endless(courier, files, analysis, fuzz_jobs.MANY, seed)
    assert not wrong, "\n".join(wrong[:20])
    assert heart.longest < settings().claim_lease.total_seconds(), (
        "the heartbeat stopped for so long that its claim was lost"
    )
