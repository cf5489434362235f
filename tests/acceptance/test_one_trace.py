"""One trace from a click to a price row, through both services and every process."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import requests
from sqlalchemy import select

from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import PriceHistory
from app.models.phase import Outcome
from app.suppliers import editing
from tests.fixtures.stack import PASSWORD, Stack
from tests.servers.collector import Span

LIST = b"sku;name;price\n" + b"".join(b"T-%d;Tape %d m;%d.50\n" % (n, n, n) for n in range(1, 20))
#: what must be among the spans of one file, by service
STEPS = {
    ("courier", "POST /api/v1/admin/sync"),
    ("courier", "open job"),
    ("courier", "app.tasks.run_step"),
    ("courier", "deliver"),
    ("courier", "fetch"),
    ("courier", "POST /analyze/file"),
    ("ml-analyze", "POST /analyze/file"),
    ("ml-analyze", "analysis"),
    ("courier", "apply"),
}


def test_every_span_of_a_file_is_joined_from_the_request_to_its_price_rows(stack: Stack) -> None:
    url = stack.files.put(f"/{uuid4().hex}.csv", LIST)
    with stack.context():
        fields = editing.SupplierFields(name=f"Traced {uuid4().hex[:6]}", source_type="csv", source_url=url)
        supplier_id = editing.create(fields, actor="tests").id
    begun = len(stack.collector.spans)
    sign_in = {"username": "admin", "password": PASSWORD}
    token = requests.post(f"{stack.url}/api/v1/auth/login", json=sign_in, timeout=30).json()["token"]
    asked = requests.post(
        f"{stack.url}/api/v1/admin/sync",
        json={"supplier_id": str(supplier_id)},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert asked.status_code == 202, asked.text
    job = stack.wait(UUID(asked.json()["task_id"]))
    assert job.outcome in (Outcome.SUCCESS, Outcome.WARNINGS)
    assert job.traceparent is not None
    trace = job.traceparent[3:35]

    spans = told(stack, trace)
    assert {(each.service, each.name) for each in spans} >= STEPS
    known = {each.id for each in spans}
    assert [each.name for each in spans if each.parent not in known] == ["POST /api/v1/admin/sync"]

    older = {each.trace for each in stack.collector.spans[:begun]}  # of files before this one, which end when they do
    since = [each for each in stack.collector.spans[begun:] if each.trace not in older]
    ids = {each.id for each in since}
    lost = [each for each in since if each.parent and each.parent not in ids]
    assert len(lost) <= len(since) / 100, lost
    with stack.context():
        rows = db.session.scalars(select(PriceHistory.job_id).where(PriceHistory.job_id == job.id)).all()
        assert len(rows) == 19
        assert {lifecycle.get(each).traceparent for each in rows} == {job.traceparent}


def told(stack: Stack, trace: str) -> list[Span]:
    """The spans of the trace once every process has sent its own, which takes half a second each."""
    deadline = time.monotonic() + 30
    while True:
        spans = [each for each in list(stack.collector.spans) if each.trace == trace]
        if {(each.service, each.name) for each in spans} >= STEPS or time.monotonic() > deadline:
            return spans
        time.sleep(0.1)
