"""A result is held against its job: nothing of another file, another analysis, or with invented counts gets in."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.models.catalog import SupplierItem
from app.models.job import Job
from app.models.phase import Outcome
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer

Lines = list[dict[str, Any]]


def other_source(lines: Lines) -> None:
    lines[0]["source_sha256"] = "b" * 64


def fewer_items(lines: Lines) -> None:
    lines.pop(1)


def more_errors(lines: Lines) -> None:
    lines[-1]["errors"] += 1


def verified(lines: Lines) -> None:
    lines[1]["match"] = {"status": "verified_match", "score": 100.0}


def altered(job: Job, analysis: AnalysisServer, how: Any) -> None:
    """The result on the volume and its announced hash are changed, as whoever can write there could."""
    told = analysis.analyses[str(job.ml_job_id)]
    analysis._status(str(job.ml_job_id))
    assert told.done is not None
    path = volume().results_target(str(job.ml_job_id))
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    how(lines)
    path.unlink()
    with volume().reserve(None) as incoming:
        incoming.write(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        told.done["result_sha256"] = incoming.place(path).sha256


@pytest.mark.parametrize("how", [other_source, fewer_items, more_errors, verified])
def test_a_result_that_is_not_this_files_is_refused(
    courier: Courier, files: FileServer, analysis: AnalysisServer, how: Any
) -> None:
    job = courier.fetch(courier.supplier(files.put("a.csv", price_list(5))), max_retries=0)
    altered(courier.step(job), analysis, how)
    ended = courier.run(job)
    assert (ended.outcome, ended.error_code) == (Outcome.FAILED, "BROKEN_RESULT"), ended.error_message
    assert db.session.scalar(select(func.count()).select_from(SupplierItem)) == 0


def test_another_suppliers_result_is_refused(courier: Courier, files: FileServer, analysis: AnalysisServer) -> None:
    other = courier.run(courier.fetch(courier.supplier(files.put("b.csv", price_list(5)))))
    job = courier.fetch(courier.supplier(files.put("a.csv", price_list(5))), max_retries=0)
    courier.step(job)
    analysis.overlay = {"result_path": str(volume().root / (other.result_path or ""))}
    ended = courier.run(job)
    assert ended.error_code == "BROKEN_RESULT" and "not of its analysis" in (ended.error_message or "")


def test_items_that_a_service_says_it_stored_must_be_there(
    courier: Courier, files: FileServer, analysis: AnalysisServer
) -> None:
    job = courier.fetch(courier.supplier(files.put("a.csv", price_list(5))), max_retries=0)
    analysis.old_contract = True
    ended = courier.run(job)
    assert ended.error_code == "BROKEN_RESULT" and "there are none" in (ended.error_message or "")
