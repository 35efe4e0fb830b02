"""The library of the made-up texts, written by the code that workers write with."""

import hashlib
from itertools import islice
from pathlib import Path

from benchmarks.search.made_up_texts import MadeUp, Texts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent, DocumentResult
from gristmill.storage.library import Library

_AT_ONCE = 200
_MEDIA_TYPES = ("text/plain", "text/html", "application/pdf")
TEAMS, COLLECTIONS = 50, 4


def build(path: Path, texts: Texts, chunks: int) -> None:
    """Documents by the hundred in a transaction, as workers commit small ones."""
    documents = texts.documents(chunks)
    with Library.open(path) as library:
        while batch := list(islice(documents, _AT_ONCE)):
            library.commit([_result(each) for each in batch])


def _result(made: MadeUp) -> DocumentResult:
    number, at, drafts = made.number, 0, []
    for text in made.chunks:
        drafts.append(ChunkDraft(text, (), None, at, at + len(text)))
        at += len(text) + 1
    media_type = _MEDIA_TYPES[number % len(_MEDIA_TYPES)]
    metadata = {"job": {"team": f"team-{number % TEAMS}", "year": 1990 + number % 35}}
    return DocumentResult(
        f"benchmark-{number // 1000}",
        number % 1000,
        f"part-{number % COLLECTIONS}",
        f"https://example.org/{number % 97}/{number}",
        DocumentState.SUCCEEDED,
        size=at,
        seconds=0.01,
        sha256=hashlib.sha256(b"%d" % number).hexdigest(),
        pipeline="benchmark",
        media_type=media_type,
        content=DocumentContent(media_type, made.title, metadata, None, tuple(drafts)),
    )
