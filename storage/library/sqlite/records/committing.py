"""Ends documents: results become ledger rows and contents, in the caller's one transaction."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentResult, Embedding, Refreshes
from gristmill.storage import faults
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.database.storable import storable, storable_or_none
from gristmill.storage.library.sqlite.records import (
    collection_model,
    contents,
    counters,
    fences,
    ledger,
    parts,
    versions,
)
from gristmill.storage.library.sqlite.records.contents import Growth, Stored
from gristmill.storage.library.structure_codec import encode

_END = """
INSERT INTO ledger(job_id, ordinal, uri, state, bytes, attempts, code, message, document_id,
    media_type, pages, chunks, seconds, warnings)
VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(job_id, ordinal) DO UPDATE SET state = excluded.state,
    bytes = coalesce(excluded.bytes, ledger.bytes), attempts = CASE WHEN excluded.attempts >
    ledger.attempts THEN excluded.attempts ELSE ledger.attempts END, code = excluded.code,
    message = excluded.message, document_id = excluded.document_id, pages = excluded.pages,
    media_type = excluded.media_type, chunks = excluded.chunks, seconds = excluded.seconds,
    warnings = excluded.warnings
"""

_NEWER = "it was replaced or deleted while it was read again, and stays so"
_log = logging.getLogger(__name__)


class _Ending(NamedTuple):
    """What a document's row will say."""

    state: DocumentState
    document_id: str | None = None
    media_type: str | None = None
    pages: int | None = None
    chunks: int | None = None
    code: str | None = None
    message: str | None = None
    warnings: str | None = None


def structures_of(results: Sequence[DocumentResult]) -> list[bytes | None]:
    """The encoded structure of each result's content. Takes a while: for before a transaction."""
    return [
        None if each.content is None else encode(each.content.structure, each.content.chunks)
        for each in results
    ]


def commit(
    db: Database,
    results: Sequence[DocumentResult],
    structures: Sequence[bytes | None],
    tokens: Sequence[int],
    now_us: int,
) -> list[DocumentState]:
    """End each document that is pending or unknown; the others keep the state that they have
    and their result has no effect, and neither has one of a lease that is over. Returns the state
    that each one is in afterwards. `structures` are those of the results; `tokens` has the token
    of each result's lease, and none at all says that nobody has leased them."""
    return _Committer(db, now_us).commit(results, structures, tokens)


class _Committer:
    def __init__(self, db: Database, now_us: int) -> None:
        self._db, self._now_us = db, now_us
        self._least = fences.least(db)
        self._growths: list[Growth] = []
        self._moves: Counter[tuple[str, str, int]] = Counter()

    def commit(
        self,
        results: Sequence[DocumentResult],
        structures: Sequence[bytes | None],
        tokens: Sequence[int] = (),
    ) -> list[DocumentState]:
        of_leases: Iterable[int | None] = tokens or [None] * len(results)
        states = [
            self._one(each, structure, token)
            for each, structure, token in zip(results, structures, of_leases, strict=True)
        ]
        contents.grow(self._db, self._growths)
        counters.move(self._db, self._moves)
        return states

    def end(self, result: DocumentResult) -> bool:
        """Whether a single result took effect."""
        self.commit([result], [None])
        return bool(self._moves)

    def _one(
        self, given: DocumentResult, structure: bytes | None, token: int | None
    ) -> DocumentState:
        result = _cleaned(given)
        state, mark = fences.state_and_mark(self._db, result.job_id, result.ordinal)
        if token is not None and token < max(mark, self._least):
            # A retry may have opened the row again since, or nobody has written it yet: only the
            # token tells that this comes too late.
            _log.warning(
                "job %s, document %d: a worker came with it after its lease was taken away; "
                "what it brought is refused",
                result.job_id,
                result.ordinal,
            )
            return DocumentState(state) if state else result.state
        if state is not None and state != DocumentState.PENDING:
            return DocumentState(state)
        if state is None and ledger.is_planned(self._db, result.job_id):
            # An archive whose members have taken its place. Whoever looked into it as well is late.
            return result.state
        if result.members:
            self._moves.update(ledger.add_members(self._db, result))
        if state is not None:
            self._moves[result.job_id, DocumentState.PENDING.value, -1] += 1
            parts.drop(self._db, result.job_id, result.ordinal)
        if result.members and result.state is DocumentState.PENDING:
            ledger.make_way(self._db, result.job_id, result.ordinal)
            return result.state
        ending = self._ending(result, structure)
        self._db.execute(_END, _row(result, ending))
        self._moves[result.job_id, ending.state.value, 1] += 1
        if ending.warnings is not None:
            self._moves[result.job_id, counters.WARNINGS, 1] += 1
        return ending.state

    def _ending(self, result: DocumentResult, structure: bytes | None) -> _Ending:
        match result.state:
            case DocumentState.SUCCEEDED:
                return self._succeed(result, structure)
            case DocumentState.UNCHANGED | DocumentState.DUPLICATE:
                return self._known(result)
            case DocumentState.FAILED | DocumentState.CANCELLED | DocumentState.SKIPPED:
                return _Ending(
                    result.state,
                    media_type=result.media_type,
                    code=result.code,
                    message=result.message,
                )
            case DocumentState.PENDING:
                raise ValueError("a result ends its document: its state cannot be pending")

    def _succeed(self, result: DocumentResult, structure: bytes | None) -> _Ending:
        """Looks again at what the worker looked up: another may have been quicker since."""
        if result.embedding is not None:
            return self._embed(result, result.embedding)
        content, sha256, pipeline = result.content, result.sha256, result.pipeline
        if content is None or sha256 is None or pipeline is None:
            raise ValueError("a succeeded result needs content, sha256 and pipeline")
        faults.hit("document.store", result.uri)
        stored_id = document_id(result.collection, result.uri)
        own = contents.stored(self._db, stored_id)
        if own and own.is_still(sha256, pipeline):
            return _unchanged(own)
        if not _takes_place(result, own):
            return _Ending(DocumentState.UNCHANGED, message=_NEWER)
        original = contents.same_content(self._db, result.collection, sha256, pipeline)
        if refusal := collection_model.refusal(self._db, result.collection, content.vectors):
            return _failed(result, DocumentCode.STEP_FAILED, refusal)
        last = own and versions.before(self._db, own, sha256, result.keep_last)
        if own:
            self._growths.append(contents.remove(self._db, own))
        if original:
            return _duplicate(original)
        growth = contents.store(self._db, result, content, structure, self._now_us)
        self._growths.append(growth)
        versions.keep(self._db, stored_id, last)
        return _Ending(
            *(DocumentState.SUCCEEDED, stored_id, content.media_type, content.pages),
            chunks=len(content.chunks),
            warnings=contents.warnings_text(content),
        )

    def _embed(self, result: DocumentResult, given: Embedding) -> _Ending:
        """Vectors of what the library has, unless that was replaced or deleted meanwhile."""
        own = contents.stored(self._db, document_id(result.collection, result.uri))
        if own is None or own.deleted_at is not None:
            return _Ending(DocumentState.UNCHANGED, result.document_id, result.media_type)
        if (own.sha256, own.pipeline) != (result.sha256, result.pipeline):
            return _failed(result, DocumentCode.FETCH_ERROR, "it was replaced meanwhile; try again")
        faults.hit("document.embed", result.uri)
        collection_model.embed(self._db, own, given)
        return _unchanged(own)._replace(state=DocumentState.SUCCEEDED)

    def _known(self, result: DocumentResult) -> _Ending:
        """A document whose bytes were found in the library before they were parsed."""
        known = contents.stored(self._db, result.document_id or "")
        if known is None:
            # Deleted since it was looked up: as if this result had come a moment earlier.
            return _Ending(result.state, result.document_id, result.media_type)
        if result.state is DocumentState.UNCHANGED:
            return _unchanged(known)
        own = contents.stored(self._db, document_id(result.collection, result.uri))
        if own and own.row != known.row and known.sha256 == result.sha256:
            # What this uri held before is no longer its content.
            self._growths.append(contents.remove(self._db, own))
        return _duplicate(known)


def _cleaned(result: DocumentResult) -> DocumentResult:
    uri, message = storable(result.uri), storable_or_none(result.message)
    if uri == result.uri and message == result.message:
        return result
    return msgspec.structs.replace(result, uri=uri, message=message)


def _takes_place(result: DocumentResult, own: Stored | None) -> bool:
    """Whether what was read again is still wanted: newer content wins, and what was deleted
    meanwhile stays so."""
    if result.refreshes is Refreshes.NOTHING:
        return True
    if own is None or own.deleted_at is not None:
        return False
    return result.refreshes is Refreshes.DOCUMENT or own.sha256 == result.sha256


def _failed(result: DocumentResult, code: DocumentCode, message: str) -> _Ending:
    return _Ending(
        DocumentState.FAILED, media_type=result.media_type, code=code.value, message=message
    )


def _unchanged(known: Stored) -> _Ending:
    return _Ending(
        DocumentState.UNCHANGED,
        known.document_id,
        known.media_type,
        known.pages,
        known.chunks,
        warnings=known.warnings,
    )


def _duplicate(original: Stored) -> _Ending:
    return _Ending(
        DocumentState.DUPLICATE,
        original.document_id,
        original.media_type,
        original.pages,
        original.chunks,
        message=f"same content as {original.uri}",
        warnings=original.warnings,
    )


def _row(result: DocumentResult, ending: _Ending) -> tuple[object, ...]:
    return (
        result.job_id,
        result.ordinal,
        result.uri,
        ending.state.value,
        result.size,
        result.attempts,
        ending.code,
        ending.message,
        ending.document_id,
        ending.media_type,
        ending.pages,
        ending.chunks,
        result.seconds,
        ending.warnings,
    )


def fail(
    db: Database,
    job_id: str,
    ordinal: int,
    uri: str,
    code: str,
    message: str,
    attempts: int,
) -> bool:
    """Fail a document that is pending or unknown; False where it has ended already."""
    failed = DocumentResult(
        job_id,
        ordinal,
        "",
        uri,
        DocumentState.FAILED,
        code=code,
        message=message,
        attempts=attempts,
    )
    return _Committer(db, 0).end(failed)
