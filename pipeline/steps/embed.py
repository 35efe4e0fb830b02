"""Step `embed`: a vector for each chunk, from the operator's model or service."""

from typing import Any

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
_PUT = ("prefix", "headings")


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
    said: dict[str, Any] = {"model": model.name, "dimensions": vectors.dimensions}
    said |= _put_before(options)
    if cut := maker.cut(texts):
        said["cut"] = cut
    prefix = maker.query_prefix if options.query_prefix is None else options.query_prefix
    vectors = msgspec.structs.replace(vectors, query_prefix=prefix)
    return Changes(metadata={"embedding": said}, vectors=vectors)


def is_of(model: str | None, said: object, options: EmbedOptions, settings: Settings) -> bool:
    """Whether vectors of a model, of which a document's metadata say this, are those that would be
    made again."""
    wanted = _model(options, settings)
    identity = f"{wanted.name}@{embedder(wanted, settings.embed_key_file).identity()}"
    before = {key: said[key] for key in _PUT if key in said} if isinstance(said, dict) else None
    return model == identity and before == _put_before(options)


def _put_before(options: EmbedOptions) -> dict[str, Any]:
    """What beside the model decides the vectors, as far as it is not the default."""
    given = {"prefix": options.prefix, "headings": options.headings}
    return {key: value for key, value in given.items() if value}


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
