"""The pages, once: their paths, what they are called, and whom they are for."""

from dataclasses import dataclass

from gristmill.schemas.access import Scope
from gristmill.server.access.page_paths import TOP as TOP

STATIC = f"{TOP}/static/{{version}}/{{name}}"
SIGN_IN = f"{TOP}/sign-in"
SIGN_OUT = f"{TOP}/sign-out"


@dataclass(frozen=True)
class Page:
    """One page. Its module is `static/NAME.js`; `nav` says whether the menu has it, `within` which
    entry of the menu it belongs to."""

    name: str
    path: str
    title: str
    scope: Scope
    nav: bool = True
    within: str | None = None


OVERVIEW = Page("overview", f"{TOP}/overview", "Overview", Scope.JOBS)
JOBS = Page("jobs", f"{TOP}/jobs", "Jobs", Scope.JOBS)
JOB = Page("job", f"{JOBS.path}/{{job_id}}", "Job", Scope.JOBS, nav=False, within="jobs")
BULKS = Page("bulks", f"{TOP}/bulk", "Bulk actions", Scope.JOBS, nav=False, within="jobs")
BULK = Page(
    "bulk", f"{BULKS.path}/{{bulk_id}}", "Bulk action", Scope.JOBS, nav=False, within="jobs"
)
SEARCH = Page("search", f"{TOP}/search", "Search", Scope.READ)
DOCUMENT = Page(
    "document",
    f"{TOP}/documents/{{document_id}}",
    "Document",
    Scope.READ,
    nav=False,
    within="search",
)
INGEST = Page("ingest", f"{TOP}/ingest", "Ingest", Scope.INGEST)
COLLECTIONS = Page("collections", f"{TOP}/collections", "Collections", Scope.READ)
MIRRORS = Page("mirrors", f"{TOP}/mirrors", "Mirrors", Scope.JOBS)
DELIVERIES = Page("deliveries", f"{TOP}/deliveries", "Webhooks", Scope.JOBS)
TRASH = Page("trash", f"{TOP}/trash", "Trash", Scope.READ)
KEYS = Page("keys", f"{TOP}/keys", "Keys", Scope.ADMIN)
PAGES = (
    OVERVIEW,
    JOBS,
    JOB,
    BULKS,
    BULK,
    SEARCH,
    DOCUMENT,
    INGEST,
    COLLECTIONS,
    MIRRORS,
    DELIVERIES,
    TRASH,
    KEYS,
)
