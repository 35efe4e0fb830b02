"""`PUT /tika`, `/meta` and `/rmeta`, as clients of Apache Tika's server ask them."""

import csv
import io
import re
from email.message import Message
from typing import Any

import falcon

from gristmill.schemas.rendering.forms import ContentForm
from gristmill.server.calls.asked import Asked, Handlers
from gristmill.server.calls.tables.call import JSON
from gristmill.server.messages import replies
from gristmill.server.protocols.handing_in import Contents, Found, awaited, hand_in
from gristmill.server.protocols.raw_bodies import handed
from gristmill.server.protocols.tables import tika_table as table
from gristmill.server.protocols.tables.tika_table import CSV, HTML, PLAIN, Handler
from gristmill.server.services import Services

_FORMS = {
    Handler.TEXT: ContentForm.TEXT,
    Handler.HTML: ContentForm.HTML,
    Handler.XML: ContentForm.HTML,
    Handler.BODY: ContentForm.HTML,
    Handler.IGNORE: None,
}
_AS_BYTES = re.compile(r"b'.+'")
_CONTENT = "X-TIKA:content"
_Metadata = dict[str, str | list[str]]


def _tika(services: Services, asked: Asked, resp: falcon.Response) -> None:
    kind = _preferred(asked, PLAIN, HTML, JSON)
    contents = _read(services, asked)
    documents = contents.documents()
    form = ContentForm.HTML if kind == HTML else ContentForm.TEXT
    text = "\n\n".join(contents.written(each, form) for each in documents)
    if kind == JSON:
        replies.send(resp, {**_known(documents[0]), _CONTENT: text})
    else:
        _send(resp, text, kind)


def _tika_as(services: Services, asked: Asked, resp: falcon.Response) -> None:
    form = _FORMS[asked[table.HANDLER] or Handler.TEXT]
    contents = _read(services, asked)
    documents = contents.documents()
    text = "\n\n".join(contents.written(each, form) for each in documents) if form else None
    found = _known(documents[0])
    replies.send(resp, found if text is None else {**found, _CONTENT: text})


def _meta(services: Services, asked: Asked, resp: falcon.Response) -> None:
    known = _known(_read(services, asked).documents()[0])
    if _preferred(asked, CSV, JSON) == JSON:
        replies.send(resp, known)
        return
    written = io.StringIO()
    lines = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    lines.writerows(
        [name, *([each] if isinstance(each, str) else each)] for name, each in known.items()
    )
    _send(resp, written.getvalue(), CSV)


def _rmeta(services: Services, asked: Asked, resp: falcon.Response) -> None:
    _send_all(services, asked, resp, ContentForm.HTML)


def _rmeta_as(services: Services, asked: Asked, resp: falcon.Response) -> None:
    _send_all(services, asked, resp, _FORMS[asked[table.HANDLER] or Handler.TEXT])


HANDLERS: Handlers = {
    table.TIKA: _tika,
    table.TIKA_AS: _tika_as,
    table.META: _meta,
    table.RMETA: _rmeta,
    table.RMETA_AS: _rmeta_as,
}


def _send_all(
    services: Services, asked: Asked, resp: falcon.Response, form: ContentForm | None
) -> None:
    contents = _read(services, asked)
    all_known = []
    for each in contents.documents():
        known = _known(each)
        if form is not None:
            known[_CONTENT] = contents.written(each, form)
        all_known.append(known)
    replies.send(resp, all_known)


def _read(services: Services, asked: Asked) -> Contents:
    document = handed(services, asked, _name_in(asked[table.DISPOSITION]))
    job_id = hand_in(services, asked, "tika", iter([document]))
    awaited(services, job_id)
    return Contents(services, job_id)


def _name_in(disposition: str | None) -> str | None:
    named = Message()
    named["Content-Disposition"] = disposition or "attachment"
    name = named.get_filename()
    # The Python client writes a name as Python does bytes, and the suffix says what a file is.
    return name[2:-1] if name is not None and _AS_BYTES.fullmatch(name) else name


def _preferred(asked: Asked, *kinds: str) -> str:
    """The first of what is answered that the client takes; whoever takes none of it gets the
    first, as of Tika."""
    found: str | None = asked.req.client_prefers(kinds)
    return found or kinds[0]


def _known(found: Found) -> _Metadata:
    """What is known of a document, by Tika's names where it has one."""
    document = found.document
    own = {name: value for name, value in document.metadata.items() if name != "job"}
    known: dict[str, Any] = {
        "Content-Type": document.media_type,
        "resourceName": found.name,
        "dc:title": document.title,
        "xmpTPg:NPages": document.pages,
        "X-TIKA:digest:SHA256": document.sha256,
        "X-TIKA:warn": [each.message for each in document.warnings] or None,
        **own,
    }
    return {name: _value(value) for name, value in known.items() if value is not None}


def _value(value: Any) -> str | list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else str(value)


def _send(resp: falcon.Response, text: str, kind: str) -> None:
    resp.data = text.encode()
    resp.content_type = f"{kind}; charset=utf-8"
    resp.context.of_others = True
