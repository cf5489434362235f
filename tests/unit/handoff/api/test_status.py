"""How far an analysis is, as another service may tell it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from handoff.api.status import AnalysisStatus, ServiceHealth, StatusBatch, StatusBatchRequest

JOB = UUID(int=7)


def status(**said: Any) -> AnalysisStatus:
    return AnalysisStatus.model_validate({"job_id": str(JOB), "status": "processing"} | said)


def test_all_but_the_job_and_its_state_may_be_left_out() -> None:
    told = status()
    assert (told.job_id, told.status, told.progress_percentage, told.errors) == (JOB, "processing", 0, [])
    assert (told.phase, told.result_path, told.reading) == (None, None, None)


@pytest.mark.parametrize("errors", [{}, {"errors": []}, {"errors": None}])
def test_an_end_with_errors_that_names_none_names_one(errors: dict[str, Any]) -> None:
    assert status(status="completed_with_errors", **errors).errors == [
        "ml-analyze ended with errors and does not say which."
    ]


def test_errors_that_are_named_stay_as_they_are() -> None:
    assert status(status="completed_with_errors", errors=["Row 5 has no name."]).errors == ["Row 5 has no name."]
    assert status(status="completed").errors == []


def test_what_a_newer_service_says_besides_does_no_harm() -> None:
    assert status(weather="fine").status == "processing"
    assert StatusBatch.model_validate({"jobs": [], "took": 3}).jobs == []
    assert ServiceHealth.model_validate({"status": "healthy", "version": "2", "more": 1}).service == "ml-analyze"


def test_up_to_a_thousand_jobs_are_asked_about_in_one_call() -> None:
    assert len(StatusBatchRequest(job_ids=[uuid4()] * 1000).job_ids) == 1000
    for count in (0, 1001):
        with pytest.raises(ValidationError):
            StatusBatchRequest(job_ids=[JOB] * count)
