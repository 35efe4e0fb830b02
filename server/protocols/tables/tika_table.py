"""Apache Tika's server, as data: as far as clients use it to read documents."""

from enum import StrEnum

from gristmill.server.calls.tables.call import JSON, Answer, Call, Cost, Names, Scope
from gristmill.server.messages.kinds import Text, Word
from gristmill.server.messages.parameters import Parameter, ParameterPlace
from gristmill.server.protocols.tables.handed_in import DOCUMENT, HANDING_IN


class Handler(StrEnum):
    """How Tika writes the content of a document, as its paths name that."""

    TEXT = "text"
    HTML = "html"
    XML = "xml"
    BODY = "body"
    IGNORE = "ignore"


PLAIN, HTML, CSV = "text/plain", "text/html", "text/csv"
DISPOSITION = Parameter(
    "Content-Disposition",
    Text(),
    "Names the file.",
    ParameterPlace.HEADER,
    example='attachment; filename="report.txt"',
)
HANDLER = Parameter(
    "handler",
    Word(Handler),
    "How the text is written; `xml` and `body` are HTML as well.",
    ParameterPlace.PATH,
    required=True,
)
ACCEPT = Parameter(
    "Accept",
    Text("one of the media types of the answers"),
    "How the answer is written.",
    ParameterPlace.HEADER,
    example=JSON,
)
METADATA = dict[str, str | list[str]]
_AS_TEXT = Answer(200, str, "it was read", f"{PLAIN}; charset=utf-8", example="Income grew by 4%.")
_AS_HTML = Answer(
    200,
    str,
    "`Accept: text/html`",
    f"{HTML}; charset=utf-8",
    example="<!doctype html><html><body><p>Income grew by 4%.</p></body></html>",
)
_AS_CSV = Answer(
    200, str, "it was read", f"{CSV}; charset=utf-8", example='"Content-Type","text/plain"\n'
)
_AS_JSON = Answer(200, METADATA, "`Accept: application/json`; the text is `X-TIKA:content`")
_JSON_ALWAYS = Answer(200, METADATA, "it was read; the text is `X-TIKA:content`")
_ALL = Answer(200, list[METADATA], "it was read; a member of an archive or mail has its own")


def _call(name: str, path: str, meaning: str, *answers: Answer) -> Call:
    chosen = (HANDLER,) if "{" in path else ()
    return Call(
        name=name,
        method="PUT",
        path=path,
        meaning=meaning,
        scope=Scope.INGEST,
        cost=Cost.PLAIN,
        names=Names.BODY,
        parameters=(*chosen, DISPOSITION, ACCEPT),
        bodies=(DOCUMENT,),
        answers=answers,
        errors=HANDING_IN,
    )


TIKA = _call(
    "tika",
    "/tika",
    "The text of a document, as Apache Tika's server answers it.",
    *(_AS_TEXT, _AS_HTML, _AS_JSON),
)
TIKA_AS = _call(
    "tika_as", f"{TIKA.path}/{{handler}}", "Metadata of a document with its text.", _JSON_ALWAYS
)
META = _call(
    "tika_meta", "/meta", "What is known of a document, without its text.", _AS_CSV, _AS_JSON
)
RMETA = _call("tika_rmeta", "/rmeta", "Metadata of a document and its members, and HTML.", _ALL)
RMETA_AS = _call(
    "tika_rmeta_as",
    f"{RMETA.path}/{{handler}}",
    "Metadata of a document and its members, each with its text.",
    _ALL,
)
CALLS = (TIKA, TIKA_AS, META, RMETA, RMETA_AS)
