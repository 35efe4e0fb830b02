"""LlamaIndex: a retriever that searches, and a reader of documents or chunks."""

import asyncio
from collections.abc import Iterator
from typing import Any

from gristmill.client.service_client import Client
from gristmill.integrations.extras import extra
from gristmill.integrations.passages import Mode, Unit, found, loaded

with extra("llamaindex", "llama_index"):
    from llama_index.core.readers.base import BaseReader
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import Document, NodeWithScore, QueryBundle, TextNode


class GristmillRetriever(BaseRetriever):
    """The best `limit` chunks for a query, the best first. Raises GristmillError, as the client
    does."""

    def __init__(
        self,
        client: Client,
        *,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002 - as everywhere
        mode: Mode | None = None,
        limit: int = 5,
        **more: Any,
    ) -> None:
        self._client, self._collection, self._filter = client, collection, filter
        self._mode, self._limit = mode, limit
        super().__init__(**more)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = query_bundle.query_str
        hits = found(self._client, query, self._collection, self._filter, self._mode, self._limit)
        return [
            NodeWithScore(
                node=TextNode(id_=hit.id, text=hit.text, metadata=hit.metadata), score=hit.score
            )
            for hit in hits
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        # As it is inherited it would hold up the loop while the service is asked.
        return await asyncio.to_thread(self._retrieve, query_bundle)


class GristmillReader(BaseReader):
    """The documents of a collection, or of all, that pass a filter: whole, as Markdown, or by
    `unit="chunk"` as they were divided, with their vectors where the step `embed` made some."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def lazy_load_data(
        self,
        collection: str | None = None,
        *,
        filter: str | None = None,  # noqa: A002 - as everywhere
        unit: Unit = "document",
    ) -> Iterator[Document]:
        """One after the other; `load_data` takes the same and returns a list."""
        for each in loaded(self._client, unit, collection, filter):
            yield Document(
                id_=each.id, text=each.text, metadata=each.metadata, embedding=each.vector
            )
