"""Whether somebody has asked for this very document."""

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Linked, Located, Refreshed
from gristmill.schemas.outcomes.results import PlannedDocument


def is_named(document: PlannedDocument, manifest: Manifest) -> bool:
    """A file that a source names, the only upload of a job, what was read before. What lies in a
    folder, an archive or a mail, or came with other uploads, was taken along."""
    if document.member is not None:
        return False
    if not 0 <= document.source < len(manifest.sources):
        return True
    match manifest.sources[document.source]:
        case Located(path):
            return document.path == path
        case Refreshed() | Linked():
            return True
        case _:
            return len(manifest.sources) == 1
