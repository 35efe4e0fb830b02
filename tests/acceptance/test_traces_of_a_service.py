"""One trace leads from a request over the queue and a worker to the commit, sent to a real receiver
of OTLP over HTTP."""

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from support.running import Service, ask, text

trace_service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")

MakeService = Callable[..., Service]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


class Receiver:
    """Keeps what is sent to it."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                told = trace_service.ExportTraceServiceRequest.FromString(body)
                for resource in told.resource_spans:
                    for scope in resource.scope_spans:
                        receiver.spans += scope.spans
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def of(self, trace: str) -> list[Any]:
        return [span for span in self.spans if span.trace_id.hex() == trace]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.mark.slow
def test_a_trace_goes_from_the_request_over_queue_and_worker_to_the_commit(
    make_service: MakeService, receiver: Receiver
) -> None:
    service = make_service("--workers", "1", "--otlp-endpoint", receiver.url).start()
    job_id = service.accepted(text("flour"), text(""), headers={"traceparent": PARENT})
    service.ended(job_id)
    unsampled = service.accepted(text("x"), headers={"traceparent": f"{PARENT[:-2]}00"})
    service.ended(unsampled)
    assert service.stop() == 0

    spans = receiver.of(TRACE)
    by_name = {span.name: span for span in spans}
    assert sorted(span.name for span in spans) == [
        *("POST submit", "commit", "document", "document", "job", "wait"),
    ]
    request, job = by_name["POST submit"], by_name["job"]
    assert request.parent_span_id.hex() == "00f067aa0ba902b7"
    assert job.parent_span_id == request.span_id
    for name in ("wait", "document", "commit"):
        assert by_name[name].parent_span_id == job.span_id, name
    for span in spans:
        assert span.start_time_unix_nano <= span.end_time_unix_nano
    assert job.start_time_unix_nano <= by_name["commit"].start_time_unix_nano
    assert by_name["commit"].end_time_unix_nano <= job.end_time_unix_nano + 1_000_000_000
    told = {each.key: each.value for each in request.attributes}
    assert told["gristmill.job"].string_value == job_id
    assert told["http.response.status_code"].int_value == 202


@pytest.mark.slow
def test_a_receiver_that_is_away_costs_no_job_and_hardly_any_time(
    make_service: MakeService,
) -> None:
    away = "http://127.0.0.1:9/v1/traces"
    service = make_service("--workers", "1", "--otlp-endpoint", away).start()
    assert service.ended(service.accepted(text("flour")))["state"] == "succeeded"
    assert service.stop() == 0


def test_an_endpoint_that_is_none_is_refused_with_its_setting() -> None:
    code, _, told = ask("serve", "--otlp-endpoint", "collector:4318")
    assert code == 5 and "otlp_endpoint" in told.replace("-", "_")
