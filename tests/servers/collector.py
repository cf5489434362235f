"""What takes spans in: a collector of OTLP over HTTP that keeps them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.servers.wire import Exchange, WireServer


@dataclass(frozen=True)
class Span:
    """Ids as hexadecimal; ``parent`` is empty for the first of a trace."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    links: tuple[str, ...]


class Collector(WireServer):
    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.spans: list[Span] = []

    def answer(self, exchange: Exchange) -> None:
        body = exchange.body()
        sent = ExportTraceServiceRequest.FromString(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        for each in sent.resource_spans:
            service = next(one.value.string_value for one in each.resource.attributes if one.key == "service.name")
            self.spans += [
                Span(
                    service,
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    tuple(link.span_id.hex() for link in span.links),
                )
                for scope in each.scope_spans
                for span in scope.spans
            ]
        exchange.reply(200)
