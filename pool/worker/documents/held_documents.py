"""Vectors for what the library has already: its chunks go through the step `embed`, and nothing
else of a document is touched."""

from collections.abc import Iterator

import msgspec

from gristmill.pipeline.steps.stepping import embedded_already, run_steps
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import (
    ChunkDraft,
    DocumentContent,
    DocumentResult,
    Embedding,
    PlannedDocument,
)
from gristmill.storage import faults
from gristmill.storage.library import Library

_CHUNKS_AT_ONCE = 500


class HeldDocuments:
    """Documents of the library, one after the other."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self._settings, self._library = settings, library

    def run(
        self, blank: DocumentResult, document: PlannedDocument, manifest: Manifest
    ) -> DocumentResult:
        """The vectors of a document, for the bytes and the pipeline that it has now. UNCHANGED
        where it has them, or went away. Raises DocumentError, LibraryTrouble."""
        id_ = document_id(manifest.collection, document.uri)
        known = self._library.document(id_)
        kept = self._library.vectors_of(manifest.collection, document.uri)
        unchanged = msgspec.structs.replace(blank, state=DocumentState.UNCHANGED, document_id=id_)
        if known is None or kept is None:
            return unchanged
        (choice,) = manifest.options.chosen_steps
        said = known.metadata.get("embedding")
        if kept.vectors == kept.chunks and (
            not kept.chunks or embedded_already(kept.model, said, choice, self._settings)
        ):
            return unchanged
        faults.hit("document.parse", document.uri)
        chunks = tuple(self._chunks(id_))
        content = DocumentContent(known.media_type, known.title, {}, known.pages, chunks)
        done = run_steps(content, (choice,), self._settings)
        assert done.vectors is not None
        return msgspec.structs.replace(
            unchanged,
            state=DocumentState.SUCCEEDED,
            sha256=kept.sha256,
            pipeline=kept.pipeline,
            media_type=known.media_type,
            embedding=Embedding(done.vectors, done.metadata),
        )

    def _chunks(self, document: str) -> Iterator[ChunkDraft]:
        after: int | None = None
        while found := self._library.chunks_page(document, after=after, limit=_CHUNKS_AT_ONCE):
            for chunk in found:
                yield ChunkDraft(
                    chunk.text,
                    chunk.headings,
                    chunk.page,
                    chunk.start,
                    chunk.end,
                    table_header=chunk.table_header,
                )
            after = found[-1].ordinal
