"""What Schemathesis has to know of this service beside its OpenAPI document. Loaded by it, by the
path in `SCHEMATHESIS_HOOKS`."""

import json
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.core import NOT_SET

LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
BEYOND_THE_SCHEMA = frozenset(
    (
        *("invalid_cursor", "invalid_filter", "invalid_query", "unsupported_option"),
        *("unknown_step", "step_unavailable", "tokenizer_unavailable"),
    )
)
"""What of a request is valid only here: a cursor of this list, a field or a step that exists."""
RULES = (
    "must be at most half of",
    "goes with chunk_max_tokens",
    "by characters or by tokens",
    "a step is named once",
    "`expires_at` has passed",
    "say which documents",
    "change the options or the name",
    "the webhook is no URL",
    "the webhook may not be called",
    "is no name of a collection",
)
"""What may go together, what time it is, and which names are taken: no schema says that."""
FILTERS = ("pages > 10", "language = en", "collection = reports or title : report", "not uri = a")
JOB_FILTERS = ("failed > 10", "code = x", "submitted_at < 2026", "collection = a or key exists")
FIELDS = ("media_type", "collection,media_type", "language", "uri,job_id")

schemathesis.openapi.format("filter", st.sampled_from(FILTERS))
schemathesis.openapi.format("job-filter", st.sampled_from(JOB_FILTERS))
schemathesis.openapi.format("fields", st.sampled_from(FIELDS))


@schemathesis.hook
def filter_case(ctx: Any, case: Any) -> bool:
    """With `name`, JSON is a document as it is, whatever it holds, and no body an empty one, which
    is accepted and then fails as `empty`: OpenAPI cannot say that."""
    if "name" not in (case.query or {}):
        return True
    return case.media_type != "application/json" and case.body is not NOT_SET


@schemathesis.serializer(*LINES)
def lines(ctx: Any, value: Any) -> bytes:
    """A JSON value a line; what is no array is one line."""
    values = value if isinstance(value, list | tuple) else [value]
    return b"".join(json.dumps(each).encode() + b"\n" for each in values)


@schemathesis.deserializer(*LINES)
def values(ctx: Any, response: Any) -> list[Any]:
    return [json.loads(line) for line in response.content.splitlines()]


@schemathesis.check
def a_valid_request_is_no_invalid_request(ctx: Any, response: Any, case: Any) -> None:
    """What the schema allows is refused for nothing but what no schema can say."""
    if response.status_code != 400 or case.meta is None:
        return
    if not case.meta.generation.mode.is_positive:
        return
    problem = response.json()
    code, detail = problem["code"], problem["detail"]
    # Which parameters there are depends on the kind of body: OpenAPI has no words for that.
    allowed = code in BEYOND_THE_SCHEMA or any(rule in detail for rule in RULES)
    if case.operation.definition.raw.get("operationId") == "submit":
        allowed = allowed or code == "unknown_parameter"
    assert allowed, f"valid as the schema has it, refused as {code}: {detail}"
