"""The settings of those who are told what happens: streams of events, and webhooks."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gristmill.schemas.configuration.telemetry_settings import TelemetrySettings


class TellingSettings(
    TelemetrySettings, msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Who is told of jobs, and how; a part of `Settings`. A struct has one base, so that these
    stand in a row."""

    max_event_streams: Annotated[
        int, Meta(ge=1, le=100_000, description="Streams of events of one web process.")
    ] = 500
    max_peer_event_streams: Annotated[
        int, Meta(ge=1, le=100_000, description="The same for one client address.")
    ] = 250
    webhook_allow: Annotated[
        list[Annotated[str, Meta(title="NETWORK such as 10.0.0.0/8")]],
        Meta(description="Networks that webhooks may call though they are not public."),
    ] = []
    webhook_secret_file: Annotated[
        str, Meta(description="File with the secret of webhooks whose collection has no own.")
    ] = ""
    webhook_retry_s: Annotated[
        float,
        Meta(
            gt=0,
            le=86_400,
            description="Seconds before the second try of a webhook; later pauses grow.",
        ),
    ] = 5.0
