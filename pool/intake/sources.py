"""From the sources of a request to those of a manifest."""

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress

from gristmill.pool.intake.paths import locate, shared_roots
from gristmill.pool.intake.url_checks import fetchable
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import claim_of, text_uri
from gristmill.schemas.jobs.sources import (
    CollectionSource,
    Held,
    InlineText,
    Linked,
    PathSource,
    Source,
    StoredSource,
    TextSource,
    UrlSource,
)
from gristmill.schemas.problems.errors import (
    InvalidRequest,
    TextTooLarge,
    TooManySources,
)
from gristmill.storage.spool import Spool, Spooling

INLINE_BYTES = 16 * 1024
"""A text up to this many bytes lives in its manifest; a larger one goes to the spool."""


def store_sources(
    sources: Sequence[Source],
    texts: Mapping[int, bytes],
    settings: Settings,
    spool: Spool,
    job_id: str,
    *,
    trusted: bool,
) -> tuple[StoredSource, ...]:
    """Check all sources, then store what has to be: a refused request leaves nothing behind.

    Raises TooManySources, TextTooLarge, UrlsDisabled, InvalidRequest, PathForbidden,
    PathNotShared, PathNotFound, PathEmpty, OSError.
    """
    if len(sources) > settings.max_sources:
        raise TooManySources(
            f"the request has {len(sources)} sources, the limit is {settings.max_sources}"
        )
    encoded = [_encoded(source, texts.get(place), settings) for place, source in enumerate(sources)]
    located = [_located(source, settings, trusted=trusted) for source in sources]
    with spool.storing(claim_of(job_id)) as spooling:
        return tuple(
            place or _store_text(source, data or b"", spooling)
            for source, data, place in zip(sources, encoded, located, strict=True)
        )


def _located(source: Source, settings: Settings, *, trusted: bool) -> StoredSource | None:
    """What a source is kept as that brings no bytes; None for a text."""
    match source:
        case PathSource():
            roots, shared = settings.allow_roots, shared_roots(settings)
            return locate(source, roots, trusted=trusted, shared=shared)
        case UrlSource(url):
            return Linked(fetchable(url, settings, trusted=trusted))
        case CollectionSource():
            return Held()
        case _:
            return None


def discard(sources: Sequence[StoredSource], spool: Spool) -> None:
    """Drop what sources keep in the spool: they are not accepted. What a failing disk keeps is
    an orphan, and no reason to answer anything else."""
    with suppress(OSError):
        spool.discard(sources)


def _encoded(source: Source, text: bytes | None, settings: Settings) -> bytes | None:
    if not isinstance(source, TextSource):
        return None
    try:
        data = source.text.encode() if text is None else text
        (source.name or "").encode()
    except UnicodeEncodeError:
        raise InvalidRequest("a text source holds half a surrogate pair") from None
    if len(data) > settings.max_text_bytes:
        raise TextTooLarge(
            f"a text source has {len(data)} bytes, the limit is {settings.max_text_bytes}; "
            "upload it as a file instead"
        )
    return data


def _store_text(source: Source, data: bytes, spooling: Spooling) -> StoredSource:
    assert isinstance(source, TextSource)
    uri = source.name or text_uri(data)
    if len(data) <= INLINE_BYTES:
        return InlineText(uri, data.decode())
    return spooling.add(io.BytesIO(data), len(data), uri=uri, media_type=None)
