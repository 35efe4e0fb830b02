"""Documents that are fetched by the worker that reads them.

By the worker, because what it may cost is bound there already: its memory, its document's time, a
kill that loses nothing, and the retries of one document. It opens its own connections, to addresses
that were looked at; what a parser of the same process could do to the network it could do before
(docs/security.md). What was fetched last stays in memory: archives and long documents are asked for
again and again, and another worker fetches them once more.
"""

import msgspec

from gristmill.pipeline.shapes import Blob
from gristmill.pool.outbound.addresses import Reach
from gristmill.pool.outbound.answers import Answer, FetchFailed, Validators
from gristmill.pool.outbound.getting import Bounds, get
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Linked
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.open_addresses import networks_of
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentResult, PlannedDocument
from gristmill.schemas.problems.errors import DocumentError
from gristmill.storage import faults
from gristmill.storage.library import Library

FETCHED = "fetched"
"""Where a document's metadata say how it was fetched."""


class LinkedDocuments:
    """Those of one worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last: tuple[str, str, Answer] | None = None

    def unchanged(
        self,
        blank: DocumentResult,
        document: PlannedDocument,
        manifest: Manifest,
        library: Library,
        pipeline: str,
    ) -> DocumentResult | None:
        """The result of a document that has not changed since it was fetched last, and was made by
        this pipeline; None where it is to be read. Raises DocumentError, LibraryTrouble."""
        source = manifest.sources[document.source]
        if not isinstance(source, Linked) or document.member is not None:
            return None
        known = library.document(document_id(manifest.collection, document.uri))
        validators = None if known is None else _validators(known.metadata.get(FETCHED))
        if known is None or validators is None:
            return None
        there = library.lookup(manifest.collection, document.uri, known.sha256, pipeline)
        if there is None or there.state is not DocumentState.UNCHANGED:
            return None
        if self._answer(manifest.job_id, source.uri, validators).data is not None:
            return None
        return msgspec.structs.replace(
            blank,
            state=DocumentState.UNCHANGED,
            document_id=there.document_id,
            sha256=known.sha256,
            pipeline=pipeline,
            media_type=known.media_type,
        )

    def read(self, source: Linked, job_id: str) -> bytes:
        """Raises DocumentError."""
        data = self._answer(job_id, source.uri, None).data
        assert data is not None
        return data

    def described(self, data: bytes) -> tuple[Blob, dict[str, object]]:
        """Bytes that were just read, with what the answer says of them."""
        assert self._last is not None
        answer = self._last[2]
        said = {} if answer.validators is None else answer.validators._asdict()
        about = {name: value for name, value in said.items() if value is not None}
        return Blob(data, answer.name, answer.media_type), about

    def rest(self) -> None:
        """There is nothing to do."""
        self._last = None

    def _answer(self, job_id: str, url: str, known: Validators | None) -> Answer:
        if self._last is not None and self._last[:2] == (job_id, url):
            return self._last[2]
        self._last = None
        settings = self._settings
        reach = Reach(networks_of(settings.url_allow, "url_allow"), "url_allow")
        bounds = Bounds(reach, settings.max_document_bytes, settings.url_timeout_s)
        try:
            faults.hit("document.fetch", url)
            answer = get(url, bounds, known)
        except FetchFailed as failed:
            raise _error(failed) from None
        if answer.data is not None:
            self._last = (job_id, url, answer)
        return answer


def _error(failed: FetchFailed) -> DocumentError:
    code = DocumentCode.FETCH_ERROR
    if failed.large:
        code = DocumentCode.TOO_LARGE
    elif failed.refused:
        code = DocumentCode.URL_REFUSED
    return DocumentError(code, f"cannot fetch it: {failed}", transient=failed.passing)


def _validators(said: object) -> Validators | None:
    """From a document's metadata, which a plug-in may have written."""
    if not isinstance(said, dict) or not isinstance(url := said.get("url"), str):
        return None
    etag, modified = (
        v if isinstance(v := said.get(n), str) else None for n in ("etag", "modified")
    )
    return Validators(url, etag, modified) if etag or modified else None
