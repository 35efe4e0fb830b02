"""A cross-encoder on disk: it reads a query and a text together, and says how well they match."""

# isort: off
import gristmill.pipeline.steps.one_thread  # noqa: F401
# isort: on

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from gristmill.pipeline.steps.embedding.model_folder import open_folder
from gristmill.pipeline.steps.embedding.onnx_model import run_session, session_of, tokenizer_of
from gristmill.pipeline.steps.step_registry import failed, reason_of

_BATCH = 8


class CrossEncoder:
    """Raises DocumentError `step_failed` where the model cannot be used."""

    def __init__(self, place: str) -> None:
        folder = open_folder(place)
        try:
            self._tokenizer, self._session = tokenizer_of(folder), session_of(folder)
        except Exception as error:
            # Both libraries raise exceptions of their own, straight below Exception.
            raise failed("rerank", f"{place} cannot be loaded ({reason_of(error)})") from None

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One for each text, in order: more is better, and nothing else is said by it."""
        found: list[float] = [0.0] * len(texts)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for first in range(0, len(order), _BATCH):
            some = order[first : first + _BATCH]
            encoded = [self._tokenizer.encode(query, texts[at]) for at in some]
            for at, score in zip(some, self._logits(encoded), strict=True):
                found[at] = float(score)
        return found

    def _logits(self, encoded: Sequence[Any]) -> Any:
        out, _ = run_session(self._session, encoded)
        if out.ndim == 2 and out.shape[1] in (1, 2):
            # Of two classes the second one is that they match.
            out = out[:, -1] - (out[:, 0] if out.shape[1] == 2 else 0)
        if out.ndim != 1 or not np.isfinite(out).all():
            raise failed("rerank", "the model gives no number for a pair of texts")
        return out


@lru_cache(maxsize=1)
def cross_encoder(place: str) -> CrossEncoder:
    return CrossEncoder(place)
