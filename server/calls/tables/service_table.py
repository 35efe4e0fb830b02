"""The calls on the service itself, as data."""

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
