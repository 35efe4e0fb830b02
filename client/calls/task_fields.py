"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from collections.abc import Mapping
from typing import Any, TypedDict

from gristmill.schemas.jobs.options import GivenOptions


class TaskFields(TypedDict, total=False):
    """As in IngestionTask."""

    collection: str
    priority: int
    metadata: dict[str, Any]
    options: GivenOptions | Mapping[str, Any]
    timeout_s: float | None
    webhook: str | None
