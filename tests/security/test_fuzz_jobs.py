"""Whatever a source, a file's name or an analysis says: each job ends, and nothing stops the heartbeat."""

from __future__ import annotations

import re

import pytest

from app.courier import url
from tests.fixtures.courier import Courier
from tests.security import fuzz_jobs
from tests.servers.analysis import AnalysisServer
from tests.servers.files import FileServer

#: seconds of the processor: a beat comes every 0.02, and a pattern without an end takes minutes
STOPPED = 2.0


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("seed", "many"), fuzz_jobs.ROUNDS.items())
def test_no_job_is_without_an_end(
    courier: Courier, files: FileServer, analysis: AnalysisServer, monkeypatch: pytest.MonkeyPatch, seed: int, many: int
) -> None:
    monkeypatch.setattr(url.time, "sleep", lambda seconds: None)
    with fuzz_jobs.beating() as heart:
        wrong = fuzz_jobs.endless(courier, files, analysis, many, seed)
    assert not wrong, "\n".join(wrong[:20])
    assert heart.longest < STOPPED, "something held the interpreter, and with it every heartbeat"


def test_the_heart_sees_who_holds_the_interpreter() -> None:
    """The pattern that once stopped all workers: one call into C, that no other thread interrupts."""
    with fuzz_jobs.beating() as heart:
        re.match(r"(?:<!--.*?-->)*<html", "<!---->" * 25, re.S)
    assert heart.longest > STOPPED
