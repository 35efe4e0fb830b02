"""One document: read, look up, process. Whatever happens, a result comes out."""

import hashlib
import sqlite3
import time
from pathlib import PurePosixPath

import msgspec

from gristmill.pool.board import Post
from gristmill.pool.pipeline import progress
from gristmill.pool.pipeline.process import process, versions
from gristmill.pool.pipeline.shapes import Blob, Limits
from gristmill.pool.pipeline.stepping import step_versions
from gristmill.pool.worker.reading import read
from gristmill.schemas.documents import DocumentCode, Lookup
from gristmill.schemas.errors import DocumentError
from gristmill.schemas.manifest import Manifest
from gristmill.schemas.options import pipeline_hash
from gristmill.schemas.results import DocumentResult, PlannedDocument
from gristmill.schemas.settings import Settings
from gristmill.schemas.sources import Spooled
from gristmill.schemas.states import DocumentState
from gristmill.storage import faults
from gristmill.storage.library import Library
from gristmill.storage.spool import Spool

_CRASH_TEXT_CHARS = 500


class DocumentRunner:
    """Runs documents of one worker."""

    def __init__(self, settings: Settings, spool: Spool, library: Library, post: Post) -> None:
        self._settings, self._spool = settings, spool
        self._library, self._post = library, post
        self._limits = Limits(max_json_depth=settings.max_json_depth)
        progress.listen(self._at_page)

    def run(
        self, document: PlannedDocument, manifest: Manifest, timeout_s: float
    ) -> DocumentResult:
        """The result of a document, ready to be committed. Never raises: `except BaseException`
        because a parser may call sys.exit() or raise KeyboardInterrupt."""
        started = time.perf_counter()
        self._post.start(manifest.job_id, document.ordinal, timeout_s)
        result = DocumentResult(
            job_id=manifest.job_id,
            ordinal=document.ordinal,
            collection=manifest.collection,
            uri=document.uri,
            state=DocumentState.FAILED,
            size=document.size,
            attempts=document.attempts + 1,
        )
        try:
            faults.hit("document.start", document.uri)
            result = self._process(result, document, manifest)
        except DocumentError as error:
            result = _failed(result, error.document_code, error.message, error.transient)
        except MemoryError:
            text = "the worker ran out of memory"
            result = _failed(result, DocumentCode.OUT_OF_MEMORY, text, True)
        except BaseException as error:
            text = f"{type(error).__name__}: {error}"[:_CRASH_TEXT_CHARS]
            result = _failed(result, DocumentCode.PARSE_ERROR, text)
        self._post.done(result.size or 0)
        return msgspec.structs.replace(result, seconds=time.perf_counter() - started)

    def _at_page(self, number: int) -> None:
        self._post.stage("parse", number)
        faults.hit("document.page", str(number))

    def _process(
        self, result: DocumentResult, document: PlannedDocument, manifest: Manifest
    ) -> DocumentResult:
        data = read(document, manifest, self._spool, self._settings.max_document_bytes)
        sha256 = hashlib.sha256(data).hexdigest()
        steps = step_versions(manifest.options.chosen_steps, self._settings)
        pipeline = pipeline_hash(manifest.options, (*versions(), *steps))
        result = msgspec.structs.replace(result, size=len(data), sha256=sha256, pipeline=pipeline)
        known = self._known(manifest.collection, document.uri, sha256, pipeline)
        if known is not None:
            return msgspec.structs.replace(
                result,
                state=known.state,
                document_id=known.document_id,
                media_type=known.media_type,
            )
        source = manifest.sources[document.source]
        claimed = source.media_type if isinstance(source, Spooled) else None
        blob = Blob(data, PurePosixPath(document.uri).name, claimed)
        faults.hit("document.parse", document.uri)
        content = process(blob, manifest.options, self._limits, self._post.stage, self._settings)
        if manifest.metadata:
            content = msgspec.structs.replace(
                content, metadata={**content.metadata, "job": manifest.metadata}
            )
        return msgspec.structs.replace(
            result,
            state=DocumentState.SUCCEEDED,
            content=content,
            media_type=content.media_type,
        )

    def _known(self, collection: str, uri: str, sha256: str, pipeline: str) -> Lookup | None:
        try:
            return self._library.lookup(collection, uri, sha256, pipeline)
        except sqlite3.Error:
            # Our library's trouble must never be put on the document: the lookup only saves the
            # parsing, and the commit looks again.
            return None


def _failed(
    result: DocumentResult, code: str, message: str, transient: bool = False
) -> DocumentResult:
    return msgspec.structs.replace(
        result,
        state=DocumentState.FAILED,
        code=str(code),
        message=message,
        content=None,
        transient=transient,
    )
