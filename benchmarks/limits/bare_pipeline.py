"""The pipeline by itself: what a document, and each one inside of it, becomes."""

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from gristmill.pipeline.containers.members import is_archive, open_members
from gristmill.pipeline.process import identify, process, versions
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pool.worker.documents.nested import is_looked_into, listing
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options, pipeline_hash
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import MEMBER_MARK, DocumentResult, Member, PlannedDocument
from gristmill.schemas.problems.errors import DocumentError

JOB = "bare"


class Item(NamedTuple):
    """A document to do: a file, or a text under a name."""

    uri: str
    text: str | None = None

    def data(self) -> bytes:
        return Path(self.uri).read_bytes() if self.text is None else self.text.encode()


class BarePipeline:
    """Makes results of items, ready to be committed, with the ordinals of one job."""

    def __init__(self, job_id: str = JOB) -> None:
        self._job_id, self._options, self._limits = job_id, Options(), Limits()
        self._pipeline = pipeline_hash(self._options, versions())
        self._room = Settings().max_documents
        self._ordinals = itertools.count()

    def results(self, item: Item) -> Iterator[DocumentResult]:
        """The document and those inside of it; an archive is none itself."""
        blob = Blob(item.data(), Path(item.uri).name, None)
        try:
            media_type = identify(blob)
        except DocumentError as error:
            yield self._failed(item.uri, blob, error.document_code)
            return
        document = PlannedDocument(0, item.uri, 0)
        if is_looked_into(document, media_type):
            yield from self._inside(blob, document, is_archive(media_type))
        if not is_archive(media_type):
            yield self._result(item.uri, blob, media_type)

    def _inside(
        self, blob: Blob, document: PlannedDocument, archive: bool
    ) -> Iterator[DocumentResult]:
        found, trouble = listing(blob, document, self._limits, self._room)
        if archive and (trouble or not found):
            code = trouble.document_code if trouble else DocumentCode.EMPTY
            yield self._failed(document.uri, blob, code)
        elif trouble:
            found += (Member("attachments", None, trouble.document_code, trouble.message),)
        for member in found:
            if member.code is not None:
                uri = f"{document.uri}{MEMBER_MARK}{member.path}"
                yield self._failed(uri, Blob(b"", "", None), member.code)
        paths = [member.path for member in found if member.code is None]
        for path, data in open_members(blob.data, paths, self._limits):
            yield self._member(f"{document.uri}{MEMBER_MARK}{path}", data)

    def _member(self, uri: str, data: bytes | DocumentError) -> DocumentResult:
        if isinstance(data, DocumentError):
            return self._failed(uri, Blob(b"", "", None), data.document_code)
        return self._result(uri, Blob(data, Path(uri).name, None))

    def _result(self, uri: str, blob: Blob, media_type: str | None = None) -> DocumentResult:
        try:
            content = process(blob, self._options, self._limits, media_type=media_type)
        except DocumentError as error:
            return self._failed(uri, blob, error.document_code)
        return msgspec.structs.replace(
            self._blank(uri, blob),
            state=DocumentState.SUCCEEDED,
            content=content,
            media_type=content.media_type,
        )

    def _failed(self, uri: str, blob: Blob, code: str) -> DocumentResult:
        return msgspec.structs.replace(self._blank(uri, blob), code=code)

    def _blank(self, uri: str, blob: Blob) -> DocumentResult:
        return DocumentResult(
            self._job_id,
            next(self._ordinals),
            "default",
            uri,
            DocumentState.FAILED,
            size=len(blob.data),
            sha256=hashlib.sha256(blob.data).hexdigest(),
            pipeline=self._pipeline,
        )
