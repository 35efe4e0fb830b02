"""Results and plans for the tests of the library."""

import hashlib
from collections.abc import Sequence

from gristmill.schemas.results import ChunkDraft, DocumentContent, DocumentResult, PlannedDocument
from gristmill.schemas.states import DocumentState

PIPELINE = "0123456789abcdef"


def drafts(
    texts: Sequence[str], headings: tuple[str, ...] = (), page: int | None = None
) -> tuple[ChunkDraft, ...]:
    """Chunks that lie one behind the other."""
    found, at = [], 0
    for text in texts:
        found.append(ChunkDraft(text, headings, page, at, at + len(text)))
        at += len(text)
    return tuple(found)


def succeeded(
    job_id: str = "job",
    ordinal: int = 0,
    *,
    uri: str = "a.txt",
    texts: Sequence[str] = ("the quick brown fox",),
    collection: str = "default",
    title: str | None = None,
    headings: tuple[str, ...] = (),
    page: int | None = None,
    pipeline: str = PIPELINE,
    metadata: dict[str, object] | None = None,
) -> DocumentResult:
    """The result of a document whose bytes are its chunks' texts."""
    data = "".join(texts).encode(errors="surrogatepass")
    return DocumentResult(
        job_id=job_id,
        ordinal=ordinal,
        collection=collection,
        uri=uri,
        state=DocumentState.SUCCEEDED,
        size=len(data),
        seconds=0.25,
        sha256=hashlib.sha256(data).hexdigest(),
        pipeline=pipeline,
        media_type="text/plain",
        content=DocumentContent(
            "text/plain", title, metadata or {}, None, drafts(texts, headings, page)
        ),
    )


def failed(job_id: str = "job", ordinal: int = 0, code: str = "parse_error") -> DocumentResult:
    return DocumentResult(
        job_id=job_id,
        ordinal=ordinal,
        collection="default",
        uri=f"{ordinal}.txt",
        state=DocumentState.FAILED,
        code=code,
        message="it is broken",
    )


def planned(count: int) -> list[PlannedDocument]:
    return [
        PlannedDocument(n, f"{n}.txt", 0, path=f"/docs/{n}.txt", size=10 * n) for n in range(count)
    ]
