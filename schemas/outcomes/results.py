"""What a worker hands to the library: planned documents, and results to be committed."""

import sys
from array import array
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, Self

import msgspec

from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.structure import DocumentWarning, Region, StructureBlock

MEMBER_MARK = "!/"
"""Between a container and what is inside of it, in paths and uris."""


class PlannedDocument(msgspec.Struct, frozen=True):
    """A document found by planning: its place in the job and where its bytes are.

    `source` is the index into the manifest's sources; `path` the file for a `Located` source.
    One that was found inside of another (an archive, a mail) has its way there in `member`, and
    in `parent` the ordinal of that one, which an archive leaves free.
    `size` is in bytes (None: unknown) and only guides the grouping into tasks. `strikes` says
    which failures of the machinery its `attempts` have met in this run. A document that planning
    could already tell to be impossible carries `code` and `message`.
    """

    ordinal: int
    uri: str
    source: int
    path: str | None = None
    member: str | None = None
    parent: int | None = None
    size: int | None = None
    attempts: int = 0
    code: str | None = None
    message: str | None = None
    strikes: dict[str, int] = {}


class Spent(NamedTuple):
    """What was found inside of one upload or file: documents in all; `bytes` and worker `seconds`
    of those that have ended."""

    documents: int
    bytes: int
    seconds: float


class ChunkDraft(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chunk before it has an id: `text == normalised_text[start:end]`, `page` from 1.
    `annotations` is what steps say of it, `regions` where it stands on its pages,
    `table_header` the header rows of the table that it goes on with."""

    text: str
    headings: tuple[str, ...]
    page: int | None
    start: int
    end: int
    annotations: dict[str, Any] = {}
    regions: tuple[Region, ...] = ()
    table_header: str = ""


class Vectors(msgspec.Struct, frozen=True):
    """A vector for each chunk, in order, all of one `model` and of `dimensions` numbers, each as
    32-bit floats, little-endian. `query_prefix` is what the model wants put before a query."""

    model: str
    dimensions: int
    values: tuple[bytes, ...]
    query_prefix: str = ""

    @classmethod
    def of(cls, model: str, rows: Iterable[Sequence[float]], query_prefix: str = "") -> Self:
        """From numbers. Raises ValueError where the rows differ in length."""
        packed = tuple(pack_floats(row) for row in rows)
        dimensions = len(packed[0]) // 4 if packed else 0
        if any(len(each) != dimensions * 4 for each in packed):
            raise ValueError("the vectors of a document must all have the same length")
        return cls(model, dimensions, packed, query_prefix)


def pack_floats(numbers: Iterable[float]) -> bytes:
    packed = array("f", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack_floats(packed: bytes) -> list[float]:
    """Numbers whose digits are no more than what 32 bits can tell apart."""
    numbers = array("f", packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return [float(f"{number:.9g}") for number in numbers]


class Signature(msgspec.Struct, frozen=True):
    """A MinHash signature of a document's content: 32-bit numbers, little-endian. Only those of
    one `kind` can be compared. `threshold` is the similarity, up to 1, from which another document
    of the collection is named in the metadata `near_duplicate_of`."""

    kind: str
    minhash: bytes
    threshold: float


class DocumentContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the pipeline made of a document; what the library stores of it. Steps add `vectors`
    and `signature`. `warnings` say what of it was not read."""

    media_type: str
    title: str | None
    metadata: dict[str, Any]
    pages: int | None
    chunks: tuple[ChunkDraft, ...]
    vectors: Vectors | None = None
    signature: Signature | None = None
    warnings: tuple[DocumentWarning, ...] = ()
    structure: tuple[StructureBlock, ...] = ()


class Member(msgspec.Struct, frozen=True):
    """A document inside of another. `path` is the way there, nested by `!/`; `size` is what the
    container says of it, None where it says nothing, and true of neither.

    With a `code` it cannot be read, for the reason in `message`.
    """

    path: str
    size: int | None = None
    code: str | None = None
    message: str | None = None


class Refreshes(StrEnum):
    """Which document a result may take the place of: whatever is there or is not; only one that
    is there still; only one that was read from these very bytes."""

    NOTHING = "nothing"
    DOCUMENT = "document"
    BYTES = "bytes"


class Embedding(msgspec.Struct, frozen=True):
    """Vectors for a document that the library has already, with the `metadata` that say of them.
    They are those of its chunks only while its bytes and pipeline are those of the result."""

    vectors: Vectors
    metadata: dict[str, Any]


class DocumentResult(msgspec.Struct, frozen=True):
    """The end of one document of one job, ready to be committed.

    `state` SUCCEEDED comes with `content`, or with an `embedding` alone; UNCHANGED and
    DUPLICATE with `document_id`; FAILED and SKIPPED with `code` and `message`. PENDING comes
    with `members`, which take its place: it is an archive, and no document itself. `sha256` and
    `pipeline` (see `options.pipeline_hash`) are None only where the bytes could not be read. A
    `transient` failure is the machine's, not the document's: it may be tried again instead of
    being committed. Of a document that it takes the place of, a text of up to `keep_last`
    characters is kept.
    """

    job_id: str
    ordinal: int
    collection: str
    uri: str
    state: DocumentState
    size: int | None = None
    seconds: float | None = None
    sha256: str | None = None
    pipeline: str | None = None
    media_type: str | None = None
    document_id: str | None = None
    content: DocumentContent | None = None
    code: str | None = None
    message: str | None = None
    attempts: int = 1
    transient: bool = False
    members: tuple[Member, ...] = ()
    refreshes: Refreshes = Refreshes.NOTHING
    embedding: Embedding | None = None
    keep_last: int = 0


class Split(msgspec.Struct, frozen=True):
    """A long document that is read in parts: the page ranges `first <= page < last`, from 1.
    `content` names its bytes and pipeline: parts of anything else are worth nothing."""

    job_id: str
    ordinal: int
    content: str
    ranges: tuple[tuple[int, int], ...]


class PartResult(msgspec.Struct, frozen=True):
    """What was read of one part of a split document: its pages, encoded by its parser."""

    job_id: str
    ordinal: int
    part: int
    content: str
    pages: bytes


class DocumentPart(msgspec.Struct, frozen=True):
    """A part of a split document, by its number from 0. `pages` is None until it is done."""

    number: int
    first: int
    last: int
    pages: bytes | None
