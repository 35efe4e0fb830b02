"""One document or a part of it: fetch, look up, process. Whatever happens, a result comes out."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec

from gristmill.pipeline import progress
from gristmill.pipeline.containers.members import is_archive
from gristmill.pipeline.paging.paging import LongDocument, Paging, read_part
from gristmill.pipeline.process import identify, process
from gristmill.pipeline.shapes import Limits
from gristmill.pipeline.steps.stepping import page_reader
from gristmill.pool.worker.board import Post
from gristmill.pool.worker.documents.fetching import Fetched, Fetcher
from gristmill.pool.worker.documents.held_documents import HeldDocuments
from gristmill.pool.worker.documents.kept_originals import KeptOriginals
from gristmill.pool.worker.documents.lethal_contents import LethalContents
from gristmill.pool.worker.documents.linked import FETCHED
from gristmill.pool.worker.documents.named import is_named
from gristmill.pool.worker.documents.nested import is_looked_into, listing, parent_of
from gristmill.pool.worker.documents.renewing import given_before, refreshes
from gristmill.pool.worker.documents.root_costs import RootCosts
from gristmill.pool.worker.documents.sparing import limits_of, with_warning
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Held
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.documents import DocumentCode, Lookup
from gristmill.schemas.outcomes.results import (
    DocumentContent,
    DocumentResult,
    Member,
    PartResult,
    PlannedDocument,
    Refreshes,
    Split,
)
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage import faults
from gristmill.storage.library import Library
from gristmill.storage.stores import Stores

_CRASH_TEXT_CHARS = 500
T = TypeVar("T")


class DocumentRunner:
    """Runs documents of one worker."""

    def __init__(self, settings: Settings, stores: Stores, library: Library, post: Post) -> None:
        self._settings, self._library, self._post = settings, library, post
        self._limits = Limits(
            max_document_bytes=settings.max_document_bytes,
            max_json_depth=settings.max_json_depth,
            # Which counts archives inside of each other as well as what is in them.
            max_members=max(settings.max_members, Limits().max_members),
        )
        self._fetcher = Fetcher(settings, stores, self._limits)
        self._originals = KeptOriginals(settings, stores.originals)
        self._costs = RootCosts(settings, library)
        self._lethal = LethalContents(library)
        self._held = HeldDocuments(settings, library)
        progress.listen(self._at_page)

    def expect(self, job_id: str, documents: Sequence[PlannedDocument]) -> None:
        """These are going to be run by a task, in this order."""
        self._fetcher.expect(job_id, documents)
        self._costs.begin_task(job_id)

    def rest(self) -> None:
        """There is nothing to do."""
        self._fetcher.rest()

    def run(
        self, document: PlannedDocument, manifest: Manifest, timeout_s: float
    ) -> DocumentResult | Split:
        """The result of a document, ready to be committed, or the parts that it is to be read
        in. Raises LibraryTrouble where the library failed, and nothing else."""
        return self._guarded(self._process, document, manifest, timeout_s)

    def run_part(
        self, document: PlannedDocument, manifest: Manifest, number: int, timeout_s: float
    ) -> DocumentResult | PartResult:
        """What is read of one part of a document, or why that fails the document. Raises what
        `run` does."""
        work = partial(self._read_part, number)
        return self._guarded(work, document, manifest, timeout_s)

    def _guarded(
        self,
        work: Callable[[DocumentResult, PlannedDocument, Manifest], DocumentResult | T],
        document: PlannedDocument,
        manifest: Manifest,
        timeout_s: float,
    ) -> DocumentResult | T:
        """`except BaseException`: a parser may call sys.exit() or raise KeyboardInterrupt."""
        started = time.perf_counter()
        self._post.start(manifest.job_id, document.ordinal, timeout_s)
        blank = _blank(document, manifest, self._settings)
        try:
            faults.hit("document.start", document.uri)
            result = work(blank, document, manifest)
        except DocumentError as error:
            result = failed(blank, error)
        except MemoryError:
            text = "the worker ran out of memory"
            result = failed(blank, DocumentError(DocumentCode.OUT_OF_MEMORY, text, transient=True))
        except LibraryTrouble as error:
            if error.transient:
                # The machine's fault: the task is given back, and nothing is said of the document.
                self._post.over()
                raise
            result = failed(blank, DocumentError(DocumentCode.PARSE_ERROR, error.message))
        except BaseException as error:
            text = f"{type(error).__name__}: {error}"[:_CRASH_TEXT_CHARS]
            result = failed(blank, DocumentError(DocumentCode.PARSE_ERROR, text))
        if not isinstance(result, DocumentResult):
            self._post.done(0)
            return result
        # Of one that was not read, the size is what an archive says.
        self._post.done((result.size or 0) if result.sha256 else 0)
        result = msgspec.structs.replace(result, seconds=time.perf_counter() - started)
        self._costs.add(document, result)
        return result

    def _at_page(self, number: int) -> None:
        self._post.stage("parse", number)
        faults.hit("document.page", str(number))

    def _process(
        self, blank: DocumentResult, document: PlannedDocument, manifest: Manifest
    ) -> DocumentResult | Split:
        self._costs.check(document, manifest)
        if done := self._without_bytes(blank, document, manifest):
            return done
        fetched = self._fetcher.fetch(document, manifest)
        self._lethal.check(document, manifest, fetched, self._fetcher)
        known = self._known(manifest.collection, document.uri, fetched)
        media_type = known.media_type if known else self._identified(fetched)
        result = msgspec.structs.replace(
            blank,
            size=len(fetched.blob.data),
            sha256=fetched.sha256,
            pipeline=fetched.pipeline,
            media_type=media_type,
            refreshes=refreshes(document, manifest, fetched.sha256),
        )
        if is_looked_into(document, media_type):
            result = self._opened(result, fetched, document, manifest)
            if is_archive(media_type):
                return result
        if known is not None:
            if known.state is DocumentState.UNCHANGED:
                # It may have come before originals were kept.
                self._originals.keep(manifest.collection, document.uri, media_type, fetched)
            return msgspec.structs.replace(result, state=known.state, document_id=known.document_id)
        faults.hit("document.parse", document.uri)
        try:
            content = self._content(result, fetched, document, manifest)
        except LongDocument as long:
            return Split(result.job_id, result.ordinal, fetched.content, long.ranges)
        except DocumentError as error:
            # What came with a mail is there, whatever its own text is like.
            ended = failed(result, error)
            if error.foreign and not is_named(document, manifest):
                ended = msgspec.structs.replace(ended, state=DocumentState.SKIPPED)
            return ended
        self._originals.keep(manifest.collection, document.uri, media_type, fetched)
        return msgspec.structs.replace(result, state=DocumentState.SUCCEEDED, content=content)

    def _without_bytes(
        self, blank: DocumentResult, document: PlannedDocument, manifest: Manifest
    ) -> DocumentResult | None:
        """The result of a document whose bytes are not needed for it; None for any other."""
        if isinstance(manifest.sources[document.source], Held):
            return self._held.run(blank, document, manifest)
        return self._fetcher.unchanged(blank, document, manifest, self._library)

    def _identified(self, fetched: Fetched) -> str:
        self._post.stage("detect")
        return identify(fetched.blob)

    def _opened(
        self,
        result: DocumentResult,
        fetched: Fetched,
        document: PlannedDocument,
        manifest: Manifest,
    ) -> DocumentResult:
        """The result with what is inside of the document. Of an archive, that is all there is."""
        room = self._settings.max_documents - self._library.counts(result.job_id).total
        found, trouble = listing(fetched.blob, document, self._limits, room)
        found, over = self._costs.admitted(found, document, manifest)
        trouble = over or trouble
        if not is_archive(result.media_type or ""):
            if trouble is not None:
                found += (Member("attachments", None, trouble.document_code, trouble.message),)
            return msgspec.structs.replace(result, members=found)
        if trouble is None and not found:
            trouble = DocumentError(DocumentCode.EMPTY, "the archive holds no file")
        if trouble is None:
            return msgspec.structs.replace(result, state=DocumentState.PENDING, members=found)
        return msgspec.structs.replace(failed(result, trouble), members=found)

    def _content(
        self,
        result: DocumentResult,
        fetched: Fetched,
        document: PlannedDocument,
        manifest: Manifest,
    ) -> DocumentContent:
        processed = partial(
            process,
            fetched.blob,
            manifest.options,
            limits_of(document, self._limits),
            self._post.stage,
            self._settings,
            media_type=result.media_type,
        )
        try:
            content = processed(paging=Paging(self._settings.split_pages))
        except LongDocument:
            parts = self._library.parts(result.job_id, result.ordinal, fetched.content)
            done = [part.pages for part in parts if part.pages is not None]
            if not done or len(done) < len(parts):
                raise
            faults.hit("document.join", document.uri)
            content = processed(paging=Paging(parts=done))
        content = with_warning(content, document, manifest)
        added: dict[str, Any] = {"job": manifest.metadata} if manifest.metadata else {}
        if fetched.about:
            added[FETCHED] = dict(fetched.about)
        if document.member is not None:
            added["parent"] = parent_of(document, manifest.collection)
        if result.refreshes is not Refreshes.NOTHING:
            added = {**added, **given_before(self._library, manifest, document.uri)}
        return msgspec.structs.replace(content, metadata={**content.metadata, **added})

    def _read_part(
        self, number: int, blank: DocumentResult, document: PlannedDocument, manifest: Manifest
    ) -> PartResult:
        fetched = self._fetcher.fetch(document, manifest)
        parts = self._library.parts(manifest.job_id, document.ordinal, fetched.content)
        part = next((part for part in parts if part.number == number), None)
        if part is None:
            raise DocumentError(
                DocumentCode.FETCH_ERROR, "it changed while it was read; ingest it again"
            )
        pages = part.pages
        if pages is None:
            media_type = self._identified(fetched)
            reader = page_reader(manifest.options.chosen_steps, self._settings)
            limits = limits_of(document, self._limits)
            pages = read_part(fetched.blob, media_type, limits, part.first, part.last, reader)
        return PartResult(manifest.job_id, document.ordinal, number, fetched.content, pages)

    def _known(self, collection: str, uri: str, fetched: Fetched) -> Lookup | None:
        try:
            return self._library.lookup(collection, uri, fetched.sha256, fetched.pipeline)
        except LibraryTrouble:
            # Our library's trouble must never be put on the document: the lookup only saves the
            # parsing, and the commit looks again.
            return None


def _blank(document: PlannedDocument, manifest: Manifest, settings: Settings) -> DocumentResult:
    """What is known of a document before anybody has looked at it."""
    return DocumentResult(
        job_id=manifest.job_id,
        ordinal=document.ordinal,
        collection=manifest.collection,
        uri=document.uri,
        state=DocumentState.FAILED,
        size=document.size,
        attempts=document.attempts + 1,
        keep_last=settings.last_version_chars,
    )


def failed(result: DocumentResult, error: DocumentError) -> DocumentResult:
    """The result of a document that failed for this reason."""
    return msgspec.structs.replace(
        result,
        state=DocumentState.FAILED,
        code=str(error.document_code),
        message=error.message,
        content=None,
        transient=error.transient,
    )
