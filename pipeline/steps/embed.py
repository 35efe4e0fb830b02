"""Step `embed`: a vector for each chunk, from the operator's model or service."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from gristmill.pipeline.steps.embedding.embedded_text import embedded_text
from gristmill.pipeline.steps.step_registry import failed
from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.results import DocumentContent, Vectors
from gristmill.schemas.steps import EmbedModel, EmbedOptions, embed_models

version = "2"
options_type = EmbedOptions


class Embedder(Protocol):
    """What makes vectors of texts."""

    def identity(self) -> str:
        """What decides the vectors, beside the text."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A vector for each text, in order. Raises DocumentError `step_failed`."""
        ...

    def cut(self, texts: Sequence[str]) -> int:
        """How many of the texts are too long for the model, which sees only their beginning."""
        ...


def apply(document: DocumentContent, options: EmbedOptions, settings: Settings) -> Changes:
    """A vector for each chunk, and metadata `embedding`: the model, its dimensions and how many
    chunks (`cut`) were too long for it."""
    model = _model(options, settings)
    embedder = _embedder(model, settings.embed_key_file)
    texts = [
        options.prefix + embedded_text(chunk, headings=options.headings)
        for chunk in document.chunks
    ]
    vectors = embedder.embed(texts)
    said = {"model": model.name, "dimensions": vectors.dimensions}
    if cut := embedder.cut(texts):
        said["cut"] = cut
    return Changes(metadata={"embedding": said}, vectors=vectors)


def identity(options: EmbedOptions, settings: Settings) -> str:
    """Another model, or another content of its files, makes other vectors."""
    model = _model(options, settings)
    return f"{model.name}:{_embedder(model, settings.embed_key_file).identity()}"


def _model(options: EmbedOptions, settings: Settings) -> EmbedModel:
    models = embed_models(settings.embed_models)
    name = options.model or next(iter(models), None)
    if name is None:
        raise failed("embed", "the service has no model; set embed_models")
    if name not in models:
        raise failed("embed", f"there is no model {name!r}; there are {', '.join(models)}")
    return models[name]


@lru_cache(maxsize=2)
def _embedder(model: EmbedModel, key_file: str) -> Embedder:
    """Loaded once in the life of a worker, and only what the model needs is imported."""
    if model.is_service:
        from gristmill.pipeline.steps.embedding.embedding_service import EmbeddingService

        return EmbeddingService(model, key_file)
    try:
        from gristmill.pipeline.steps.embedding.onnx_model import OnnxModel
    except ImportError as error:
        hint = "pip install 'gristmill[embed]'"
        raise failed("embed", f"{error.name} is not installed; {hint}") from None
    return OnnxModel(model)
