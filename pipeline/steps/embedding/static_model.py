"""A static model on disk, as `model2vec` leaves one: a vector for each token of its vocabulary.

The vector of a text is the mean of those of its tokens. No network is run, so it takes a hundredth
of the time of one. The file is read here: the format `safetensors` is a head of JSON and the bytes
of the tables.
"""

# isort: off
import gristmill.pipeline.steps.one_thread  # noqa: F401
# isort: on

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from gristmill.pipeline.steps.embedding.model_folder import digest_of, json_object
from gristmill.pipeline.steps.embedding.tables_head import STATIC_TABLES, tables_head
from gristmill.pipeline.steps.step_registry import failed, reason_of
from gristmill.schemas.outcomes.results import Vectors
from gristmill.schemas.steps import EmbedModel

_MOST_TOKENS = 512
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I8": "i1", "I32": "<i4", "I64": "<i8"}


class StaticModel:
    """Texts to vectors. Raises DocumentError `step_failed` where the model cannot be used."""

    query_prefix = ""

    def __init__(self, model: EmbedModel) -> None:
        folder = Path(model.place).expanduser()
        self._name = model.name
        files = [folder / each for each in ("model.safetensors", "tokenizer.json", "config.json")]
        try:
            tables = _tables(files[0])
            self._table = next(tables[name] for name in STATIC_TABLES if name in tables)
            self._tokenizer = _tokenizer(files[1])
            self._weights, self._mapping = tables.get("weights"), tables.get("mapping")
            self._check(len(self._tokenizer.get_vocab()))
            self._unknown = _unknown(self._tokenizer)
        except StopIteration:
            raise failed("embed", f"{files[0]} holds no table of embeddings") from None
        except Exception as error:
            # The tokenizer raises exceptions of its own, straight below Exception.
            raise failed("embed", f"{folder} cannot be loaded ({reason_of(error)})") from None
        self._normalise = bool(json_object(files[2]).get("normalize", False))
        self._identity = digest_of([each for each in files if each.is_file()], "static")

    def identity(self) -> str:
        return self._identity

    def cut(self, texts: Sequence[str]) -> int:
        return sum(bool(each.overflowing) for each in self._encoded(texts))

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [self._vector(each.ids) for each in self._encoded(texts)]
        return Vectors.of(f"{self._name}@{self._identity}", rows)

    def _encoded(self, texts: Sequence[str]) -> list[Any]:
        found: list[Any] = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return found

    def _vector(self, tokens: list[int]) -> Any:
        ids = np.array([each for each in tokens if each != self._unknown], dtype=np.int64)
        if not len(ids):
            return np.zeros(self._table.shape[1], dtype=np.float32)
        rows = self._table[ids if self._mapping is None else self._mapping[ids]].astype(np.float32)
        if self._weights is not None:
            rows *= self._weights[ids].astype(np.float32)[:, None]
        mean = rows.mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-12) if self._normalise else mean

    def _check(self, tokens: int) -> None:
        """Raises ValueError where tables and tokenizer do not belong together."""
        rows = len(self._table if self._mapping is None else self._mapping)
        if self._table.ndim != 2 or rows < tokens:
            raise ValueError(f"{rows} vectors for {tokens} tokens")
        if self._weights is not None and len(self._weights) < tokens:
            raise ValueError(f"{len(self._weights)} weights for {tokens} tokens")
        if self._mapping is not None and not 0 <= self._mapping.min() <= self._mapping.max() < len(
            self._table
        ):
            raise ValueError("its mapping leads outside of its table")
        if not np.isfinite(self._table).all():
            raise ValueError("its table has numbers that are none")


def _tables(path: Path) -> dict[str, Any]:
    """The tables of a file, by name. Raises ValueError, KeyError, OSError for one that is wrong."""
    head, begin = tables_head(path)
    body = np.memmap(path, dtype=np.uint8, mode="r")[begin:]
    found = {}
    for name, said in head.items():
        if said["dtype"] not in _TYPES:
            continue
        first, end = said["data_offsets"]
        if not 0 <= first <= end <= len(body):
            raise ValueError(f"table {name} leads outside of the file")
        table = np.frombuffer(body[first:end].tobytes(), dtype=_TYPES[said["dtype"]])
        found[name] = table.reshape(said["shape"])
    return found


def _tokenizer(path: Path) -> Any:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(_MOST_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _unknown(tokenizer: Any) -> int | None:
    """The token for what is not in the vocabulary, which says nothing."""
    name = getattr(tokenizer.model, "unk_token", None)
    found: int | None = None if name is None else tokenizer.token_to_id(name)
    return found
