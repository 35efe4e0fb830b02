"""LangChain: a retriever that searches, and a loader of documents or chunks."""

from collections.abc import Iterator

from gristmill.client.service_client import Client
from gristmill.integrations.extras import extra
from gristmill.integrations.passages import Mode, Passage, Unit, found, loaded

with extra("langchain", "langchain_core"):
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.document_loaders import BaseLoader
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever


class GristmillRetriever(BaseRetriever):
    """The best `limit` chunks for a query, the best first, each with its `score` in its metadata.
    Raises GristmillError, as the client does."""

    client: Client
    collection: str | None = None
    filter: str | None = None
    mode: Mode | None = None
    limit: int = 5

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager
        hits = found(self.client, query, self.collection, self.filter, self.mode, self.limit)
        return [_document(hit) for hit in hits]


class GristmillLoader(BaseLoader):
    """The documents of a collection, or of all, that pass a filter: whole, as Markdown, or by
    `unit="chunk"` as they were divided. `lazy_load` has one of them in memory at a time."""

    def __init__(
        self,
        client: Client,
        *,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002 - as everywhere
        unit: Unit = "document",
    ) -> None:
        self._client, self._collection, self._filter = client, collection, filter
        self._unit = unit

    def lazy_load(self) -> Iterator[Document]:
        """One after the other."""
        return map(_document, loaded(self._client, self._unit, self._collection, self._filter))


def _document(passage: Passage) -> Document:
    return Document(id=passage.id, page_content=passage.text, metadata=passage.metadata)
