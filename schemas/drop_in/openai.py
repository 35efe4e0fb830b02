"""What clients of OpenAI's vector stores send and read: a store is a collection, a file a document.

The names of members are OpenAI's.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

MOST_RESULTS = 50
MOST_QUERIES = 10
Attributes = dict[str, str | int | float | bool]
"""What is known of a document, each by the key that `filters` find it by."""


class RankingOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How hits are ranked: as the service does. Our scores have no upper end, so there is no
    threshold but 0, which leaves out nothing."""

    ranker: Literal["auto", "none"] = "auto"
    score_threshold: Annotated[float, Meta(ge=0, le=0)] = 0


class StoreSearch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to look for in a store. Several queries are asked one by one, and their hits come by
    turns. `filters` are OpenAI's: a comparison, or `and` and `or` of such. A query is never
    rewritten."""

    query: str | Annotated[list[str], Meta(min_length=1, max_length=MOST_QUERIES)]
    filters: dict[str, Any] | None = None
    max_num_results: Annotated[int, Meta(ge=1, le=MOST_RESULTS)] = 10
    ranking_options: RankingOptions | None = None
    rewrite_query: Annotated[bool, Meta(extra_json_schema={"const": False})] = False


class TextContent(msgspec.Struct, frozen=True):
    """The text of a chunk."""

    text: str
    type: Literal["text"] = "text"


class StoreHit(msgspec.Struct, frozen=True):
    """A chunk that was found, with its document. A higher `score` is better."""

    file_id: str
    filename: str
    score: float
    attributes: Attributes
    content: tuple[TextContent, ...]


class StoreHits(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found, the best first: one page, with nothing after it."""

    object: Literal["vector_store.search_results.page"] = "vector_store.search_results.page"
    search_query: Sequence[str]
    data: Sequence[StoreHit]
    has_more: bool = False
    next_page: None = None


class FileCounts(msgspec.Struct, frozen=True):
    """Documents by what became of them: those of the library were read."""

    completed: int
    total: int
    in_progress: int = 0
    failed: int = 0
    cancelled: int = 0


class VectorStore(msgspec.Struct, frozen=True, kw_only=True):
    """A collection. `usage_bytes` are those that its documents were read from; times are in whole
    seconds since the epoch, `created_at` is 0 where it is not known."""

    id: str
    object: Literal["vector_store"] = "vector_store"
    name: str
    created_at: int = 0
    last_active_at: int | None = None
    usage_bytes: int
    file_counts: FileCounts
    status: Literal["completed"] = "completed"
    expires_after: None = None
    expires_at: None = None
    metadata: dict[str, str] = {}


class OtherChunking(msgspec.Struct, frozen=True):
    """Says that how it was cut is nothing that this protocol has words for."""

    type: Literal["other"] = "other"


class StoreFile(msgspec.Struct, frozen=True, kw_only=True):
    """A document. `filename` is its uri; `usage_bytes` is not told by this call."""

    id: str
    object: Literal["vector_store.file"] = "vector_store.file"
    vector_store_id: str
    filename: str
    created_at: int
    status: Literal["completed"] = "completed"
    usage_bytes: None = None
    last_error: None = None
    chunking_strategy: OtherChunking = OtherChunking()
    attributes: Attributes


class FileDeleted(msgspec.Struct, frozen=True):
    """A document was taken out of the library."""

    id: str
    object: Literal["vector_store.file.deleted"] = "vector_store.file.deleted"
    deleted: bool = True


class VectorStorePage(msgspec.Struct, frozen=True, kw_only=True):
    """Collections by name. The next page is `after` the last."""

    object: Literal["list"] = "list"
    data: Sequence[VectorStore]
    first_id: str | None
    last_id: str | None
    has_more: bool


class StoreFilePage(msgspec.Struct, frozen=True, kw_only=True):
    """Documents, newest first. The next page is `after` the last."""

    object: Literal["list"] = "list"
    data: Sequence[StoreFile]
    first_id: str | None
    last_id: str | None
    has_more: bool
