"""One chunk by its id, with its neighbours."""

from typing import TYPE_CHECKING

from gristmill.schemas.ids import chunk_parts
from gristmill.schemas.problems.errors import ChunkNotFound, DocumentNotFound
from gristmill.schemas.views import ChunkView

if TYPE_CHECKING:
    from gristmill.storage.library.roles import Documents


def chunk_of(library: "Documents", chunk_id: str, context: int = 0) -> ChunkView:
    """The chunk with an id, and `context` of those before and after it. Raises DocumentNotFound,
    ChunkNotFound."""
    parts = chunk_parts(chunk_id)
    if parts is None:
        raise ChunkNotFound(f"{chunk_id!r} is no id of a chunk, such as hits of a search have")
    document_id, number = parts
    if library.document(document_id) is None:
        raise DocumentNotFound(f"the library has no document {document_id!r}")
    return neighbours(library, document_id, number, context)


def neighbours(library: "Documents", document_id: str, number: int, context: int) -> ChunkView:
    """The chunk with a number of a document that exists. Raises ChunkNotFound."""
    first = max(0, number - context)
    chunks = library.chunks_page(
        document_id, after=first - 1, limit=max(0, number + context + 1 - first)
    )
    chunk = next((each for each in chunks if each.ordinal == number), None)
    if chunk is None:
        raise ChunkNotFound(f"the document {document_id!r} has no chunk {number}")
    before = [each for each in chunks if each.ordinal < number]
    after = [each for each in chunks if each.ordinal > number]
    return ChunkView(chunk, before, after)
