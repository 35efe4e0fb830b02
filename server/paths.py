"""The paths that answers lead to. The table of calls takes these and has all others."""

JOB = "/ingest/{job_id}"
JOB_DOCUMENTS = f"{JOB}/documents"
JOB_EVENTS = f"{JOB}/events"
JOB_RETRY = f"{JOB}/retry"
JOB_RECORD = f"{JOB}/record"
BULKS = "/bulk"
BULK = f"{BULKS}/{{bulk_id}}"
MIRRORS = "/mirrors"
MIRROR = f"{MIRRORS}/{{mirror}}"
MIRROR_RUN, MIRROR_PAUSE, MIRROR_RESUME = f"{MIRROR}/run", f"{MIRROR}/pause", f"{MIRROR}/resume"
JOB_WEBHOOK = f"{JOB}/webhook"


def to_job(job_id: str) -> str:
    """Where a job is looked at."""
    return JOB.format(job_id=job_id)


def to_bulk(bulk_id: str) -> str:
    """Where a bulk action is looked at."""
    return BULK.format(bulk_id=bulk_id)


def to_mirror(name: str) -> str:
    """Where a mirror is looked at."""
    return MIRROR.format(mirror=name)


def links_of_job(job_id: str, root: str = "") -> dict[str, str]:
    """What may be asked of a job, as its view names it."""
    return {
        "self": root + to_job(job_id),
        "documents": root + JOB_DOCUMENTS.format(job_id=job_id),
        "events": root + JOB_EVENTS.format(job_id=job_id),
        "retry": root + JOB_RETRY.format(job_id=job_id),
    }


def store_id_of(collection: str) -> str:
    """The id that a collection has as a vector store: its name, but for what a path is cut at."""
    return collection.replace("%", "%25").replace("/", "%2F")


def collection_of(store_id: str) -> str:
    """The collection that is this vector store."""
    return store_id.replace("%2F", "/").replace("%25", "%")
