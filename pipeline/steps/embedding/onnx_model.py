"""A model on disk, run here on one CPU. Nothing is ever downloaded."""

# isort: off
import gristmill.pipeline.steps.one_thread  # noqa: F401
# isort: on

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from gristmill.pipeline.steps.embedding.model_folder import (
    ModelFolder,
    Pooling,
    fingerprint,
    open_folder,
)
from gristmill.pipeline.steps.step_registry import failed, reason_of
from gristmill.schemas.outcomes.results import Vectors
from gristmill.schemas.steps import EmbedModel

_BATCH = 16
_KNOWN_INPUTS = {"input_ids", "attention_mask", "token_type_ids", "position_ids"}
_READY = "sentence_embedding"
"""The output of models that were exported with their pooling."""


class OnnxModel:
    """Texts to vectors. Raises DocumentError `step_failed` where the model cannot be used."""

    def __init__(self, model: EmbedModel) -> None:
        self._name = model.name
        self._folder = open_folder(model.place)
        self._identity = fingerprint(self._folder)
        self.query_prefix = self._folder.query_prefix
        try:
            self._tokenizer = tokenizer_of(self._folder)
            self._session = session_of(self._folder)
        except Exception as error:
            # Both libraries raise exceptions of their own, straight below Exception.
            raise failed("embed", f"{model.place} cannot be loaded ({reason_of(error)})") from None
        inputs = {each.name for each in self._session.get_inputs()}
        self._outputs = [each.name for each in self._session.get_outputs()]
        if "input_ids" not in inputs or not inputs <= _KNOWN_INPUTS:
            wants = ", ".join(sorted(inputs))
            raise failed("embed", f"{model.place} is no model for text: it wants {wants}")

    def identity(self) -> str:
        return self._identity

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Texts of about one length go together, so that little is computed for the padding."""
        rows: list[Any] = [None] * len(texts)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            for index, row in zip(batch, self._run([texts[i] for i in batch]), strict=True):
                rows[index] = row
        return Vectors.of(f"{self._name}@{self._identity}", rows)

    def cut(self, texts: Sequence[str]) -> int:
        return sum(bool(self._tokenizer.encode(text).overflowing) for text in texts)

    def _run(self, texts: list[str]) -> Any:
        wanted = _READY if _READY in self._outputs else self._outputs[0]
        encoded = [self._tokenizer.encode(text) for text in texts]
        out, mask = run_session(self._session, encoded, wanted)
        vectors = _pooled(out, mask, self._folder.pooling)
        if not np.isfinite(vectors).all():
            raise failed("embed", "the model gave numbers that are none")
        if self._folder.normalise:
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors


def run_session(session: Any, encoded: Sequence[Any], wanted: str | None = None) -> Any:
    """What a model says of encoded texts, as floats, and which of their tokens are none."""
    width = max(len(each.ids) for each in encoded)
    ids, mask, types = np.zeros((3, len(encoded), width), dtype=np.int64)
    for row, each in enumerate(encoded):
        ids[row, : len(each.ids)] = each.ids
        mask[row, : len(each.ids)] = 1
        types[row, : len(each.ids)] = each.type_ids
    given = {
        "input_ids": ids,
        "attention_mask": mask,
        "token_type_ids": types,
        "position_ids": np.arange(width, dtype=np.int64)[None, :].repeat(len(encoded), 0),
    }
    inputs = {each.name: given[each.name] for each in session.get_inputs()}
    (out,) = session.run([wanted or session.get_outputs()[0].name], inputs)
    return out.astype(np.float32), mask


def _pooled(out: Any, mask: Any, pooling: Pooling) -> Any:
    """One vector a text, from (texts, tokens, dimensions); padding has no say."""
    if out.ndim == 2:
        return out
    if out.ndim != 3:
        raise failed("embed", f"the model's output has {out.ndim} dimensions, not 2 or 3")
    weights = mask[:, :, None].astype(np.float32)
    match pooling:
        case Pooling.FIRST:
            return out[:, 0]
        case Pooling.LAST:
            return out[np.arange(len(out)), mask.sum(axis=1) - 1]
        case Pooling.MAX:
            return np.where(weights > 0, out, -np.inf).max(axis=1)
        case Pooling.MEAN:
            return (out * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)


def tokenizer_of(folder: ModelFolder) -> Any:
    tokenizer = Tokenizer.from_file(str(folder.tokenizer))
    tokenizer.enable_truncation(folder.tokens)
    tokenizer.no_padding()
    return tokenizer


def session_of(folder: ModelFolder) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(folder.model), options, providers=["CPUExecutionProvider"]
    )
