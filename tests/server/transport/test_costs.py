"""What a request costs, by the table of calls, and what of its body is in memory at once."""

import re

import pytest

from gristmill.server.calls.tables.call import Cost
from gristmill.server.calls.tables.table import CALLS
from gristmill.server.transport.costs import cost_of, decoded_at_once

JSON = "application/json"


@pytest.mark.parametrize(
    ("method", "path", "cost"),
    [
        ("GET", "/healthz", Cost.PROBE),
        ("HEAD", "/readyz", Cost.PROBE),
        ("POST", "/readyz", Cost.PLAIN),
        ("GET", "/search", Cost.SEARCH),
        ("HEAD", "//search/", Cost.SEARCH),
        ("GET", "/export", Cost.STREAM),
        ("POST", "/ingest/batch", Cost.BATCH),
        ("GET", "/ingest/batch", Cost.PLAIN),
        ("POST", "/ingest", Cost.PLAIN),
        ("GET", "/", Cost.PLAIN),
        ("GET", "/searching", Cost.PLAIN),
    ],
)
def test_the_cost_of_a_call_however_its_path_is_written(method: str, path: str, cost: Cost) -> None:
    assert cost_of(method, path) is cost


@pytest.mark.parametrize(
    ("method", "path", "query", "media_type", "decoded"),
    [
        ("POST", "/ingest", "", JSON, 500),
        ("POST", "//ingest/", "", "Application/JSON; charset=utf-8", 500),
        ("POST", "/ingest", "collection=x", JSON, 500),
        ("POST", "/ingest", "name=a.json", JSON, 0),
        ("POST", "/ingest", "", "application/pdf", 0),
        ("POST", "/ingest", "", "multipart/form-data; boundary=x", 0),
        ("POST", "/ingest/batch", "", "application/x-ndjson", 100),
        ("PUT", "/ingest", "", JSON, 0),
        ("POST", "/documents", "", JSON, 0),
    ],
)
def test_what_of_a_body_is_decoded_at_once(
    method: str, path: str, query: str, media_type: str, decoded: int
) -> None:
    assert decoded_at_once(method, path, query, media_type, 500, 100) == decoded


def test_every_call_costs_what_its_entry_in_the_table_says() -> None:
    for call in CALLS:
        path = re.sub(r"{\w+}", "abc", call.path)
        assert cost_of(call.method, path) is call.cost, call.line
