"""What the calls that a document is handed in by have in common."""

from gristmill.schemas.problems import errors, protocol_errors
from gristmill.server.calls.tables import samples
from gristmill.server.calls.tables.call import Body
from gristmill.server.calls.tables.shared_entries import READING, Errors
from gristmill.server.calls.tables.submission_table import SUBMIT

DOCUMENT = Body(("*/*",), bytes, "One document as it is.", samples.TEXT)

_OWN = (errors.KeyConflict, errors.DuplicateJob, errors.BrokenManifest)
HANDING_IN: Errors = (
    *dict.fromkeys((*(kind for kind in SUBMIT.errors if kind not in _OWN), *READING)),
    errors.JobNotFound,
    errors.BrokenManifest,
    protocol_errors.DocumentUnreadable,
    protocol_errors.AnswerTooLarge,
    protocol_errors.StillReading,
)
"""A submission, and what its answer waits for."""
