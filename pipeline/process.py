"""The way of one document: detect, parse, normalise, chunk. CPU-bound and free of side effects."""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from gristmill.pipeline import registry
from gristmill.pipeline.chunking import chunking
from gristmill.pipeline.chunking.chunking import chunk
from gristmill.pipeline.chunking.tokenizing import token_counter
from gristmill.pipeline.detecting.detect import by_name, detect
from gristmill.pipeline.document_metadata import kept
from gristmill.pipeline.document_warnings import gathered
from gristmill.pipeline.naming import title_of
from gristmill.pipeline.normalise import Normalised, assemble
from gristmill.pipeline.paging.paging import Paging, paged, read_paged
from gristmill.pipeline.parsing import parsed_by
from gristmill.pipeline.shapes import Blob, Limits, Parsed, ParserPlugin
from gristmill.pipeline.steps.stepping import page_reader, run_steps
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError

VERSION = "5"
_DEFAULTS = Settings()
_AT_ONCE = Paging()


def process(
    blob: Blob,
    options: Options,
    limits: Limits,
    on_stage: Callable[[str], None] = lambda stage: None,
    settings: Settings = _DEFAULTS,
    *,
    media_type: str | None = None,
    paging: Paging = _AT_ONCE,
) -> DocumentContent:
    """What the library stores of a document; `media_type` is what `identify` said, if asked.

    `on_stage` is told `detect`, `parse`, `normalise`, `chunk` and, where the options choose
    any, `steps` as each begins. Only steps and the count of tokens read `settings`. Raises nothing
    but DocumentError, and LongDocument where `paging` wants parts.
    """
    if media_type is None:
        on_stage("detect")
        media_type = identify(blob)
    on_stage("parse")
    if options.pdf == "text":
        limits = msgspec.structs.replace(limits, structure=False)
    parsed = _parsed(blob, media_type, options, limits, settings, paging)
    on_stage("normalise")
    normalised = _normalised(parsed, limits)
    on_stage("chunk")
    content = DocumentContent(
        media_type=media_type,
        title=title_of(parsed, normalised, blob.name, media_type),
        metadata=_metadata(parsed, blob.name, media_type),
        pages=parsed.pages,
        chunks=chunk(normalised, options, token_counter(options, settings)),
        warnings=gathered(parsed.warnings),
        structure=normalised.structure,
    )
    if not options.steps:
        return content
    on_stage("steps")
    return run_steps(content, options.chosen_steps, settings)


def _parsed(
    blob: Blob,
    media_type: str,
    options: Options,
    limits: Limits,
    settings: Settings,
    paging: Paging,
) -> Parsed:
    plugin = _parser_for(media_type)
    if parser := paged(plugin):
        paging = paging._replace(reader=page_reader(options.chosen_steps, settings))
        return read_paged(parser, blob, limits, paging)
    return parsed_by(plugin, blob, limits)


def _parser_for(media_type: str) -> ParserPlugin:
    plugin = registry.parser_for(media_type)
    if plugin is None:
        raise DocumentError(
            DocumentCode.UNSUPPORTED,
            f"no parser for {media_type}; install one that reads it",
            foreign=True,
        )
    return plugin


def identify(blob: Blob) -> str:
    """The media type of a document: what a user's parser recognises, else what we detect.

    Raises DocumentError `empty` where there are no bytes.
    """
    if not blob.data:
        raise DocumentError(DocumentCode.EMPTY, "the document has no bytes")
    return registry.recognised(blob.data, blob.name) or detect(*blob)


@cache
def versions() -> tuple[str, ...]:
    """What, beside a job's options, decides what a document becomes (`pipeline_hash`)."""
    return (f"process={VERSION}", f"chunking={chunking.VERSION}", *registry.versions())


def _normalised(parsed: Parsed, limits: Limits) -> Normalised:
    chars = sum(len(block.text) for block in parsed.blocks)
    in_cells = sum(len(cell.text) for block in parsed.blocks for cell in block.cells)
    if max(chars, in_cells) > limits.max_text_chars:
        raise DocumentError(
            DocumentCode.TOO_LARGE, f"the text is over {limits.max_text_chars} characters"
        )
    normalised = assemble(parsed)
    if not normalised.text.strip():
        raise DocumentError(DocumentCode.EMPTY, "the document has no text")
    return normalised


def _metadata(parsed: Parsed, name: str, media_type: str) -> dict[str, Any]:
    """The parser's metadata; a misleading extension is reported, for nobody trusted it."""
    metadata = kept(parsed.metadata)
    suggested = by_name(name)
    if suggested is not None and suggested != media_type:
        metadata["name_suggests"] = suggested
    return metadata
