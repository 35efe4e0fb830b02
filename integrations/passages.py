"""What other programs are given of a library: texts with flat metadata."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from gristmill.client.service_client import Client
from gristmill.schemas.flattening import flattened
from gristmill.schemas.outcomes.documents import Document, ExportRow, SearchHit

Mode = Literal["lexical", "vector", "hybrid"]
"""How is searched; without one, as the collection can be (docs/searching.md)."""
Unit = Literal["document", "chunk"]
"""What is loaded: whole documents as Markdown, or their chunks."""
_JOINT = " > "


class Passage(NamedTuple):
    """A text and what is known of it: `metadata` has texts, numbers and truth values alone, called
    as in flat exports (docs/exporting.md), so that any vector store takes it. Hits have a `score`,
    higher is better; chunks a `vector` where the step `embed` made one."""

    id: str
    text: str
    metadata: dict[str, Any]
    score: float | None = None
    vector: list[float] | None = None


def found(
    client: Client,
    query: str,
    collection: str | None,
    condition: str | None,
    mode: Mode | None,
    limit: int,
) -> list[Passage]:
    """The best chunks for a query, the best first."""
    answer = client.search(query, collection=collection, filter=condition, mode=mode, limit=limit)
    return [_of_hit(hit) for hit in answer.items]


def loaded(
    client: Client, unit: Unit, collection: str | None, condition: str | None
) -> Iterator[Passage]:
    """All documents, newest first, or all chunks, one after the other while they come."""
    if unit == "chunk":
        return map(_of_row, client.export(collection=collection, filter=condition))
    documents = client.iter_documents(collection=collection, filter=condition)
    return (_of_document(each, client) for each in documents)


def _of_hit(hit: SearchHit) -> Passage:
    about = flattened(
        {
            "chunk_id": hit.chunk_id,
            "document_id": hit.document_id,
            "uri": hit.uri,
            "title": hit.title,
            "headings": _JOINT.join(hit.headings),
            "page": hit.page,
            "score": hit.score,
        }
    )
    return Passage(hit.chunk_id, hit.text, about, score=hit.score)


def _of_row(row: ExportRow) -> Passage:
    values = msgspec.structs.asdict(row)
    vector, text = values.pop("vector"), values.pop("text")
    values["headings"] = _JOINT.join(row.headings)
    values["regions"] = [msgspec.to_builtins(region) for region in row.regions]
    return Passage(row.chunk_id, text, flattened(values), vector=vector)


def _of_document(document: Document, client: Client) -> Passage:
    text = client.content(document.document_id, format="markdown")
    return Passage(document.document_id, text, flattened(msgspec.to_builtins(document)))
