"""docling-serve, as data: as far as a file is converted by it."""

from gristmill.schemas.drop_in.docling import ConvertDocumentResponse, DoclingHealth
from gristmill.schemas.problems import protocol_errors
from gristmill.server.calls.tables.call import Answer, Body, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import ASKED_WRONGLY
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
CALLS = (CONVERT, HEALTH, VERSION)
