"""Documents whose chunks have vectors of the tiny model, as the step `embed` makes them."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from support.library_samples import succeeded, with_steps

from gristmill.pipeline.steps.embedding.embedders import embedder
from gristmill.schemas.outcomes.results import DocumentResult
from gristmill.schemas.steps import EmbedModel


def embedded(
    folder: Path,
    uri: str,
    *texts: str,
    collection: str = "default",
    name: str = "tiny",
    query_prefix: str = "",
    title: str | None = None,
) -> DocumentResult:
    """A document of these chunks, with the vectors of the model in a folder."""
    vectors = embedder(EmbedModel(name, str(folder)), "").embed(texts)
    vectors = msgspec.structs.replace(vectors, query_prefix=query_prefix)
    job = f"{collection}:{uri}:{texts}"
    result = succeeded(job, uri=uri, texts=texts, collection=collection, title=title)
    return with_steps(result, vectors=vectors)


def uris(hits: Sequence[object]) -> list[str]:
    return [str(getattr(hit, "uri", "")) for hit in hits]
