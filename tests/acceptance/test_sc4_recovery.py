"""Success criterion 4: whatever a job failed of, one press of Retry completes it once the cause is mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.models.phase import Outcome
from app.models.user import UserRole
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.fixtures.web import sign_in
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer, Served

GOOD = price_list(20)
Mend = Callable[[], None]


def source_down(files: FileServer, analysis: AnalysisServer) -> Mend:
    files.put("a.csv", Served(GOOD, statuses=[500] * 99))
    return lambda: void(files.put("a.csv", GOOD))


def missing(files: FileServer, analysis: AnalysisServer) -> Mend:
    return lambda: void(files.put("a.csv", GOOD))


def a_web_page(files: FileServer, analysis: AnalysisServer) -> Mend:
    files.put("a.csv", b"<!doctype html><html>sign in")
    return lambda: void(files.put("a.csv", GOOD))


def refused(files: FileServer, analysis: AnalysisServer) -> Mend:
    files.put("a.csv", GOOD)
    analysis.statuses = [422]
    return lambda: None


def unreadable(files: FileServer, analysis: AnalysisServer) -> Mend:
    files.put("a.csv", GOOD)
    analysis.overlay = {"status": "failed", "error_code": "LOW_CONFIDENCE", "errors": ["Too doubtful."]}
    return analysis.overlay.clear


def crashed(files: FileServer, analysis: AnalysisServer) -> Mend:
    files.put("a.csv", GOOD)
    analysis.overlay = {"status": "failed", "error_code": "OUT_OF_MEMORY", "errors": ["Too much memory."]}
    return analysis.overlay.clear


def result_gone(files: FileServer, analysis: AnalysisServer) -> Mend:
    files.put("a.csv", GOOD)
    analysis.overlay = {"result_path": "/nowhere/result.ndjson"}
    return analysis.overlay.clear


def volume_full(files: FileServer, analysis: AnalysisServer) -> Mend:
    files.put("a.csv", GOOD)
    volume()._ledger._limit = 10  # type: ignore[attr-defined]
    return lambda: setattr(volume()._ledger, "_limit", None)  # type: ignore[attr-defined]


def void(_: object) -> None:
    return None


CAUSES = [source_down, missing, a_web_page, refused, unreadable, crashed, result_gone, volume_full]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_sc_4_one_click_is_enough(
    courier: Courier,
    courier_app: Flask,
    files: FileServer,
    analysis: AnalysisServer,
    cause: Callable[[FileServer, AnalysisServer], Mend],
) -> None:
    """SC-4: the form of the button, as its page sends it, and nothing else."""
    mend = cause(files, analysis)
    job = courier.run(courier.fetch(courier.supplier(f"{files.url}/a.csv")))
    assert (job.outcome, job.can_retry) == (Outcome.FAILED, True), job.error_message
    mend()
    admin = sign_in(courier_app, UserRole.ADMIN)
    assert f'action="/jobs/{job.id}/retry"' in admin.get(f"/jobs/{job.id}")
    admin.post(f"/jobs/{job.id}/retry")
    job = courier.run(job)
    assert (job.outcome, job.items_processed, job.error_message) == (Outcome.SUCCESS, 20, None)
