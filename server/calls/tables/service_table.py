"""The calls on the service itself, as data."""

from typing import Any

from gristmill.schemas.problems import errors, library_errors
from gristmill.schemas.problems.unready import Starting, WebFailing
from gristmill.schemas.views import IndexView, LivenessView, ReadinessView
from gristmill.server.calls.tables.call import Answer, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import ASKED_WRONGLY

INDEX = Call(
    name="index",
    method="GET",
    path="/",
    meaning="What this service can be asked.",
    scope=Scope.ANY,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, IndexView, "always"),),
    errors=ASKED_WRONGLY,
)
OPENAPI = Call(
    name="openapi",
    method="GET",
    path="/openapi.json",
    meaning="This description of every call, as OpenAPI 3.1.",
    scope=Scope.OPEN,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, dict[str, Any], "always"),),
    errors=ASKED_WRONGLY,
)
DOCS = Call(
    name="docs",
    method="GET",
    path="/docs",
    meaning="The same as a page to read.",
    scope=Scope.OPEN,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, str, "always", "text/html; charset=utf-8", example="<!doctype html>"),),
    errors=ASKED_WRONGLY,
)
DOCS_STYLE = Call(
    name="docs_style",
    method="GET",
    path="/docs.css",
    meaning="How that page looks.",
    scope=Scope.OPEN,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, str, "always", "text/css; charset=utf-8", example="body {}"),),
    errors=ASKED_WRONGLY,
)
LIVENESS = Call(
    name="liveness",
    method="GET",
    path="/healthz",
    meaning="Whether this process answers; it says nothing about the others.",
    scope=Scope.OPEN,
    cost=Cost.PROBE,
    names=Names.NOTHING,
    answers=(Answer(200, LivenessView, "always"),),
    errors=ASKED_WRONGLY,
)
READINESS = Call(
    name="readiness",
    method="GET",
    path="/readyz",
    meaning="Whether a supervisor answers, makes progress and has room; a 503 says what is wrong.",
    scope=Scope.OPEN,
    cost=Cost.PROBE,
    names=Names.NOTHING,
    answers=(Answer(200, ReadinessView, "nothing is wrong"),),
    errors=(
        *ASKED_WRONGLY,
        errors.SupervisorAway,
        errors.Draining,
        errors.Stalled,
        Starting,
        WebFailing,
        errors.WorkersFailing,
        library_errors.LibraryDamaged,
        errors.MemoryShort,
        errors.StorageFull,
        errors.StorageFailed,
    ),
)
