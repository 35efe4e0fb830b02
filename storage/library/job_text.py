"""What is searched of a job that has ended: words of its names, its metadata and its reasons."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Held, Located, Refreshed
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.library.words.folding import fold

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS, _MOST_CHARS, _MOST_SOURCES = 80, 40, 20
_MOST_READ = 4000
"""Characters that are looked at for words."""


class JobText(NamedTuple):
    """The words of one job, each once."""

    job_id: str
    state: JobState
    collection: str
    words: tuple[str, ...]


def words_in(*texts: str) -> tuple[str, ...]:
    """The words of texts, folded, each once, as many as are kept."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(fold(text[:_MOST_READ])):
            found[word[:_MOST_CHARS]] = None
            if len(found) == _MOST_WORDS:
                return tuple(found)
    return tuple(found)


def text_of(manifest: Manifest, told: Iterable[str] = ()) -> JobText:
    """What is searched of a job. `told` is what its ledger adds: names, codes, messages."""
    return JobText(
        manifest.job_id, manifest.state, manifest.collection, words_in(*_said(manifest), *told)
    )


def has_words(manifest: Manifest, wanted: tuple[str, ...]) -> bool:
    """Whether a job, which may not have ended, has all these words or words that begin so."""
    words = text_of(manifest).words
    return all(any(word.startswith(each) for word in words) for each in wanted)


def _said(manifest: Manifest) -> Iterator[str]:
    for source in manifest.sources[:_MOST_SOURCES]:
        if isinstance(source, Located):
            yield f"{source.path} {source.glob or ''}"
        elif isinstance(source, Refreshed):
            yield source.collection
        elif isinstance(source, Held):
            yield manifest.collection
        else:
            yield source.uri
    if manifest.submitted_by:
        yield manifest.submitted_by
    if manifest.error is not None:
        yield f"{manifest.error.code} {manifest.error.message}"
    if manifest.metadata:
        yield " ".join(_values(manifest.metadata))


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from _values(each)
    elif isinstance(value, list):
        for each in value:
            yield from _values(each)
    elif value is not None:
        yield str(value)
