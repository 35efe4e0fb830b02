"""What differs where a document is read again instead of brought."""

import os
from typing import Any

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Refreshed
from gristmill.schemas.outcomes.results import PlannedDocument, Refreshes
from gristmill.storage.library import Library
from gristmill.storage.walking.beneath import way_below

_GIVEN = ("job", "parent", "fetched")
"""What of a document's metadata nobody has read in it: who brought it, what it was in, and how it
was fetched."""


def refreshes(document: PlannedDocument, manifest: Manifest, sha256: str) -> Refreshes:
    """What the result of a document may take the place of."""
    if not isinstance(manifest.sources[document.source], Refreshed):
        return Refreshes.NOTHING
    # What is kept is named by its digest, and may be older than what has come since.
    is_kept = document.path is not None and os.path.basename(document.path) == sha256  # noqa: PTH119
    return Refreshes.BYTES if is_kept else Refreshes.DOCUMENT


def given_before(library: Library, manifest: Manifest, uri: str) -> dict[str, Any]:
    """What the document that is read again was given when it was brought."""
    known = library.document(document_id(manifest.collection, uri))
    metadata = known.metadata if known else {}
    return {name: metadata[name] for name in _GIVEN if name in metadata}


def root_of(path: str, roots: tuple[str, ...]) -> str | None:
    """The root that a file is below."""
    real = os.path.realpath(path)
    return next((root for root in roots if way_below(root, real) is not None), None)
