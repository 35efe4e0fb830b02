"""What has changed in a document since its bytes last changed."""

from gristmill.schemas.comparison.changes import (
    ChangesView,
    LineKind,
    VersionView,
    counted,
    passages_of,
)
from gristmill.schemas.outcomes.documents import Document
from gristmill.storage.library.roles import Documents
from gristmill.storage.library.written import text_of


def changes_of(library: Documents, document: Document, context: int) -> ChangesView:
    """The changes, with up to `context` lines around each; none where nothing is kept of what the
    document was before."""
    now = VersionView(document.sha256, document.ingested_at, document.job_id)
    last = library.last_version(document.document_id)
    if last is None:
        return ChangesView(document.document_id, None, now, 0, 0, ())
    passages = passages_of(last.text, text_of(library, document.document_id), context)
    return ChangesView(
        document.document_id,
        VersionView(last.sha256, last.ingested_at, last.job_id),
        now,
        counted(passages, LineKind.ADDED),
        counted(passages, LineKind.REMOVED),
        tuple(passages),
    )
