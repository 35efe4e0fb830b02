"""The steps that a job chose, one after the other, and what they make of a document together."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from gristmill.pipeline.paging.paged_shapes import PageReader
from gristmill.pipeline.steps.step_registry import failed, options_of, reason_of, step_named
from gristmill.pipeline.steps.step_shapes import Changes, Step
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import StepChoice
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent
from gristmill.schemas.problems.errors import DocumentError

DECLARED = "declared"
"""The metadata that keep what a document said of itself where a step says something else."""


def step_versions(choices: Sequence[StepChoice], settings: Settings) -> tuple[str, ...]:
    """What steps add to the pipeline hash, beside their options.

    Raises DocumentError `step_failed` where one cannot be used.
    """
    return tuple(_version(choice, settings) for choice in choices)


def _version(choice: StepChoice, settings: Settings) -> str:
    step = step_named(choice.name)
    identity = getattr(step, "identity", None)
    version = f"step:{choice.name}={step.version}"
    if identity is None:
        return version
    return f"{version}:{_guarded(choice, step, identity, settings)}"


def page_reader(choices: Sequence[StepChoice], settings: Settings) -> PageReader | None:
    """The reader of pages that one of the steps brings, if one does.

    Raises DocumentError `step_failed` where it cannot be used, or where two steps bring one.
    """
    bringing = [choice for choice in choices if hasattr(step_named(choice.name), "page_reader")]
    if not bringing:
        return None
    choice, *others = bringing
    if others:
        raise failed(others[0].name, f"pages are read by step {choice.name!r} already")
    step: Any = step_named(choice.name)
    reader: PageReader = _guarded(choice, step, step.page_reader, settings)
    return reader


def run_steps(
    content: DocumentContent, choices: Sequence[StepChoice], settings: Settings
) -> DocumentContent:
    """The document with what the steps say of it, in their order.

    Raises DocumentError, `step_failed` for what a step should not do, never another Exception.
    """
    for choice in choices:
        step = step_named(choice.name)
        changes = _guarded(choice, step, partial(step.apply, content), settings)
        content = _merged(choice.name, content, changes)
    return content


def embedded_already(
    model: str | None, said: object, choice: StepChoice, settings: Settings
) -> bool:
    """Whether vectors of a model, of which a document's metadata say this, are those that the step
    `embed` would make again. Raises DocumentError `step_failed`."""
    step: Any = step_named(choice.name)
    compare = getattr(step, "is_of", None)
    if compare is None:
        return False
    made: bool = _guarded(choice, step, partial(compare, model, said), settings)
    return made


def _guarded(
    choice: StepChoice, step: Step, call: Callable[[Any, Settings], Any], settings: Settings
) -> Any:
    """What `call` returns for the choice's options; all that it raises becomes DocumentError."""
    options = options_of(step, choice)
    try:
        return call(options, settings)
    except DocumentError:
        raise
    except MemoryError:
        raise DocumentError(
            DocumentCode.OUT_OF_MEMORY, f"step {choice.name!r} needs more memory than there is"
        ) from None
    except Exception as error:
        raise failed(choice.name, reason_of(error)) from error


def _merged(name: str, content: DocumentContent, changes: Changes) -> DocumentContent:
    if not isinstance(changes, Changes):
        raise failed(name, f"it returned {type(changes).__name__}, not Changes")
    _check_numbers(name, content, changes)
    if changes.content is not None:
        content = _rewritten(name, content, changes.content)
    return msgspec.structs.replace(
        content,
        metadata=_with(content.metadata, _plain(name, changes.metadata)),
        chunks=_annotated(name, content.chunks, changes.annotations),
        vectors=changes.vectors or content.vectors,
        signature=changes.signature or content.signature,
    )


def _rewritten(name: str, before: DocumentContent, after: DocumentContent) -> DocumentContent:
    """What places say of a text holds for another one only where that is as long."""
    if [len(each.text) for each in before.chunks] != [len(each.text) for each in after.chunks]:
        raise failed(name, "it gave chunks of other lengths")
    return after


def _check_numbers(name: str, content: DocumentContent, changes: Changes) -> None:
    vectors, signature = changes.vectors, changes.signature
    if (vectors and content.vectors) or (signature and content.signature):
        raise failed(name, "a step before it gave vectors, or a signature, too")
    if vectors and len(vectors.values) != len(content.chunks):
        given = f"{len(vectors.values)} vectors for {len(content.chunks)} chunks"
        raise failed(name, f"it gave {given}")
    if vectors and any(len(each) != vectors.dimensions * 4 for each in vectors.values):
        raise failed(name, f"it gave vectors that are not of {vectors.dimensions} dimensions")
    if signature and (not signature.minhash or len(signature.minhash) % 4):
        raise failed(name, "its signature is not made of 32-bit numbers")


def _with(metadata: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    replaced = {key: metadata[key] for key in added if metadata.get(key) not in (None, added[key])}
    if replaced:
        added = {**added, DECLARED: {**metadata.get(DECLARED, {}), **replaced}}
    return {**metadata, **added}


def _annotated(
    name: str, chunks: tuple[ChunkDraft, ...], annotations: Sequence[Mapping[str, Any]]
) -> tuple[ChunkDraft, ...]:
    if not annotations:
        return chunks
    if len(annotations) != len(chunks):
        raise failed(name, f"it annotated {len(annotations)} of {len(chunks)} chunks")
    return tuple(
        msgspec.structs.replace(chunk, annotations={**chunk.annotations, **_plain(name, said)})
        if said
        else chunk
        for chunk, said in zip(chunks, annotations, strict=True)
    )


def _plain(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Checked here, for one value that is no JSON would fail the commit of a whole batch."""
    try:
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(dict(said)))
    except (TypeError, ValueError, RecursionError) as error:
        raise failed(name, f"what it says is no JSON ({error})") from None
    return plain
