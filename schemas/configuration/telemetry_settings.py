"""The settings of what a service says of itself, a part of `Settings`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gristmill.schemas.configuration.drop_in_settings import DropInSettings


class TelemetrySettings(
    DropInSettings, msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """How it logs, and where its traces go. A struct has one base: so those of mirrors are
    below."""

    log_format: Annotated[
        Literal["text", "json"],
        Meta(description="How the log says things on stderr: lines for people, or JSON objects."),
    ] = "text"
    log_level: Annotated[
        Literal["warning", "info", "debug"],
        Meta(
            description="What the log says: what goes wrong; starts, stops, restarts and jobs that "
            "failed, too; or each request, transition and document as well."
        ),
    ] = "info"
    otlp_endpoint: Annotated[
        str,
        Meta(
            title="http://HOST:PORT or https://HOST:PORT",
            pattern=r"^(https?://.+)?\Z",
            description="Where traces are sent (OTLP over HTTP), such as "
            "`http://127.0.0.1:4318/v1/traces`; needs the extra `otel`. Empty: nowhere.",
        ),
    ] = ""
