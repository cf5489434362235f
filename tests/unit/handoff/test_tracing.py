"""Spans: how they join, what they tell of an error, and that they cost nothing where nobody asked for them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.courier import deliver
from app.jobs import lifecycle
from app.models.phase import Phase
from embedded.environment import PROJECT
from handoff import tracing
from tests.fixtures.courier import Courier
from tests.servers.files import FileServer, Served


@pytest.fixture
def kept() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.trace_to(SimpleSpanProcessor(exporter), service="tests", version="1")
    yield exporter
    tracing.trace_to(None)


def named(kept: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [each for each in kept.get_finished_spans() if each.name == name]


def test_without_an_address_nothing_is_imported_and_nothing_is_told() -> None:
    code = (
        "import sys; from handoff import tracing; tracing.configure('', service='x', version='1')\n"
        "with tracing.span('a'): assert tracing.traceparent() is None and tracing.headers() == {}\n"
        "assert not [each for each in sys.modules if each.startswith('opentelemetry')]"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_span_joins_the_one_that_is_open_else_the_trace_it_was_given(kept: InMemorySpanExporter) -> None:
    with tracing.span("first"):
        given = tracing.traceparent()
        with tracing.span("inner", parent=given):
            pass
    with tracing.span("elsewhere", parent=given, after=given):
        pass
    first, inner, elsewhere = (named(kept, name)[0] for name in ("first", "inner", "elsewhere"))
    assert {each.context.trace_id for each in (inner, elsewhere)} == {first.context.trace_id}
    assert {each.parent.span_id for each in (inner, elsewhere) if each.parent} == {first.context.span_id}
    assert [link.context.span_id for link in elsewhere.links] == [first.context.span_id]


@pytest.mark.parametrize("given", ["", "00-zz", "x" * 10_000, "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_broken_traceparent_begins_a_trace_of_its_own(kept: InMemorySpanExporter, given: str) -> None:
    with tracing.span("alone", parent=given):
        pass
    assert named(kept, "alone")[0].parent is None


def test_an_error_is_told_by_its_class_and_not_by_its_words(kept: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), tracing.span("breaks"):
        raise ValueError("a secret")
    (span,) = named(kept, "breaks")
    assert span.status.description == "ValueError"
    assert not span.events
    assert "secret" not in span.to_json()


def test_what_a_clock_asks_starts_no_trace(kept: InMemorySpanExporter) -> None:
    with tracing.within("poll"):
        pass
    assert not kept.get_finished_spans()


def test_a_step_that_is_tried_again_names_the_try_before_in_the_same_trace(
    kept: InMemorySpanExporter, courier: Courier, files: FileServer
) -> None:
    job = courier.fetch(courier.supplier(files.put("/later.csv", Served(statuses=[503, 503, 503]))))
    deliver.deliver(job.id)
    assert lifecycle.get(job.id).phase == Phase.DOWNLOADING  # it waits for its second try
    courier.step(job)
    first, again = named(kept, "deliver")
    assert first.context.trace_id == again.context.trace_id == named(kept, "open job")[0].context.trace_id
    assert [link.context.span_id for link in again.links] == [first.context.span_id]
    assert first.status.description == again.status.description == "SourceUnreachable"
