"""The calls that the overview is made of, as data."""

from gristmill.schemas.overview import HistoryView, OverviewView, Span
from gristmill.server.calls.tables.call import Answer, Call, Cost, Names, Scope
from gristmill.server.calls.tables.job_table import IF_NONE_MATCH
from gristmill.server.calls.tables.shared_entries import READING
from gristmill.server.messages.kinds import Word
from gristmill.server.messages.parameters import Parameter

SPAN = Parameter("span", Word(Span, Span.HOUR), "How far back it goes.")
_SAME = Answer(304, None, "it is as `If-None-Match` knows it")

OVERVIEW = Call(
    name="overview",
    method="GET",
    path="/overview",
    meaning="The service at a glance: jobs by state, workers, room, and what to do where something "
    "is wrong.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    parameters=(IF_NONE_MATCH,),
    answers=(Answer(200, OverviewView, "always; it is at most a second old"), _SAME),
    errors=READING,
)
HISTORY = Call(
    name="history",
    method="GET",
    path="/overview/history",
    meaning="Queue and throughput over the last hour, day or week; empty for a key that is bound "
    "to collections.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    parameters=(SPAN, IF_NONE_MATCH),
    answers=(Answer(200, HistoryView, "always"), _SAME),
    errors=READING,
)
