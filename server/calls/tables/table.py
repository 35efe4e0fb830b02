"""Every call, once: routes, the index, allowed parameters and docs/http.md follow from this."""

from gristmill.server.calls.tables import (
    collection_table,
    content_table,
    job_table,
    library_table,
    service_table,
    submission_table,
)
from gristmill.server.calls.tables.call import Call

CALLS: tuple[Call, ...] = (
    submission_table.SUBMIT,
    submission_table.SUBMIT_MANY,
    job_table.JOBS,
    job_table.JOB,
    job_table.JOB_DOCUMENTS,
    job_table.CANCEL,
    job_table.RETRY,
    library_table.DOCUMENTS,
    library_table.DOCUMENT,
    library_table.CHUNKS,
    library_table.CHUNK,
    content_table.CONTENT,
    content_table.TABLES,
    content_table.TABLE,
    content_table.PAGE,
    library_table.DELETE_DOCUMENT,
    library_table.DELETE_DOCUMENTS,
    library_table.SEARCH,
    library_table.EXPORT,
    library_table.COLLECTIONS,
    collection_table.COLLECTION,
    collection_table.SET_COLLECTION,
    collection_table.DELETE_COLLECTION,
    collection_table.REFRESH,
    service_table.LIVENESS,
    service_table.READINESS,
    service_table.INDEX,
)
