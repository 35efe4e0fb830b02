"""Open WebUI's external document loader, as data."""

from gristmill.schemas.drop_in.openwebui import LoadedDocument
from gristmill.server.calls.tables.call import Answer, Call, Cost, Names, Scope
from gristmill.server.messages.kinds import Text
from gristmill.server.messages.parameters import Parameter, ParameterPlace
from gristmill.server.protocols.tables.handed_in import DOCUMENT, HANDING_IN

FILENAME = Parameter(
    "X-Filename",
    Text(),
    "The name of the file, percent-encoded.",
    ParameterPlace.HEADER,
    example="annual%20report.pdf",
)
PROCESS = Call(
    name="openwebui_process",
    method="PUT",
    path="/process",
    meaning="Open WebUI hands in a file, and waits for the text of it as Markdown.",
    scope=Scope.INGEST,
    cost=Cost.PLAIN,
    names=Names.BODY,
    parameters=(FILENAME,),
    bodies=(DOCUMENT,),
    answers=(
        Answer(
            200,
            list[LoadedDocument],
            "it was read; an archive or a mail is one of each document",
            headers=("Location",),
        ),
    ),
    errors=HANDING_IN,
)
CALLS = (PROCESS,)
