"""What is to be analysed, how far it is, how it ended: each travels as JSON and comes back the same."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pydantic import ValidationError

from handoff.api import AnalysisPhase, AnalyzeRequest, MergeRequest
from ml_analyze.order import Failed, Failure, Message, Order, Progress


def request(**metadata: object) -> AnalyzeRequest:
    return AnalyzeRequest.model_validate(
        {"file_url": "/shared/a.csv", "supplier_id": str(uuid4()), "file_type": "csv", "metadata": metadata}
    )


def test_an_order_keeps_all_that_the_request_says_of_the_file() -> None:
    job = uuid4()
    asked = request(checksum_sha256="a" * 64, member="in/list.csv", hints={"currency": "EUR"}, job_id=str(job))
    order = Order.for_file(asked, path="raw/a.csv", catalog_path="catalog/c.ndjson", request_id="r-1")
    assert (order.kind, order.path, order.catalog_path, order.request_id) == (
        "file",
        "raw/a.csv",
        "catalog/c.ndjson",
        "r-1",
    )
    assert (order.supplier_id, order.checksum_sha256, order.member) == (asked.supplier_id, "a" * 64, "in/list.csv")
    assert (order.hints.currency, order.courier_job_id) == ("EUR", job)
    assert Order.model_validate_json(order.model_dump_json()) == order


def test_an_order_of_items_names_no_file_of_a_supplier() -> None:
    order = Order.for_items(MergeRequest(), path="items/1.ndjson", catalog_path=None, request_id="r-2")
    assert (order.kind, order.path, order.member, order.courier_job_id) == ("items", "items/1.ndjson", None, None)
    with pytest.raises(ValidationError):
        order.path = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("phase", "read", "total", "percentage"),
    [
        (AnalysisPhase.READING, 0, 0, 0),
        (AnalysisPhase.READING, 50, 0, 0),
        (AnalysisPhase.MATCHING, 50, 0, 10),
        (AnalysisPhase.READING, 0, 100, 10),
        (AnalysisPhase.MATCHING, 50, 100, 54),
        (AnalysisPhase.MATCHING, 100, 100, 99),
        (AnalysisPhase.MATCHING, 999, 100, 99),
        (AnalysisPhase.DONE, 0, 0, 100),
    ],
)
def test_progress_is_never_whole_before_the_result_is_in_place(
    phase: AnalysisPhase, read: int, total: int, percentage: int
) -> None:
    assert Progress(phase=phase, rows_read=read, rows_total=total).percentage == percentage


def test_a_failure_is_raised_with_its_code_and_sent_as_a_message() -> None:
    error = Failed("NO_ITEMS", "None of the rows is an item.")
    assert (str(error), error.code) == ("None of the rows is an item.", "NO_ITEMS")
    message = Message(failure=Failure(code=error.code, message=error.message))
    assert Message.model_validate_json(message.model_dump_json(exclude_none=True)) == message
    assert message.progress is None and message.outcome is None
