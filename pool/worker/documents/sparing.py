"""A document that has cost a worker is read with less ambition when it is tried again."""

import msgspec

from gristmill.pipeline.shapes import Limits
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.outcomes.results import DocumentContent, PlannedDocument
from gristmill.schemas.outcomes.retry import Failure
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

_COSTLY = frozenset({Failure.CRASH.kind, Failure.MEMORY.kind, Failure.TIMEOUT.kind})
_PDF = "application/pdf"


def is_spared(document: PlannedDocument) -> bool:
    """Whether an attempt at it may have failed for what was asked of its parser."""
    return not _COSTLY.isdisjoint(document.strikes)


def limits_of(document: PlannedDocument, limits: Limits) -> Limits:
    """What may be asked of a document's parser."""
    return msgspec.structs.replace(limits, structure=False) if is_spared(document) else limits


def with_warning(
    content: DocumentContent, document: PlannedDocument, manifest: Manifest
) -> DocumentContent:
    """The content; of a PDF that was spared, it says what was left out."""
    if content.media_type != _PDF or not is_spared(document) or manifest.options.pdf == "text":
        return content
    if any(warning.code == WarningCode.STRUCTURE_LEFT_OUT for warning in content.warnings):
        return content
    message = "it was read as plain text, without headings and tables: reading them cost a worker"
    warning = DocumentWarning(WarningCode.STRUCTURE_LEFT_OUT, message)
    return msgspec.structs.replace(content, warnings=(*content.warnings, warning))
