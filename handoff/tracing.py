"""One trace from a click to a price row: spans of both services, sent by OTLP where an address is configured.

Without an address nothing of OpenTelemetry is imported, and a span costs one comparison. The SDK reads the rest of
its specification from the environment itself: ``OTEL_TRACES_SAMPLER``, ``OTEL_EXPORTER_OTLP_HEADERS``.

A trace travels as W3C Trace Context: as the header ``traceparent`` between the services, in the row of a job, in the
order of an analysis, in the entry of a queue. What stands there is only ever read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Literal

from flask import Flask, Response, g, request

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Link

HEADER = "traceparent"
Kind = Literal["internal", "server", "client", "consumer"]

#: none, or the one of this process
_here: list[TracerProvider] = []


def configure(endpoint: str, *, service: str, version: str) -> None:
    """Send spans of this process to the collector at ``endpoint`` (OTLP over HTTP, such as http://collector:4318).

    Once a process, after the last fork; an empty address leaves tracing off. A collector that is away costs a line
    of the log: spans are sent in the background, and what finds no room is dropped.
    """
    if not endpoint or _here:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    trace_to(BatchSpanProcessor(exporter), service=service, version=version)


def trace_to(processor: SpanProcessor | None, *, service: str = "", version: str = "") -> None:
    """Hand every span that ends to ``processor``; None turns tracing off."""
    while _here:
        _here.pop().shutdown()
    if processor is None:
        return
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    named = {"service.name": service, "service.version": version}
    _here.append(TracerProvider(resource=Resource.create(named)))
    _here[0].add_span_processor(processor)


def flush() -> None:
    """Send what has ended; for processes that end without Python's own goodbye."""
    for each in _here:
        each.force_flush(2000)


@contextmanager
def span(
    name: str,
    *,
    kind: Kind = "internal",
    parent: str | None = None,
    after: str | None = None,
    about: Mapping[str, object] | None = None,
) -> Iterator[None]:
    """A span of what the body does, below the one that is open here, else below ``parent``, else a trace of its own.

    ``parent`` and ``after`` are traceparents; ``after`` becomes a link: the attempt before this one. ``about`` are its
    attributes, without those that are None. An error is told
    by its class alone: its words may hold what no collector should know.
    """
    if not _here:
        yield
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode

    started = (
        _here[0]
        .get_tracer("courier")
        .start_as_current_span(
            name,
            context=None if parent is None or _within(parent) else _context(parent),
            kind=SpanKind[kind.upper()],
            links=_links(after),
            attributes={key: str(each) for key, each in (about or {}).items() if each is not None},
            record_exception=False,
            set_status_on_exception=False,
        )
    )
    with started as here:
        try:
            yield
        except BaseException as error:
            here.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


@contextmanager
def within(name: str, *, kind: Kind = "internal") -> Iterator[None]:
    """A span where a trace is under way; what a clock asks every second starts none."""
    if traceparent() is None:
        yield
        return
    with span(name, kind=kind):
        yield


def failed(error: BaseException) -> None:
    """The span that is open here ends as an error, though its body goes on."""
    if _here:
        from opentelemetry.trace import Status, StatusCode, get_current_span

        get_current_span().set_status(Status(StatusCode.ERROR, type(error).__name__))


def traceparent() -> str | None:
    """The span that is open here, for whoever goes on elsewhere; None without one."""
    if not _here:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(HEADER)


def headers() -> dict[str, str]:
    """What a request to the other service bears, or an entry of a queue."""
    here = traceparent()
    return {HEADER: here} if here else {}


def watch_requests(app: Flask, *, quiet: frozenset[str]) -> None:
    """A span for each request but those of ``quiet`` endpoints, which machines ask every few seconds."""

    def enter() -> None:
        if not _here or request.endpoint is None or request.endpoint in quiet:
            return
        g.spans = ExitStack()
        route = request.url_rule.rule if request.url_rule else request.path
        asked = {"http.request.method": request.method, "http.route": route}
        g.spans.enter_context(
            span(f"{request.method} {route}", kind="server", parent=request.headers.get(HEADER), about=asked)
        )

    def answered(response: Response) -> Response:
        if "spans" in g:
            from opentelemetry.trace import get_current_span

            get_current_span().set_attribute("http.response.status_code", response.status_code)
        return response

    def leave(_error: BaseException | None) -> None:
        if (spans := g.pop("spans", None)) is not None:
            spans.close()

    app.before_request(enter)
    app.after_request(answered)
    app.teardown_request(leave)


def _context(parent: str) -> Context:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({HEADER: parent})


def _within(parent: str) -> bool:
    """The span that is open here belongs to the trace of ``parent``."""
    here = traceparent()
    return here is not None and here[3:35] == parent[3:35]


def _links(after: str | None) -> list[Link]:
    if after is None:
        return []
    from opentelemetry import trace

    return [trace.Link(trace.get_current_span(_context(after)).get_span_context())]
