"""What has to be true of any bytes: the properties that fuzzing looks for violations of."""

import re
import traceback
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import msgspec

from gristmill.pipeline import process as processing
from gristmill.pipeline import registry
from gristmill.pipeline.containers.containers import CONTAINERS
from gristmill.pipeline.containers.members import members, open_members
from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.normalise import Normalised, assemble
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,100}")
_OURS = re.compile(r"(?<!/tests)/(pipeline|pool|schemas|server|storage)/")
_OPENED_MEMBERS = 20
_MESSAGE_CHARS = 2_000


class Outcome(NamedTuple):
    """What one part of the pipeline made of a document: `succeeded` or a code. A `finding` is a
    property that does not hold, in words that are the same for the same flaw."""

    target: str
    result: str
    finding: str | None = None


def examine(name: str, data: bytes, kind: str, options: Options) -> list[Outcome]:
    """Everything that the pipeline does with a document: by its bytes, by the parser of `kind`
    if that is another one, and its members where it is a container."""
    if not data:
        return [processed(Blob(data, name), kind, options)]
    found = _guarded("detect", lambda: detect(data, name))
    if isinstance(found, Outcome):
        return [found]
    if not _MEDIA_TYPE.fullmatch(found):
        return [Outcome("detect", "succeeded", "the media type is none")]
    if registry.parser_for(found) is None:
        outcomes = [processed(Blob(data, name), found, options)._replace(target="no parser")]
    else:
        outcomes = [processed(Blob(data, name), found, options)]
    if found != kind:
        outcomes.append(processed(Blob(data, name), kind, options))
    if found in CONTAINERS:
        outcomes.append(listed(Blob(data, name), found))
    return outcomes


def processed(blob: Blob, kind: str, options: Options) -> Outcome:
    """What the parser of `kind` and all that follows make of a document."""
    seen: list[Normalised] = []

    def recorded(parsed: Any) -> Normalised:
        seen.append(assemble(parsed))
        return seen[-1]

    setattr(processing, "assemble", recorded)  # noqa: B010 - for mypy it is none of its names
    try:
        content = _guarded(kind, lambda: processing.process(blob, options, LIMITS, media_type=kind))
    finally:
        setattr(processing, "assemble", assemble)  # noqa: B010
    if isinstance(content, Outcome):
        return content
    return Outcome(kind, "succeeded", flaw_of(content, seen[-1].text, options))


def _guarded(target: str, act: Callable[[], Any]) -> Any:
    """What `act` returns, or the Outcome of what it raises."""
    try:
        return act()
    except DocumentError as error:
        return Outcome(target, error.document_code, flaw_of_error(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        return Outcome(target, "raised", f"raised {place(error)}")


def flaw_of(content: DocumentContent, text: str, options: Options) -> str | None:
    """What is wrong with a document, None where nothing is."""
    try:
        msgspec.json.encode(content)
    except (UnicodeError, TypeError, ValueError, OverflowError) as error:
        return f"it is no JSON: {type(error).__name__}"
    if not content.chunks:
        return "it has no chunks"
    last = 0
    for chunk in content.chunks:
        if len(chunk.text) > options.chunk_max_chars:
            return "a chunk is over the limit"
        if chunk.text != text[chunk.start : chunk.end] or not chunk.text.strip():
            return "a chunk is not what its offsets say, or blank"
        if chunk.start > last and text[last : chunk.start].strip():
            return "text between two chunks is lost"
        last = chunk.end
    return "the end of the text is lost" if text[last:].strip() else None


def flaw_of_error(error: DocumentError) -> str | None:
    """What is wrong with a refusal: an accident of the parser, or no sentence for people."""
    if error.document_code not in tuple(DocumentCode):
        return f"the code {error.document_code} is none"
    if error.__cause__ is not None:
        return f"accident: {place(error.__cause__)}"
    if error.document_code == DocumentCode.OUT_OF_MEMORY:
        return "a small document needs more memory than there is"
    try:
        error.message.encode()
    except UnicodeEncodeError:
        return "the message is no text"
    return None if 0 < len(error.message) <= _MESSAGE_CHARS else "the message is empty or endless"


def listed(blob: Blob, kind: str) -> Outcome:
    """Whether the members of a container of `kind` can be walked over and opened."""
    target = f"members of {kind}"
    paths: list[str] = []

    def walk() -> None:
        paths.extend(member.path for member in members(blob, LIMITS))

    refused = _guarded(target, walk)
    if isinstance(refused, Outcome) and refused.finding:
        return refused
    if len(paths) > LIMITS.max_members + 1:
        return Outcome(target, "succeeded", "it has more members than the limit")
    if any(_leads_outside(path) for path in paths):
        return Outcome(target, "succeeded", "a path leads outside or is no text")
    opened = _guarded(
        target, lambda: dict(open_members(blob.data, paths[:_OPENED_MEMBERS], LIMITS))
    )
    if isinstance(opened, Outcome):
        return opened if opened.finding else opened._replace(finding="opening members raised")
    if set(opened) != set(paths[:_OPENED_MEMBERS]):
        return Outcome(target, "succeeded", "members were asked for and not answered")
    return refused if isinstance(refused, Outcome) else Outcome(target, "succeeded")


def _leads_outside(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return True
    inner = PurePosixPath(path.replace("!/", "/"))
    return inner.is_absolute() or ".." in inner.parts or "\0" in path


def place(error: BaseException) -> str:
    """The kind of an exception and the last line of ours that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _OURS.search(frame.filename)] or list(frames)
    where = f"{PurePosixPath(ours[-1].filename).name}:{ours[-1].name}" if ours else "?"
    return f"{type(error).__name__} in {where}"
