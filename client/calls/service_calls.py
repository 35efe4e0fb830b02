"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from typing import Any

from gristmill.client.asks import Ask, Form
from gristmill.schemas.views import IndexView, LivenessView, ReadinessView


def liveness() -> Ask[LivenessView]:
    """Whether this process answers; it says nothing about the others."""
    return Ask("GET", "/healthz", Form.JSON, {200: LivenessView})


def readiness() -> Ask[ReadinessView]:
    """Whether a supervisor answers, makes progress and has room; a 503 says what is wrong."""
    return Ask("GET", "/readyz", Form.JSON, {200: ReadinessView})


def index() -> Ask[IndexView]:
    """What this service can be asked."""
    return Ask("GET", "/", Form.JSON, {200: IndexView})


def openapi() -> Ask[dict[str, Any]]:
    """This description of every call, as OpenAPI 3.1."""
    return Ask("GET", "/openapi.json", Form.JSON, {200: dict[str, Any]})


def docs() -> Ask[str]:
    """The same as a page to read."""
    return Ask("GET", "/docs", Form.TEXT, {200: str})


def docs_style() -> Ask[str]:
    """How that page looks."""
    return Ask("GET", "/docs.css", Form.TEXT, {200: str})
