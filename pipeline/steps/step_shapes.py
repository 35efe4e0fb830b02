"""What a step is, and what it says of a document."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.results import DocumentContent, Signature, Vectors


class Changes(NamedTuple):
    """What a step adds to a document; nothing of the text is changed but by `content`.

    `metadata` is the document's; a value of the same name gives way and is kept under `declared`.
    `annotations` holds a mapping for each chunk, in order, or is empty. Both are JSON-able.
    `vectors` has one for each chunk; only one step of a job may give them, and only one a
    `signature`. `content` is the document with other texts, each chunk and block as long as before.
    """

    metadata: Mapping[str, Any] = {}
    annotations: Sequence[Mapping[str, Any]] = ()
    vectors: Vectors | None = None
    signature: Signature | None = None
    content: DocumentContent | None = None


class Step(Protocol):
    """What an entry point of the group `gristmill.steps` names; a module will do. The entry
    point's name is the step's.

    `version` goes into the pipeline hash: raise it when the result for the same chunks changes.
    `options_type` is what a job may choose, each field with a default. `apply` gets a document as
    the parser, the chunker and the steps before it left it; it is bound to a CPU, starts no
    process or thread, and raises DocumentError for what users should know.
    A function `identity(options, settings) -> str`, where there is one, names what else decides
    the result, such as the content of a model; it is a part of the pipeline hash.
    A function `page_reader(options, settings) -> PageReader`, where there is one, makes what reads
    the pages that are images, while a document is parsed; one step of a job may have it.
    """

    @property
    def version(self) -> str: ...
    @property
    def options_type(self) -> type[msgspec.Struct]: ...
    def apply(self, document: DocumentContent, options: Any, settings: Settings, /) -> Changes: ...
