"""docling-serve, as data: as far as a file is converted by it."""

from gristmill.schemas.drop_in.docling import (
    ConvertDocumentResponse,
    DoclingHealth,
    TaskFailureResult,
    TaskStatus,
)
from gristmill.schemas.problems import errors, protocol_errors
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.job_table import WAIT
from gristmill.server.calls.tables.shared_entries import ASKED_WRONGLY, READING
from gristmill.server.messages.kinds import Id
from gristmill.server.messages.parameters import Parameter, ParameterPlace
from gristmill.server.protocols.tables.handed_in import HANDING_IN

FILES = Body(
    ("multipart/form-data",),
    bytes,
    "One part `files` with a file name. Options are passed over, but for `target_type`, which may "
    "be `inbody` alone.",
    '--x\r\nContent-Disposition: form-data; name="files"; filename="report.txt"\r\n\r\n'
    "Income grew by 4%.\r\n--x--\r\n",
)
CONVERT = Call(
    name="docling_convert",
    method="POST",
    path="/v1/convert/file",
    meaning="The text of a file, as docling-serve answers it.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BODY,
    bodies=(FILES,),
    answers=(Answer(200, ConvertDocumentResponse, "it was read", headers=("Location",)),),
    errors=(*HANDING_IN, protocol_errors.ConversionTimedOut, protocol_errors.TargetUnavailable),
)
TASK = Parameter(
    "task_id",
    Id(),
    "The task, which is a job.",
    ParameterPlace.PATH,
    required=True,
    example=samples.JOB_ID,
)
_LOOKUP = (*READING, errors.JobNotFound, errors.BrokenManifest)
SUBMIT = Call(
    name="docling_submit",
    method="POST",
    path=f"{CONVERT.path}/async",
    meaning="Hand in a file as docling-serve takes it, and ask for its text later.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BODY,
    bodies=(FILES,),
    answers=(Answer(200, TaskStatus, "it is accepted", headers=("Location",)),),
    errors=(*HANDING_IN, protocol_errors.TargetUnavailable),
)
POLL = Call(
    name="docling_poll",
    method="GET",
    path="/v1/status/poll/{task_id}",
    meaning="What has become of a task of docling-serve.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.TASK,
    parameters=(TASK, WAIT),
    answers=(Answer(200, TaskStatus, "there is such a task"),),
    errors=_LOOKUP,
)
RESULT = Call(
    name="docling_result",
    method="GET",
    path="/v1/result/{task_id}",
    meaning="The text that a task of docling-serve has made.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.TASK,
    parameters=(TASK,),
    answers=(Answer(200, ConvertDocumentResponse | TaskFailureResult, "it has ended"),),
    errors=(*_LOOKUP, protocol_errors.AnswerTooLarge, protocol_errors.StillReading),
)
HEALTH = Call(
    name="docling_health",
    method="GET",
    path="/health",
    meaning="Whether this process answers, to clients of docling-serve.",
    scope=Scope.OPEN,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, DoclingHealth, "always"),),
    errors=ASKED_WRONGLY,
)
VERSIONS = dict[str, str]
VERSION = Call(
    name="docling_version",
    method="GET",
    path="/version",
    meaning="Versions, to clients of docling-serve.",
    scope=Scope.ANY,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, VERSIONS, "always"),),
    errors=ASKED_WRONGLY,
)
CALLS = (CONVERT, SUBMIT, POLL, RESULT, HEALTH, VERSION)
