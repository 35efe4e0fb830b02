"""What a package that adds a parser or a step may rely on: the names in `__all__`.

They keep their meaning within a second number of the version; a change of one is told in the
changelog. Everything else of `gristmill.pipeline` may move or go at any time.
"""

from gristmill.pipeline.decoding import Decoded, decode, looks_like_text
from gristmill.pipeline.paging.paged_shapes import (
    PagedDocument,
    PagedParser,
    PageImage,
    PageReader,
    PageText,
    UnreadablePage,
)
from gristmill.pipeline.parsers.tables import table_block
from gristmill.pipeline.progress import at_page
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed, Parser, ParserPlugin
from gristmill.pipeline.steps.step_shapes import Changes, Step
from gristmill.pipeline.unpacking.inflating import Members
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent, Signature, Vectors
from gristmill.schemas.outcomes.structure import Box, Cell, DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

__all__ = [
    "Blob",
    "Block",
    "BlockKind",
    "Box",
    "Cell",
    "Changes",
    "ChunkDraft",
    "Decoded",
    "DocumentCode",
    "DocumentContent",
    "DocumentError",
    "DocumentWarning",
    "Limits",
    "Members",
    "PageImage",
    "PageReader",
    "PageText",
    "PagedDocument",
    "PagedParser",
    "Parsed",
    "Parser",
    "ParserPlugin",
    "Settings",
    "Signature",
    "Step",
    "UnreadablePage",
    "Vectors",
    "WarningCode",
    "at_page",
    "decode",
    "looks_like_text",
    "table_block",
    "use_one_thread",
]


def use_one_thread() -> None:
    """Have numeric libraries use one thread a worker. Call it before one is imported: they look
    at the environment only then."""
    import gristmill.pipeline.steps.one_thread  # noqa: F401
