"""One document: read, look up, process. Whatever happens, a result comes out."""

import hashlib
import sqlite3
import time
from collections.abc import Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import msgspec

from gristmill.pool.board import Post
from gristmill.pool.pipeline import progress
from gristmill.pool.pipeline.members import is_archive
from gristmill.pool.pipeline.process import identify, process, versions
from gristmill.pool.pipeline.shapes import Blob, Limits
from gristmill.pool.pipeline.stepping import step_versions
from gristmill.pool.worker.nested import MemberReader, is_looked_into, listing, parent_of
from gristmill.pool.worker.reading import read
from gristmill.schemas.documents import DocumentCode, Lookup
from gristmill.schemas.errors import DocumentError
from gristmill.schemas.manifest import Manifest
from gristmill.schemas.options import pipeline_hash
from gristmill.schemas.results import DocumentResult, Member, PlannedDocument
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
        self._members = MemberReader(self._limits)
        progress.listen(self._at_page)

    def expect(self, documents: Sequence[PlannedDocument]) -> None:
        """These are going to be run, in this order."""
        self._members.expect(documents)

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
        data = self._bytes(document, manifest)
        sha256 = hashlib.sha256(data).hexdigest()
        steps = step_versions(manifest.options.chosen_steps, self._settings)
        pipeline = pipeline_hash(manifest.options, (*versions(), *steps))
        result = msgspec.structs.replace(result, size=len(data), sha256=sha256, pipeline=pipeline)
        known = self._known(manifest.collection, document.uri, sha256, pipeline)
        blob = Blob(data, PurePosixPath(document.uri).name, _claim(document, manifest))
        media_type = known.media_type if known else self._identified(blob)
        result = msgspec.structs.replace(result, media_type=media_type)
        if is_looked_into(document, media_type):
            result = self._opened(result, blob, document)
            if is_archive(media_type):
                return result
        if known is not None:
            return msgspec.structs.replace(result, state=known.state, document_id=known.document_id)
        return self._parsed(result, blob, media_type, document, manifest)

    def _bytes(self, document: PlannedDocument, manifest: Manifest) -> bytes:
        limit = self._settings.max_document_bytes
        load = partial(read, document, manifest, self._spool, limit)
        if document.member is None:
            return load()
        data = self._members.read(document, load)
        if len(data) > limit:
            raise DocumentError(
                DocumentCode.TOO_LARGE, f"it has {len(data)} bytes, the limit is {limit}"
            )
        return data

    def _identified(self, blob: Blob) -> str:
        self._post.stage("detect")
        return identify(blob)

    def _opened(
        self, result: DocumentResult, blob: Blob, document: PlannedDocument
    ) -> DocumentResult:
        """The result with what is inside of the document. Of an archive, that is all there is."""
        found, trouble = listing(blob, document, self._limits)
        known = self._library.counts(result.job_id).total
        if known + len(found) > self._settings.max_documents:
            found, trouble = (), _too_many(len(found), self._settings.max_documents)
        if is_archive(result.media_type or ""):
            return _of_archive(result, found, trouble)
        if trouble is not None:
            found += (Member("attachments", None, trouble.document_code, trouble.message),)
        return msgspec.structs.replace(result, members=found)

    def _parsed(
        self,
        result: DocumentResult,
        blob: Blob,
        media_type: str,
        document: PlannedDocument,
        manifest: Manifest,
    ) -> DocumentResult:
        faults.hit("document.parse", document.uri)
        try:
            content = process(
                blob,
                manifest.options,
                self._limits,
                self._post.stage,
                self._settings,
                media_type=media_type,
            )
        except DocumentError as error:
            # What came with a mail is there, whatever its own text is like.
            return _failed(result, error.document_code, error.message, error.transient)
        added: dict[str, Any] = {"job": manifest.metadata} if manifest.metadata else {}
        if document.member is not None:
            added["parent"] = parent_of(document, manifest.collection)
        if added:
            content = msgspec.structs.replace(content, metadata={**content.metadata, **added})
        return msgspec.structs.replace(result, state=DocumentState.SUCCEEDED, content=content)

    def _known(self, collection: str, uri: str, sha256: str, pipeline: str) -> Lookup | None:
        try:
            return self._library.lookup(collection, uri, sha256, pipeline)
        except sqlite3.Error:
            # Our library's trouble must never be put on the document: the lookup only saves the
            # parsing, and the commit looks again.
            return None


def _claim(document: PlannedDocument, manifest: Manifest) -> str | None:
    source = manifest.sources[document.source]
    return source.media_type if isinstance(source, Spooled) and not document.member else None


def _of_archive(
    result: DocumentResult, found: tuple[Member, ...], trouble: DocumentError | None
) -> DocumentResult:
    if trouble is None and not found:
        trouble = DocumentError(DocumentCode.EMPTY, "the archive holds no file")
    if trouble is not None:
        failed = _failed(result, trouble.document_code, trouble.message)
        return msgspec.structs.replace(failed, members=found)
    return msgspec.structs.replace(result, state=DocumentState.PENDING, members=found)


def _too_many(found: int, limit: int) -> DocumentError:
    return DocumentError(
        DocumentCode.TOO_LARGE,
        f"with its {found} files the job would have more than {limit} documents",
    )


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
