"""Step `language`: which language a document and each of its chunks is written in. Offline."""

# isort: off
import gristmill.pipeline.steps.one_thread  # noqa: F401
# isort: on

from functools import lru_cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.steps import LanguageOptions

version = "1"
options_type = LanguageOptions

_SAMPLE_CHARS = 20_000
_CHUNK_CHARS = 2_000
_FEWEST_LETTERS = 24
"""Fewer say too little: a number, a name, a heading."""
_SURE = 0.6
_CODE = "text/x-source"


def apply(document: DocumentContent, options: LanguageOptions, settings: Settings) -> Changes:
    """Metadata `language` (ISO 639-1) and `language_confidence` (0 to 1); for each chunk that is
    long enough to tell, the annotation `language`. Source code has none."""
    if document.media_type == _CODE:
        return Changes()
    identifier = _identifier(tuple(sorted(set(options.languages))))
    found = _classified(identifier, _sample(document.chunks), 0.0)
    if found is None:
        return Changes()
    language, confidence = found
    return Changes(
        {"language": language, "language_confidence": round(confidence, 3)},
        tuple(_annotation(identifier, chunk, language) for chunk in document.chunks),
    )


def _annotation(identifier: Any, chunk: ChunkDraft, document: str) -> dict[str, str]:
    """A chunk that is not surely in another language is in the document's."""
    found = _classified(identifier, chunk.text[:_CHUNK_CHARS], _SURE)
    return {"language": found[0] if found else document}


def _classified(identifier: Any, text: str, surely: float) -> tuple[str, float] | None:
    if sum(map(str.isalpha, text)) < _FEWEST_LETTERS:
        return None
    language, confidence = identifier.classify(text)
    return (language, confidence) if confidence >= surely else None


def _sample(chunks: tuple[ChunkDraft, ...]) -> str:
    """Text from all over a document: its first pages may be in no language, or in another."""
    if not chunks:
        return ""
    each = max(200, _SAMPLE_CHARS // len(chunks))
    every = max(1, len(chunks) * each // _SAMPLE_CHARS)
    return "\n".join(chunk.text[:each] for chunk in chunks[::every])


@lru_cache(maxsize=8)
def _identifier(languages: tuple[str, ...]) -> Any:
    """Reading the model takes most of a second, once in the life of a worker."""
    if not languages:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    narrowed = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    try:
        narrowed.set_languages(languages)
    except ValueError:
        unknown = ", ".join(sorted(set(languages) - set(narrowed.labels)))
        raise DocumentError(
            DocumentCode.STEP_FAILED, f"step 'language': it does not know {unknown}"
        ) from None
    return narrowed
