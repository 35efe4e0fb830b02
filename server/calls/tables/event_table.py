"""The calls that are answered by a stream of events, as data."""

from gristmill.schemas.events import StreamedEvent
from gristmill.schemas.problems import errors
from gristmill.schemas.problems.overload import TooManyStreams
from gristmill.server import paths
from gristmill.server.calls.tables.call import Answer, Call, Cost, Names, Scope
from gristmill.server.calls.tables.job_table import JOB_ID
from gristmill.server.calls.tables.shared_entries import COLLECTION, READING
from gristmill.server.events.wording import EVENT_FIELDS, EVENT_STREAM
from gristmill.server.messages.kinds import Condition, Text
from gristmill.server.messages.parameters import Parameter, ParameterPlace

LAST_EVENT_ID = Parameter(
    "Last-Event-ID",
    Text(),
    "The last `id` that was read: the stream goes on after it.",
    ParameterPlace.HEADER,
    example="7-1234",
)
EVENT_FILTER = Parameter(
    "filter",
    Condition(
        "a filter on events, such as `event = job and state in (failed, partial)`",
        fields=EVENT_FIELDS,
    ),
    "Only events that pass this.",
    example="event = job",
)
_STREAMING = (*READING, errors.SupervisorAway, TooManyStreams)

JOB_EVENTS = Call(
    name="job_events",
    method="GET",
    path=paths.JOB_EVENTS,
    meaning="What happens to a job and its documents, as server-sent events, until it has ended.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.JOB,
    parameters=(JOB_ID, LAST_EVENT_ID),
    answers=(
        Answer(200, StreamedEvent, "there is something to tell", EVENT_STREAM),
        Answer(204, None, "the job has ended, and who has that `Last-Event-ID` knows it"),
    ),
    errors=(*_STREAMING, errors.JobNotFound, errors.BrokenManifest),
)
ALL_EVENTS = Call(
    name="events",
    method="GET",
    path="/events",
    meaning="What happens to all jobs and their documents, as server-sent events, without end.",
    scope=Scope.JOBS,
    cost=Cost.PLAIN,
    names=Names.PARAMETER,
    parameters=(EVENT_FILTER, COLLECTION, LAST_EVENT_ID),
    answers=(Answer(200, StreamedEvent, "always", EVENT_STREAM),),
    errors=(*_STREAMING, errors.InvalidFilter),
)
