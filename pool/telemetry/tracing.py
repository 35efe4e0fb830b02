"""Sends steps of traces to an OpenTelemetry collector. Without `otlp_endpoint` nothing of
OpenTelemetry is imported."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.errors import SettingsError
from gristmill.schemas.telemetry.spans import Span, is_sampled
from gristmill.schemas.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_TIMEOUT_S = 3.0
"""For one attempt to send; a collector that is away costs nobody more at the end."""
Told = Callable[[Span], None]


class Tracing:
    """Thread-safe; telling a step costs no wait: a thread of the SDK sends them. Raises
    SettingsError where the extra is missing."""

    def __init__(self, endpoint: str, exporter: "SpanExporter | None" = None) -> None:
        try:
            from gristmill.pool.telemetry.otel import Sending
        except ImportError as error:
            raise SettingsError(
                f"otlp_endpoint needs the extra `otel` ({error.name} is missing): "
                "pip install 'gristmill[otel]'"
            ) from None
        self._sending = Sending(endpoint, exporter, VERSION, _TIMEOUT_S)

    def told(self, span: Span) -> None:
        """A step has ended. One that is not sampled is dropped."""
        if is_sampled(span.place):
            self._sending.send(span)

    def close(self) -> None:
        """Send what waits, for a moment."""
        self._sending.close()


def tracing_of(settings: Settings) -> Tracing | None:
    """What sends steps where the settings say so, else None. Raises SettingsError."""
    return Tracing(settings.otlp_endpoint) if settings.otlp_endpoint else None
