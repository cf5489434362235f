"""The id of a request: taken over, told back, never forged, passed on to ml-analyze."""

from __future__ import annotations

import structlog
from flask import Flask

from app.analysis import client
from tests.servers.analysis import AnalysisServer


def test_an_id_is_taken_over_or_made_and_told_back(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/live", headers={"X-Request-ID": "edge-7f3a"}).headers["X-Request-ID"] == "edge-7f3a"
    assert len(browser.get("/live").headers["X-Request-ID"]) == 32


def test_an_id_that_could_forge_a_line_of_the_log_is_replaced(app: Flask) -> None:
    for given in ('x" event="signed_in', "x" * 101, "a b"):
        told = app.test_client().get("/live", headers={"X-Request-ID": given}).headers["X-Request-ID"]
        assert len(told) == 32


def test_a_refused_request_has_its_id_too(app: Flask) -> None:
    answer = app.test_client().post("/login", headers={"X-Request-ID": "edge-7f3a"})
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (400, "edge-7f3a")


def test_ml_analyze_is_told_the_id(courier_app: Flask, analysis: AnalysisServer) -> None:
    with structlog.contextvars.bound_contextvars(request_id="edge-7f3a"):
        client.health()
    (call,) = [headers for _, path, headers, _ in analysis.calls if path == "/health"]
    assert call["X-Request-ID"] == "edge-7f3a"
