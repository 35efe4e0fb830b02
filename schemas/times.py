"""Times as they are told: UTC, ISO 8601 with its zone."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Utc = Annotated[datetime, Meta(extra_json_schema={"format": "date-time"})]
"""A moment in an answer; whoever makes one makes it in UTC, so that it ends with a Z."""
