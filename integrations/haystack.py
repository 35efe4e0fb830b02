"""Haystack: components that search, and that load documents or chunks."""

import asyncio
from typing import Any

from gristmill.client.service_client import Client
from gristmill.integrations.extras import extra
from gristmill.integrations.passages import Mode, Passage, Unit, found, loaded

with extra("haystack", "haystack"):
    from haystack import Document, component, default_from_dict, default_to_dict
    from haystack.utils import Secret


class _Component:
    """What both have: a service, named so that a pipeline can be saved and loaded, without its
    key. A Secret, or the environment, has that."""

    def __init__(self, server: str | None, key: Secret | None, **chosen: Any) -> None:
        self._named = {"server": server, "key": key, **chosen}
        self._client = Client(server, key=None if key is None else key.resolve_value())

    def to_dict(self) -> dict[str, Any]:
        """What a saved pipeline says of it."""
        saved: dict[str, Any] = default_to_dict(self, **self._named)
        return saved

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Any:
        """The component that a saved pipeline tells of."""
        return default_from_dict(cls, data)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


@component
class GristmillRetriever(_Component):
    """The best `top_k` chunks for a query, the best first. Raises GristmillError, as the client
    does."""

    def __init__(
        self,
        server: str | None = None,
        *,
        key: Secret | None = None,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002 - as everywhere
        mode: Mode | None = None,
        top_k: int = 10,
    ) -> None:
        # `component` makes the class anew, so that `super()` would name another one.
        _Component.__init__(
            self, server, key, collection=collection, filter=filter, mode=mode, top_k=top_k
        )
        self._collection, self._filter, self._mode = collection, filter, mode
        self._top_k = top_k

    @component.output_types(documents=list[Document])
    def run(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """Search."""
        most = self._top_k if top_k is None else top_k
        hits = found(self._client, query, self._collection, self._filter, self._mode, most)
        return {"documents": [_document(hit) for hit in hits]}

    @component.output_types(documents=list[Document])
    async def run_async(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """The same in a thread, so that a pipeline's loop goes on."""
        return await asyncio.to_thread(self.run, query, top_k)


@component
class GristmillLoader(_Component):
    """The documents of a collection, or of all, that pass a filter: whole, as Markdown, or by
    `unit="chunk"` as they were divided, with their vectors where the step `embed` made some."""

    def __init__(
        self,
        server: str | None = None,
        *,
        key: Secret | None = None,
        collection: str | None = None,
        filter: str | None = None,  # noqa: A002 - as everywhere
        unit: Unit = "document",
    ) -> None:
        _Component.__init__(self, server, key, collection=collection, filter=filter, unit=unit)
        self._collection, self._filter, self._unit = collection, filter, unit

    @component.output_types(documents=list[Document])
    def run(self) -> dict[str, list[Document]]:
        """Load them."""
        passages = loaded(self._client, self._unit, self._collection, self._filter)
        return {"documents": [_document(each) for each in passages]}


def _document(passage: Passage) -> Document:
    return Document(
        id=passage.id,
        content=passage.text,
        meta=passage.metadata,
        score=passage.score,
        embedding=passage.vector,
    )
