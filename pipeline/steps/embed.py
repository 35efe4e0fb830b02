"""Step `embed`: a vector for each chunk, from the operator's model or service."""

import msgspec

from gristmill.pipeline.steps.embedding.embedded_text import embedded_text
from gristmill.pipeline.steps.embedding.embedders import embedder
from gristmill.pipeline.steps.step_registry import failed
from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.steps import EmbedModel, EmbedOptions, embed_models

version = "2"
options_type = EmbedOptions


def apply(document: DocumentContent, options: EmbedOptions, settings: Settings) -> Changes:
    """A vector for each chunk, and metadata `embedding`: the model, its dimensions and how many
    chunks (`cut`) were too long for it."""
    model = _model(options, settings)
    maker = embedder(model, settings.embed_key_file)
    texts = [
        options.prefix + embedded_text(chunk, headings=options.headings)
        for chunk in document.chunks
    ]
    vectors = maker.embed(texts)
    said = {"model": model.name, "dimensions": vectors.dimensions}
    if cut := maker.cut(texts):
        said["cut"] = cut
    prefix = maker.query_prefix if options.query_prefix is None else options.query_prefix
    vectors = msgspec.structs.replace(vectors, query_prefix=prefix)
    return Changes(metadata={"embedding": said}, vectors=vectors)


def identity(options: EmbedOptions, settings: Settings) -> str:
    """Another model, or another content of its files, makes other vectors."""
    model = _model(options, settings)
    return f"{model.name}:{embedder(model, settings.embed_key_file).identity()}"


def _model(options: EmbedOptions, settings: Settings) -> EmbedModel:
    models = embed_models(settings.embed_models)
    name = options.model or next(iter(models), None)
    if name is None:
        raise failed("embed", "the service has no model; set embed_models")
    if name not in models:
        raise failed("embed", f"there is no model {name!r}; there are {', '.join(models)}")
    return models[name]
