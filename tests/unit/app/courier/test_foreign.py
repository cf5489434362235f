"""Whatever a source, an uploader or a cell writes, the job comes to an end."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from app import foreign
from app.courier import upload
from app.jobs import lifecycle
from app.jobs.claims import claimed
from app.models.phase import Outcome, Step
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer, Served

BODY = price_list(3)


def test_texts_are_made_fit_and_bounded() -> None:
    assert foreign.text("a\x00b\x07c\td\ne\ud800") == "abc\td\ne\ufffd"
    assert foreign.fit({"k\x00": ["v\x00", 1, None]}) == {"k": ["v", 1, None]}
    assert len(foreign.text("x" * 10**6)) == foreign.LONGEST


@pytest.mark.parametrize(
    "headers",
    [
        {"ETag": '"a\x00b"'},
        {"Last-Modified": "Thu\x00"},
        {"X-Odd": "\x00" * 50},
        {"Content-Type": "text/\x00csv"},
        {"Content-Disposition": "attachment; filename*=UTF-8''a%00b.csv"},
        {"Content-Disposition": 'attachment; filename="a\x00b.csv"'},
        {f"X-{number}": "y" * 900 for number in range(60)},
    ],
)
def test_odd_headers_keep_no_job_from_its_end(courier: Courier, files: FileServer, headers: dict[str, str]) -> None:
    supplier = courier.supplier(files.put("a.csv", Served(BODY, headers=headers, etag=False)))
    job = courier.run(courier.fetch(supplier))
    assert (job.outcome, job.items_total) == (Outcome.SUCCESS, 3), job.error_message
    assert courier.run(courier.fetch(supplier)).outcome == Outcome.UNCHANGED


def test_an_upload_with_an_odd_name_is_taken(courier: Courier) -> None:
    job = upload.receive_file(courier.supplier(), BytesIO(BODY), "a\x00b\x1b.csv", actor="anna")
    assert job.original_filename == "ab.csv"
    assert courier.run(job).outcome == Outcome.SUCCESS


def test_a_cell_that_spells_a_control_character_is_a_text_like_any_other(courier: Courier) -> None:
    body = b'sku;name;price\nA;Hammer \\u0001 \\u0000;1.00\nB;"x\x00y";2.00\n'
    job = courier.run(upload.receive_file(courier.supplier(), BytesIO(body), "a.csv", actor="anna"))
    assert (job.outcome, job.items_total) == (Outcome.SUCCESS, 2), job.error_message


@pytest.mark.parametrize("error", ["bad\x00ly", "half \ud83d", "long" * 10**5])
def test_whatever_the_service_says_of_a_failure_the_job_fails_with_it(
    courier: Courier, files: FileServer, analysis: AnalysisServer, error: str
) -> None:
    analysis.overlay = {"status": "failed", "error_code": "LOW_CONFIDENCE", "errors": [error]}
    job = courier.run(courier.fetch(courier.supplier(files.put("a.csv", BODY))))
    assert (job.outcome, lifecycle.get(job.id).error_code) == (Outcome.FAILED, "UNREADABLE")


@pytest.mark.parametrize("odd", [10**30, "9" * 64, -(10**12), float("inf"), float("nan")])
def test_a_figure_that_no_column_takes_is_no_result(
    courier: Courier, files: FileServer, analysis: AnalysisServer, odd: Any
) -> None:
    def spell(line: dict[str, Any]) -> bytes:
        return json.dumps({name: odd if name == "rows_read" else each for name, each in line.items()}).encode()

    analysis.spell = spell
    job = courier.run(courier.fetch(courier.supplier(files.put("a.csv", BODY))))
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "BROKEN_RESULT")


@pytest.mark.parametrize("odd", [10**30, "later"])
def test_the_path_that_fails_a_job_does_not_fail_over_what_the_step_had_learnt(courier: Courier, odd: Any) -> None:
    job = upload.receive_file(courier.supplier(), BytesIO(BODY), "a.csv", actor="anna")
    with claimed(job.id, Step.DELIVER) as claim:
        claim.facts["file_size"] = odd
        lifecycle.fail(claim, RuntimeError("a bug"))
    ended = lifecycle.get(job.id)
    assert (ended.outcome, ended.error_code, ended.claim_token) == (Outcome.FAILED, "INTERNAL_ERROR", None)
