"""A document's bytes, and what names them: the digest of their content and of their pipeline."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from gristmill.pipeline.chunking.tokenizing import tokenizer_version
from gristmill.pipeline.file_names import base_of
from gristmill.pipeline.process import versions
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.steps.stepping import step_versions
from gristmill.pool.worker.documents.linked import LinkedDocuments
from gristmill.pool.worker.documents.nested import MemberReader
from gristmill.pool.worker.documents.reading import read
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.options import Options, pipeline_hash
from gristmill.schemas.jobs.sources import Linked, Spooled
from gristmill.schemas.outcomes.results import DocumentResult, PlannedDocument
from gristmill.storage.library import Library
from gristmill.storage.stores import Stores


class Fetched(NamedTuple):
    """A document's bytes; `sha256` and `pipeline` are hex digests, `about` says how they came."""

    blob: Blob
    sha256: str
    pipeline: str
    about: Mapping[str, Any] = MappingProxyType({})

    @property
    def content(self) -> str:
        """A name for what these bytes become."""
        return f"{self.sha256}:{self.pipeline}"


class Fetcher:
    """Gets the bytes of one worker's documents, from files, uploads, and out of containers."""

    def __init__(self, settings: Settings, stores: Stores, limits: Limits) -> None:
        self._settings, self._stores = settings, stores
        self._members = MemberReader(limits)
        self._linked = LinkedDocuments(settings)

    def expect(self, job_id: str, documents: Sequence[PlannedDocument]) -> None:
        """These are going to be fetched by a task, in this order."""
        self._members.expect(job_id, documents)

    def rest(self) -> None:
        """There is nothing to do."""
        self._members.rest()
        self._linked.rest()

    def unchanged(
        self,
        blank: DocumentResult,
        document: PlannedDocument,
        manifest: Manifest,
        library: Library,
    ) -> DocumentResult | None:
        """The result of a document whose bytes need not be had to know that they are what the
        library has; None for any other. Raises DocumentError, LibraryTrouble."""
        if not isinstance(manifest.sources[document.source], Linked):
            return None
        pipeline = pipeline_of(manifest.options, self._settings)
        return self._linked.unchanged(blank, document, manifest, library, pipeline)

    def fetch(self, document: PlannedDocument, manifest: Manifest) -> Fetched:
        """Raises DocumentError."""
        data = self._bytes(document, manifest)
        blob = Blob(data, base_of(document.uri), _claim(document, manifest))
        about: dict[str, Any] = {}
        if isinstance(manifest.sources[document.source], Linked) and document.member is None:
            blob, about = self._linked.described(data)
        pipeline = pipeline_of(manifest.options, self._settings)
        return Fetched(blob, hashlib.sha256(data).hexdigest(), pipeline, about)

    def _bytes(self, document: PlannedDocument, manifest: Manifest) -> bytes:
        limit = self._settings.max_document_bytes
        source = manifest.sources[document.source]
        load = (
            partial(self._linked.read, source, manifest.job_id)
            if isinstance(source, Linked)
            else partial(read, document, manifest, self._stores, limit)
        )
        if document.member is None:
            return load()
        return self._members.read(manifest.job_id, document, load)


def pipeline_of(options: Options, settings: Settings) -> str:
    """The digest of the pipeline that documents with these options go through here and now."""
    steps = step_versions(options.chosen_steps, settings)
    tokenizer = tokenizer_version(options, settings)
    return pipeline_hash(options, (*versions(), *tokenizer, *steps))


def _claim(document: PlannedDocument, manifest: Manifest) -> str | None:
    """What the sender says that it sent, which says nothing of what is inside of that."""
    source = manifest.sources[document.source]
    return source.media_type if isinstance(source, Spooled) and not document.member else None
