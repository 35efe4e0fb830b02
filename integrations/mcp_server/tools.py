"""The tools: what a model may ask of a service, each answered in a text of bounded length."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from gristmill.client.awaiting_client import AsyncClient
from gristmill.integrations.mcp_server.telling import (
    MOST_CHARS,
    chunk_told,
    collections_told,
    hits_told,
    job_told,
    part_told,
)
from gristmill.schemas.problems.errors import InvalidRequest, PathForbidden
from gristmill.schemas.problems.waiting import StillPending

_MOST_HITS, _MOST_NEIGHBOURS, _MOST_WAIT_S, _MOST_REASONS = 20, 5, 60, 10
_MOST_COLLECTIONS = 200

Hits = Annotated[int, Field(ge=1, le=_MOST_HITS, description="The most chunks.")]
Neighbours = Annotated[
    int, Field(ge=0, le=_MOST_NEIGHBOURS, description="So many chunks before it and after it.")
]
WaitS = Annotated[float, Field(ge=0, le=_MOST_WAIT_S, description="Seconds to wait for its end.")]
Offset = Annotated[int, Field(ge=0, description="Where to begin, in characters.")]
Chars = Annotated[int, Field(ge=100, le=MOST_CHARS, description="The most characters.")]
Where = Annotated[
    str | None,
    Field(description="A condition on documents, such as `pages > 10 and media_type = text/html`."),
]
CollectionName = Annotated[str | None, Field(description="Only in this collection.")]


class Tools:
    """The tools over one client. Files are only read below `roots`."""

    def __init__(self, client: AsyncClient, roots: Sequence[Path]) -> None:
        self._client = client
        self._roots = [root.resolve() for root in roots]

    async def search(
        self,
        query: str,
        collection: CollectionName = None,
        filter: Where = None,  # noqa: A002 - as everywhere
        mode: Literal["lexical", "vector", "hybrid"] | None = None,
        limit: Hits = 5,
        cursor: str | None = None,
    ) -> str:
        """Search ingested documents. The answer has the best chunks, each with its chunk_id, which
        read_chunk takes. A query may have "phrases", -without and begins*."""
        found = await self._client.search(
            query, collection=collection, filter=filter, mode=mode, limit=limit, cursor=cursor
        )
        return hits_told(found)

    async def read_chunk(self, chunk_id: str, neighbours: Neighbours = 1) -> str:
        """Read a chunk that a search has found, with its neighbours, and its document_id."""
        document_id, _, number = chunk_id.rpartition("-")
        if not (document_id and number.isdecimal()):
            raise InvalidRequest(f"{chunk_id!r} is no chunk_id, as a search tells it")
        return chunk_told(await self._client.chunk(document_id, int(number), context=neighbours))

    async def read_document(
        self, document_id: str, offset: Offset = 0, most_chars: Chars = 8000
    ) -> str:
        """Read a document as Markdown, part by part."""
        content = await self._client.content(document_id, format="markdown")
        return part_told(content, offset, most_chars)

    async def list_collections(self) -> str:
        """The collections that there are, with their sizes."""
        numbers = count()
        found = [
            each
            async for each in self._client.iter_collections()
            if next(numbers) < _MOST_COLLECTIONS
        ]
        return collections_told(found)

    async def ingest_text(self, text: str, name: str, collection: str = "default") -> str:
        """Add a text to a collection. `name` names it: one with the same name is replaced."""
        source = {"type": "text", "text": text, "name": name}
        return await self._submitted(source, collection)

    async def ingest_url(self, url: str, collection: str = "default") -> str:
        """Add the document at a URL, where the service fetches them."""
        return await self._submitted({"type": "url", "url": url}, collection)

    async def ingest_file(self, path: str, collection: str = "default") -> str:
        """Add a file of this machine, below one of the folders that its user has allowed."""
        file = Path(path).expanduser().resolve()
        if not any(file.is_relative_to(root) for root in self._roots):
            allowed = ", ".join(map(str, self._roots)) or "none"
            raise PathForbidden(f"{path} is below no allowed folder ({allowed}); see --allow-root")
        job = await self._client.upload(file, collection=collection)
        return job_told(job, ())

    async def follow_job(self, job_id: str, wait_s: WaitS = 20) -> str:
        """How far a job has come, and why documents of it failed."""
        try:
            job = await self._client.wait(job_id, timeout_s=wait_s)
        except StillPending:
            job = await self._client.job(job_id)
        if not job.counts.failed:
            return job_told(job, ())
        page = await self._client.job_documents(job_id, state="failed", limit=_MOST_REASONS)
        return job_told(job, page.items)

    async def _submitted(self, source: dict[str, str], collection: str) -> str:
        job = await self._client.submit({"sources": [source], "collection": collection})
        return job_told(job, ())
