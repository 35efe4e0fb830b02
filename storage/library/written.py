"""Whole documents of a library, and their tables, in each form that can be asked for."""

from collections.abc import Iterator

from gristmill.schemas.outcomes.documents import Chunk, Document
from gristmill.schemas.outcomes.structure import StructureBlock
from gristmill.schemas.problems.content_errors import NoStructure, TableNotFound
from gristmill.schemas.rendering.forms import (
    About,
    ContentForm,
    TableForm,
    numbered_tables,
    written,
    written_tables,
)
from gristmill.storage.library.roles import Documents
from gristmill.storage.library.structure_codec import joined

_CHUNKS_AT_ONCE = 500
_Blocks = tuple[StructureBlock, ...]


def content_of(library: Documents, document: Document, form: ContentForm) -> bytes:
    """A document in a form, in UTF-8. Raises NoStructure where only its text is kept and that is
    not what is asked for."""
    blocks = library.structure(document.document_id)
    if blocks is None and form is ContentForm.TEXT:
        return text_of(library, document.document_id).encode()
    return written(form, _about(document), _kept(blocks, document))


def text_of(library: Documents, document_id: str) -> str:
    """The text that a document's chunks are of."""
    return joined(_chunks(library, document_id))


def tables_in(
    library: Documents, document: Document, form: TableForm, number: int | None = None
) -> bytes:
    """The tables of a document in a form, or the one with a number. Raises NoStructure, and
    TableNotFound where it has no such table."""
    blocks = _kept(library.structure(document.document_id), document)
    tables = [each for each in numbered_tables(blocks) if number in (None, each[0])]
    if number is not None and not tables:
        raise TableNotFound(f"document {document.document_id} has no table {number}")
    return written_tables(form, tables)


def _kept(
    blocks: tuple[StructureBlock, ...] | None, document: Document
) -> tuple[StructureBlock, ...]:
    if blocks is None:
        raise NoStructure(
            f"document {document.document_id} was read by a version that kept no structure; "
            "ingest it again, or ask for format=text"
        )
    return blocks


def _about(document: Document) -> About:
    return About(
        document.document_id,
        document.uri,
        document.title,
        document.media_type,
        document.pages,
        document.warnings,
    )


def _chunks(library: Documents, document_id: str) -> Iterator[Chunk]:
    after: int | None = None
    while page := library.chunks_page(document_id, after=after, limit=_CHUNKS_AT_ONCE):
        yield from page
        after = page[-1].ordinal
