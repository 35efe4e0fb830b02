"""What entries of several calls have in common: parameters, and groups of errors."""

from gristmill.schemas.problems import access_errors, errors, library_errors
from gristmill.schemas.problems.overload import TooExpensive
from gristmill.server.messages.kinds import Condition, Count, Fields, Text, Whole
from gristmill.server.messages.parameters import Parameter

COLLECTION = Parameter("collection", Text(), "Only what is in this collection.", example="reports")
FILTER = Parameter("filter", Condition(), "Only documents that pass this.", example="pages > 10")
FACETS = Parameter(
    "facets", Fields(), "Count the values of these fields.", example="media_type,collection"
)
IF_DOCUMENTS = Parameter(
    "if_documents",
    Count(),
    "How many documents you mean to delete: where there are others, none is, and the answer says "
    "how many there are.",
    example="12",
)
LIMIT = Parameter("limit", Whole(50, 1, 1000), "The most items of one page.")

AFTER = "Where the page begins: after the item with this cursor."
"""What every `after` means; each list has cursors of its own."""

Errors = tuple[type[errors.GristmillError], ...]
KEPT_OUT: Errors = (
    access_errors.HostNotAllowed,
    access_errors.CrossOrigin,
    access_errors.Unauthorized,
    access_errors.Forbidden,
    access_errors.TooManyRequests,
)
"""What may be answered before any call is reached (`server/access`)."""
ASKED_WRONGLY: Errors = (
    errors.InvalidRequest,
    errors.UnknownParameter,
    errors.Unexpected,
    *KEPT_OUT,
)
"""Any call: a parameter that is unknown, given twice or out of range, what is our fault, and who
asked."""
STORAGE: Errors = (
    errors.StorageFull,
    errors.StorageFailed,
    library_errors.LibraryDamaged,
    errors.DataFolderUnusable,
)
"""Whatever looks at the disk, which a newer version may have written."""
READING: Errors = (*ASKED_WRONGLY, *STORAGE, TooExpensive)
PAGING: Errors = (*READING, errors.InvalidCursor)
