"""A document that is handed in by a protocol of others: a job like any other, which the answer
waits for.

The document is named after its bytes, so that what is read of the library afterwards is what was
handed in, whoever hands in another of the same name meanwhile.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.outcomes.documents import Document, DocumentCode, LedgerRow
from gristmill.schemas.problems.content_errors import NoStructure
from gristmill.schemas.problems.errors import DuplicateJob
from gristmill.schemas.problems.protocol_errors import (
    AnswerTooLarge,
    DocumentUnreadable,
    StillReading,
)
from gristmill.schemas.rendering.forms import ContentForm
from gristmill.server.calls.asked import Asked
from gristmill.server.messages.uploads import Uploads
from gristmill.server.services import Services
from gristmill.storage.library.written import content_of
from gristmill.storage.spool import Readable

DROP_IN = "drop_in"
"""The field of a job's metadata that says which protocol it came by; its documents have it as
`metadata.job.drop_in`, which `DropInSweeper` looks for."""
_PEEK_S = 0.02
_ROWS_AT_ONCE = 100
_MOST_DOCUMENTS = 1_000
_MOST_BYTES = 64 * 1024 * 1024
"""Of all that is written into one answer."""
_NO_TEXT = frozenset({DocumentCode.EMPTY, DocumentCode.NEEDS_OCR})
_UNNAMED = "document"


class Handed(NamedTuple):
    """One document to hand in. `claim` is its media type, as far as the client knows it."""

    stream: Readable
    name: str | None
    claim: str | None


def hand_in(services: Services, asked: Asked, protocol: str, documents: Iterator[Handed]) -> str:
    """Make a job of documents; returns its id, or that of the job that reads the same already.
    Raises what a submission does."""
    settings = services.settings
    asked.caller.expect_collection(settings.drop_in_collection)
    with Uploads(services.spool, settings) as uploads:
        for each in documents:
            uploads.add(each.stream, each.name or _UNNAMED, each.claim)
    named = [
        msgspec.structs.replace(each, uri=f"{each.sha256[:16]}/{each.uri}")
        for each in uploads.stored
    ]
    task = IngestionTask(
        sources=[], collection=settings.drop_in_collection, metadata={DROP_IN: protocol}
    )
    try:
        submission = services.intake.submit(
            task, uploads=named, job_id=uploads.job_id, submitter=asked.submitter
        )
    except DuplicateJob as error:
        return str(error.extra["job_id"])
    return submission.manifest.job_id


def awaited(services: Services, job_id: str) -> Manifest:
    """The manifest of a job that has ended. Raises StillReading once `drop_in_wait_s` have passed,
    or at once where as many wait as may."""
    ended = services.manifests.is_ended
    services.waiting.wait(
        lambda: ended(job_id), bool, services.settings.drop_in_wait_s, longest_pause_s=_PEEK_S
    )
    manifest = services.manifest(job_id)
    if not manifest.state.terminal:
        raise StillReading(
            f"the document is still being read, as job {job_id}; send it again, and the answer "
            "waits for the same job",
            job_id=job_id,
        )
    return manifest


class Found(NamedTuple):
    """A document of the library by the name that it was handed in with: where it holds the same
    bytes already, that is not the name that it has."""

    name: str
    document: Document


class Contents:
    """The documents of an ended job, each written in a form, as far as one answer may hold them."""

    def __init__(self, services: Services, job_id: str) -> None:
        self._services, self._job_id = services, job_id
        self._left = _MOST_BYTES
        self.failed: list[LedgerRow] = []

    def documents(self) -> list[Found]:
        """Those that were read, at least one. Raises DocumentUnreadable where there is none,
        AnswerTooLarge, StillReading where one is gone already."""
        found = [self._found(row) for row in self._rows() if row.document_id is not None]
        if not found:
            raise self._unreadable()
        return found

    def written(self, found: Found, form: ContentForm) -> str:
        """A document in a form. Raises AnswerTooLarge."""
        library, document = self._services.library, found.document
        try:
            data = content_of(library, document, form)
        except NoStructure:
            data = content_of(library, document, ContentForm.TEXT)
        self._left -= len(data)
        if self._left < 0:
            raise AnswerTooLarge(
                f"job {self._job_id} has more than {_MOST_BYTES} bytes of text; the library has "
                "all of it: GET /documents and /documents/ID/content",
                job_id=self._job_id,
            )
        return data.decode()

    def _rows(self) -> Iterator[LedgerRow]:
        after: int | None = None
        seen = 0
        while rows := self._services.library.ledger_page(
            self._job_id, state=None, after=after, limit=_ROWS_AT_ONCE
        ):
            seen += len(rows)
            if seen > _MOST_DOCUMENTS:
                raise AnswerTooLarge(
                    f"job {self._job_id} has more than {_MOST_DOCUMENTS} documents; the library "
                    "has all of them: GET /documents",
                    job_id=self._job_id,
                )
            self.failed += [row for row in rows if row.code is not None]
            yield from rows
            after = rows[-1].ordinal

    def _found(self, row: LedgerRow) -> Found:
        found = self._services.library.document(row.document_id or "")
        if found is None:
            raise StillReading(
                "the document was removed since it was read (drop_in_keep_s); send it again",
                job_id=self._job_id,
            )
        return Found(_given_name(row.uri), found)

    def _unreadable(self) -> DocumentUnreadable:
        if not self.failed:
            return DocumentUnreadable(
                f"nothing was read: job {self._job_id} was ended before", job_id=self._job_id
            )
        row = self.failed[0]
        # Open WebUI looks for these words, and then reads the file itself.
        about = "No extractable text: " if row.code in _NO_TEXT else ""
        return DocumentUnreadable(
            f"{about}{_given_name(row.uri)}: {row.message}",
            job_id=self._job_id,
            document_code=row.code,
        )


def _given_name(uri: str) -> str:
    return uri.partition("/")[2] or uri
