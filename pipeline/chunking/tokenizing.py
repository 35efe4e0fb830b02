"""The operator's tokenizer: a `tokenizer.json` on disk, as Hugging Face's tokenizers save it."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_REASON_CHARS = 300


class TokenCounter:
    """Counts the tokens of texts. `around` is how many it puts around each, such as `[CLS]`."""

    def __init__(self, tokenizer: Any, identity: str) -> None:
        self._tokenizer = tokenizer
        self.identity = identity
        self.around: int = tokenizer.num_special_tokens_to_add(False)

    def count(self, text: str) -> int:
        """Tokens of the text alone."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def start_of_last(self, text: str, count: int) -> int:
        """Where the last `count` tokens of the text begin; its end where that is none."""
        offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets
        if count <= 0 or not offsets:
            return len(text)
        return int(offsets[max(0, len(offsets) - count)][0])


def token_counter(options: Options, settings: Settings) -> TokenCounter | None:
    """What counts where chunks are cut by tokens, else None. Raises DocumentError
    `tokenizer_unavailable`."""
    if options.chunk_max_tokens is None:
        return None
    if not settings.tokenizer_file:
        raise _unavailable("the service has no tokenizer; set tokenizer_file")
    path = Path(settings.tokenizer_file).expanduser()
    try:
        state = path.stat()
    except OSError as error:
        raise _unavailable(f"tokenizer_file {path} cannot be read: {error.strerror}") from None
    return _loaded(path, state.st_mtime_ns, state.st_size, state.st_ino)


def tokenizer_version(options: Options, settings: Settings) -> tuple[str, ...]:
    """What a tokenizer adds to the pipeline hash: with another content of its file, chunks end
    elsewhere. Raises DocumentError `tokenizer_unavailable`."""
    counter = token_counter(options, settings)
    return () if counter is None else (f"tokenizer={counter.identity}",)


@lru_cache(maxsize=1)
def _loaded(path: Path, *state: int) -> TokenCounter:
    """Loaded once in the life of a worker, and anew where the file's `state` is another."""
    import gristmill.pipeline.steps.one_thread  # noqa: F401 - before tokenizers reads it

    try:
        from tokenizers import Tokenizer
    except ImportError:
        hint = "pip install 'gristmill[embed]'"
        raise _unavailable(f"tokenizers is not installed where the workers run; {hint}") from None
    try:
        content = path.read_bytes()
        tokenizer = Tokenizer.from_str(content.decode("utf-8"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
    except Exception as error:
        # The library raises exceptions of its own, straight below Exception.
        why = f"{type(error).__name__}: {error}"[:_REASON_CHARS]
        raise _unavailable(f"tokenizer_file {path} is none that can be read ({why})") from None
    return TokenCounter(tokenizer, hashlib.sha256(content).hexdigest()[:16])


def _unavailable(why: str) -> DocumentError:
    return DocumentError(DocumentCode.TOKENIZER_UNAVAILABLE, f"chunk_max_tokens: {why}")
