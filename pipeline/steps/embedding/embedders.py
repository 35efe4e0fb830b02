"""Which of the ways to make vectors a model needs, loaded once in the life of a process."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from gristmill.pipeline.steps.embedding.tables_head import STATIC_TABLES, tables_head
from gristmill.pipeline.steps.step_registry import failed
from gristmill.schemas.outcomes.results import Vectors
from gristmill.schemas.steps import EmbedModel


class Embedder(Protocol):
    """What makes vectors of texts."""

    @property
    def query_prefix(self) -> str:
        """What the model wants before a query, as far as its files say."""
        ...

    def identity(self) -> str:
        """What decides the vectors, beside the text."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A vector for each text, in order. Raises DocumentError `step_failed`."""
        ...

    def cut(self, texts: Sequence[str]) -> int:
        """How many of the texts are too long for the model, which sees only their beginning."""
        ...


@lru_cache(maxsize=2)
def embedder(model: EmbedModel, key_file: str) -> Embedder:
    """Only what the model needs is imported. Raises DocumentError `step_failed`."""
    if model.is_service:
        from gristmill.pipeline.steps.embedding.embedding_service import EmbeddingService

        return EmbeddingService(model, key_file)
    try:
        if _is_static(Path(model.place).expanduser()):
            from gristmill.pipeline.steps.embedding.static_model import StaticModel

            return StaticModel(model)
        from gristmill.pipeline.steps.embedding.onnx_model import OnnxModel
    except ImportError as error:
        hint = "pip install 'gristmill[embed]'"
        raise failed("embed", f"{error.name} is not installed; {hint}") from None
    return OnnxModel(model)


def _is_static(folder: Path) -> bool:
    """Whether a folder has the one table of a static model, and not those of a network."""
    head, _ = tables_head(folder / "model.safetensors")
    return any(name in head for name in STATIC_TABLES)
