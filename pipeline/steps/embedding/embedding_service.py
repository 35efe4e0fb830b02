"""An OpenAI-compatible service that the operator named. A job can never name one."""

import time
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path

import httpx
import msgspec

from gristmill.pipeline.steps.step_registry import failed
from gristmill.schemas.outcomes.results import Vectors
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.steps import EmbedModel

_BATCH = 64
_TIMEOUT = httpx.Timeout(120.0, connect=10.0)
_MOST_BYTES = 64 * 1024 * 1024
_PAUSES_S = (0.3, 1.0)
"""Between tries, for what passes by itself; what lasts is left to the pool's own retries."""
_QUOTED = 200
"""Characters of an answer that is none."""
_WIDEST = 65_536
"""Numbers of a vector. Models give up to some 8,000; each is kept for every chunk, for good."""
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504}


class _Item(msgspec.Struct):
    index: int
    embedding: list[float]


class _Answer(msgspec.Struct):
    data: list[_Item]


class EmbeddingService:
    """Texts to vectors over HTTP. Raises DocumentError `step_failed`, a transient one where the
    service is away or busy."""

    query_prefix = ""

    def __init__(self, model: EmbedModel, key_file: str) -> None:
        self._model = model
        self._key = _key(key_file) if key_file else ""
        headers = {"Authorization": f"Bearer {self._key}"} if key_file else {}
        self._url = f"{model.place}/embeddings"
        self._http = httpx.Client(timeout=_TIMEOUT, headers=headers, follow_redirects=False)

    def identity(self) -> str:
        return f"{self._model.place}#{self._model.model}"

    def cut(self, texts: Sequence[str]) -> int:
        """The service keeps to itself what it cuts."""
        return 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [
            row
            for at in range(0, len(texts), _BATCH)
            for row in self._batch(list(texts[at : at + _BATCH]))
        ]
        try:
            return Vectors.of(f"{self._model.name}@{self.identity()}", rows)
        except (ValueError, OverflowError) as error:
            raise failed("embed", f"{self._url} gave vectors that do not fit: {error}") from None

    def _batch(self, texts: list[str]) -> list[list[float]]:
        body: dict[str, object] = {"input": texts, "model": self._model.model or self._model.name}
        for pause in (*_PAUSES_S, None):
            try:
                return self._rows(self._send(body), len(texts))
            except DocumentError as error:
                if pause is None or not error.transient:
                    raise
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _send(self, body: dict[str, object]) -> bytes:
        try:
            with self._http.stream("POST", self._url, json=body) as response:
                content = b"".join(_bounded(response))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            what = str(error) or type(error).__name__
            raise failed(
                "embed", f"{self._url} cannot be reached ({what})", transient=True
            ) from None
        if response.status_code != 200:
            passing = response.status_code in _PASSING
            raise failed(
                "embed",
                f"{self._url} answered {response.status_code}: {self._quoted(content)}",
                transient=passing,
            )
        return content

    def _quoted(self, content: bytes) -> str:
        """The beginning of an answer, for people. Some services say the key again that they refuse:
        it must not get into the ledger, nor a part of it that the cut would leave."""
        said = content[: 16 * _QUOTED].decode(errors="replace")
        said = said.replace(self._key, "(the key)") if self._key else said
        return "".join(c if c.isprintable() else " " for c in said)[:_QUOTED].strip()

    def _rows(self, content: bytes, count: int) -> list[list[float]]:
        try:
            answer = msgspec.json.decode(content, type=_Answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise failed("embed", f"{self._url} answered something else ({error})") from None
        items = sorted(answer.data, key=lambda item: item.index)
        if [item.index for item in items] != list(range(count)):
            raise failed("embed", f"{self._url} gave {len(items)} vectors for {count} texts")
        if not all(item.embedding and all(map(isfinite, item.embedding)) for item in items):
            raise failed("embed", f"{self._url} gave an empty vector, or numbers that are none")
        if any(len(item.embedding) > _WIDEST for item in items):
            raise failed("embed", f"{self._url} gave a vector of more than {_WIDEST} numbers")
        return [item.embedding for item in items]


def _bounded(response: httpx.Response) -> Iterator[bytes]:
    size = 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > _MOST_BYTES:
            raise failed("embed", f"the answer of {response.url} is over {_MOST_BYTES} bytes")
        yield piece


def _key(key_file: str) -> str:
    try:
        key = Path(key_file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise failed("embed", f"the key in {key_file} cannot be read: {error}") from None
    if not key.isascii() or not key.isprintable():
        raise failed("embed", f"{key_file} does not hold one key")
    return key
