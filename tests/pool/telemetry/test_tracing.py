"""Steps that are told end up as spans of OpenTelemetry, with the ids that others refer to."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from support.job_samples import NOON, queued

from gristmill.pool.settling.ending import ended, event_for, reopened, running
from gristmill.pool.telemetry.job_spans import spans_of
from gristmill.pool.telemetry.tracing import Tracing, tracing_of
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.problems.errors import SettingsError
from gristmill.schemas.telemetry.spans import Span, below, is_sampled, place_of_job

memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def sent(*spans: Span) -> list[Any]:
    exporter = memory.InMemorySpanExporter()
    tracing = Tracing("http://127.0.0.1:1", exporter)
    for span in spans:
        tracing.told(span)
    tracing._sending._provider.force_flush()
    found = list(exporter.get_finished_spans())
    tracing.close()
    return found


def ids(traceparent: str) -> tuple[int, int]:
    _, trace, span, _ = traceparent.split("-")
    return int(trace, 16), int(span, 16)


def ended_job() -> Manifest:
    begun = running(queued(traceparent=PARENT), NOON + timedelta(seconds=2))
    counts = Counts(total=1, failed=1)
    event = event_for(counts, cancelled=False, error=None)
    return ended(begun, event, counts, None, NOON + timedelta(seconds=5))


def test_a_step_has_its_place_its_parent_its_times_and_its_error() -> None:
    place = below(PARENT)
    (span,) = sent(Span("commit", place, PARENT, 1_000, 2_500, {"a": 1}, "timeout"))
    assert (span.context.trace_id, span.context.span_id) == ids(place)
    assert (span.parent.trace_id, span.parent.span_id) == ids(PARENT)
    assert (span.name, span.start_time, span.end_time) == ("commit", 1_000, 2_500)
    assert dict(span.attributes) == {"a": 1}
    assert span.status.description == "timeout" and not span.status.is_ok
    assert span.resource.attributes["service.name"] == "gristmill"


def test_a_trace_may_begin_with_us_and_each_is_one_of_its_own() -> None:
    first, second = (Span("GET index", below(None), None, 1, 2) for _ in range(2))
    spans = sent(first, second)
    assert [each.parent for each in spans] == [None, None]
    assert [(s.context.trace_id, s.context.span_id) for s in spans] == [
        ids(first.place),
        ids(second.place),
    ]
    assert spans[0].context.trace_id != spans[1].context.trace_id


def test_what_its_sender_does_not_sample_is_not_sent() -> None:
    unsampled = PARENT[:-2] + "00"
    assert not is_sampled(below(unsampled)) and is_sampled(below(PARENT))
    assert sent(Span("document", below(unsampled), unsampled, 1, 2)) == []
    assert spans_of(msgspec.structs.replace(ended_job(), traceparent=unsampled)) == []


def test_a_run_of_a_job_is_a_step_with_its_wait_below_it() -> None:
    end = ended_job()
    job, wait = spans_of(end)
    assert (job.name, job.parent, wait.name, wait.parent) == ("job", PARENT, "wait", job.place)
    assert job.place == place_of_job(PARENT, end.job_id, 1)
    assert wait.end_ns - wait.start_ns == 2_000_000_000
    assert job.end_ns - job.start_ns == 5_000_000_000
    assert job.error == "documents_failed" and job.attributes["gristmill.state"] == "failed"


def test_a_retry_is_another_step_of_the_same_trace() -> None:
    end = ended_job()
    again = running(reopened(end, NOON + timedelta(seconds=60)), NOON + timedelta(seconds=61))
    last = msgspec.structs.replace(again, finished_at=NOON + timedelta(seconds=63))
    first, second = spans_of(end)[0], spans_of(last)[0]
    assert first.place != second.place and first.parent == second.parent
    assert second.end_ns - second.start_ns == 3_000_000_000


def test_without_an_endpoint_nothing_is_sent_and_nothing_is_imported() -> None:
    assert tracing_of(Settings()) is None
    look = (
        "import sys, gristmill.pool.supervisor.supervisor, gristmill.server.transport.runner;"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'prometheus'))])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_where_the_extra_is_missing_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gristmill.pool.telemetry.otel", None)
    with pytest.raises(SettingsError, match=r"extra `otel`.*pip install 'gristmill\[otel\]'"):
        tracing_of(Settings(otlp_endpoint="http://127.0.0.1:4318/v1/traces"))
