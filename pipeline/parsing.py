"""Calling a parser: whatever it raises becomes a DocumentError with a sentence for people."""

from collections.abc import Iterator
from contextlib import contextmanager

from gristmill.pipeline.shapes import Blob, Limits, Parsed, ParserPlugin
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_MESSAGE_CHARS = 300


def parsed_by(plugin: ParserPlugin, blob: Blob, limits: Limits) -> Parsed:
    """What a parser makes of a document. Raises DocumentError."""
    with told():
        return plugin.parse(blob, limits)


@contextmanager
def told() -> Iterator[None]:
    """Raises nothing but DocumentError."""
    try:
        yield
    except DocumentError:
        raise
    except MemoryError:
        raise DocumentError(
            DocumentCode.OUT_OF_MEMORY, "the document needs more memory than there is"
        ) from None
    except RecursionError:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the document is nested too deeply") from None
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:_MESSAGE_CHARS]
        raise DocumentError(
            DocumentCode.PARSE_ERROR, f"the document cannot be read ({reason})"
        ) from error
