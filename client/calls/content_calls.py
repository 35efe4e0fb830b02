"""Made from the table of calls by `make client-calls`; a test fails when it is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gristmill.client.asks import Ask, Form, part
from gristmill.schemas.comparison.changes import ChangesView

if TYPE_CHECKING:
    from gristmill.schemas.rendering.forms import ContentForm, TableForm


def content(
    document_id: str,
    *,
    format: ContentForm | Literal["markdown", "html", "json", "text"] | None = None,
) -> Ask[str]:
    """A whole document: headings, text, lists, tables, code, in its order.

    `document_id`: The document.

    `format`: How the document is written.
    """
    return Ask(
        "GET",
        f"/documents/{part('document_id', document_id)}/content",
        Form.TEXT,
        {200: str},
        query={"format": format},
    )


def tables(
    document_id: str, *, format: TableForm | Literal["json", "csv", "html"] | None = None
) -> Ask[str]:
    """The tables of a document.

    `document_id`: The document.

    `format`: How tables are written.
    """
    return Ask(
        "GET",
        f"/documents/{part('document_id', document_id)}/tables",
        Form.TEXT,
        {200: str},
        query={"format": format},
    )


def table(
    document_id: str,
    number: int,
    *,
    format: TableForm | Literal["json", "csv", "html"] | None = None,
) -> Ask[str]:
    """One table of a document.

    `document_id`: The document.

    `number`: The table; they are counted from 1.

    `format`: How tables are written.
    """
    return Ask(
        "GET",
        f"/documents/{part('document_id', document_id)}/tables/{part('number', number)}",
        Form.TEXT,
        {200: str},
        query={"format": format},
    )


def changes(document_id: str, *, context: int | None = None) -> Ask[ChangesView]:
    """What has changed in a document since its bytes last changed, by lines of its text.

    `document_id`: The document.

    `context`: So many lines around each change.
    """
    return Ask(
        "GET",
        f"/documents/{part('document_id', document_id)}/changes",
        Form.JSON,
        {200: ChangesView},
        query={"context": context},
    )


def page(document_id: str, number: int, *, dpi: int | None = None) -> Ask[bytes]:
    """A page of a PDF or image, as an image: where `keep_originals` was on as it came.

    `document_id`: The document.

    `number`: The page; they are counted from 1.

    `dpi`: Pixels of an inch; a very large page has fewer.
    """
    return Ask(
        "GET",
        f"/documents/{part('document_id', document_id)}/pages/{part('number', number)}.png",
        Form.BYTES,
        {200: bytes},
        query={"dpi": dpi},
    )
