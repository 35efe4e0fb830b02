"""Results and plans for the tests of the library."""

import hashlib
import random
from array import array
from collections.abc import Sequence

import msgspec

from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import (
    ChunkDraft,
    DocumentContent,
    DocumentResult,
    PlannedDocument,
    Signature,
)
from gristmill.schemas.outcomes.structure import DocumentWarning, StructureBlock

PIPELINE = "0123456789abcdef"
NUMBERS = 120
"""Of a signature."""


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
    warnings: Sequence[DocumentWarning] = (),
    structure: Sequence[StructureBlock] = (),
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
            "text/plain",
            title,
            metadata or {},
            None,
            drafts(texts, headings, page),
            warnings=tuple(warnings),
            structure=tuple(structure),
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


def with_steps(result: DocumentResult, **changes: object) -> DocumentResult:
    """The result with what steps add to its content."""
    assert result.content is not None
    content = msgspec.structs.replace(result.content, **changes)
    return msgspec.structs.replace(result, content=content)


def signature(seed: int, changed: int = 0, kind: str = "k", threshold: float = 0.8) -> Signature:
    """That of a text; of its numbers, `changed` ones differ."""
    numbers = random.Random(seed)
    values = [numbers.getrandbits(32) for _ in range(NUMBERS)]
    for place in random.Random(seed + 1).sample(range(NUMBERS), changed):
        values[place] ^= 1
    return Signature(kind, array("I", values).tobytes(), threshold)


def signed(uri: str, given: Signature, collection: str = "default") -> DocumentResult:
    """The result of a document of its own, with a signature."""
    result = succeeded(uri, uri=uri, texts=(f"text of {uri}",), collection=collection)
    return with_steps(result, signature=given)
