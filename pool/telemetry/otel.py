"""Steps of traces as OpenTelemetry's SDK sends them. Imported only where they are asked for."""

import threading

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from gristmill.schemas.telemetry.spans import Span


class _Given(IdGenerator):
    """Ids that are known before: others refer to them already."""

    def __init__(self) -> None:
        self._of = threading.local()

    def take(self, trace_id: int, span_id: int) -> None:
        self._of.trace, self._of.span = trace_id, span_id

    def generate_trace_id(self) -> int:
        return int(self._of.trace)

    def generate_span_id(self) -> int:
        return int(self._of.span)


class Sending:
    """`exporter` takes the place of the one over HTTP."""

    def __init__(
        self, endpoint: str, exporter: SpanExporter | None, version: str, timeout_s: float
    ) -> None:
        self._ids = _Given()
        resource = Resource.create({"service.name": "gristmill", "service.version": version})
        # What is sampled is said by the flags of each trace.
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=resource,
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        exporter = exporter or OTLPSpanExporter(endpoint=endpoint, timeout=timeout_s)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("gristmill", version)
        self._flush_ms = int(timeout_s * 1000)

    def send(self, span: Span) -> None:
        own = _context(span.place)
        self._ids.take(own.trace_id, own.span_id)
        above = None if span.parent is None else NonRecordingSpan(_context(span.parent))
        began = self._tracer.start_span(
            span.name,
            # Not the thread's own, which is somebody else's.
            context=set_span_in_context(above or NonRecordingSpan(_NOWHERE)),
            attributes=span.attributes,
            start_time=span.start_ns,
        )
        if span.error is not None:
            began.set_status(Status(StatusCode.ERROR, span.error))
        began.end(span.end_ns)

    def close(self) -> None:
        self._provider.force_flush(self._flush_ms)
        self._provider.shutdown()


_NOWHERE = SpanContext(0, 0, is_remote=False)


def _context(traceparent: str) -> SpanContext:
    _, trace, span, flags = traceparent.split("-")
    return SpanContext(int(trace, 16), int(span, 16), True, TraceFlags(int(flags, 16)))
