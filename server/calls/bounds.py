"""A key that is bound to collections sees nothing of the others: what a call names is looked at
before the call is. What its body names is checked by whoever decodes that (`submission`, `batch`).
"""

from gristmill.pool.bulk.keeper import Asker
from gristmill.pool.catalogue.known import expect_known, expect_known_in
from gristmill.schemas.ids import is_document_id
from gristmill.schemas.problems.errors import DocumentNotFound, JobNotFound
from gristmill.server.calls.asked import Asked
from gristmill.server.calls.tables.call import Names
from gristmill.server.calls.tables.shared_entries import COLLECTION, FILTER
from gristmill.server.paths import collection_of
from gristmill.server.services import Services
from gristmill.storage.library.roles import Within


def expect_own(services: Services, asked: Asked) -> None:
    """Raises JobNotFound, DocumentNotFound, BulkNotFound, MirrorNotFound for what lies in another
    collection, as for what is not there at all; Forbidden where that is named outright."""
    caller = asked.caller
    if caller.collections is None:
        return
    match asked.call.names:
        case Names.JOB | Names.TASK:
            job_id = asked.fields["job_id" if asked.call.names is Names.JOB else "task_id"]
            if not caller.sees(services.manifest(job_id).collection):
                raise no_job(job_id)
        case Names.DOCUMENT:
            document_id = asked.fields["document_id"]
            known = is_document_id(document_id)
            document = services.library.document(document_id) if known else None
            if document is not None and not caller.sees(document.collection):
                raise no_document(document_id)
        case Names.PARAMETER:
            # Whoever is asked for another one is refused, even where a handler forgets to look.
            caller.within(asked[COLLECTION])
        case Names.COLLECTION:
            caller.expect_collection(asked.fields["collection"])
        case Names.STORE:
            caller.expect_collection(collection_of(asked.fields["vector_store_id"]))
        case Names.BULK:
            services.bulk.find(asked.fields["bulk_id"], Asker(caller.name, caller.collections))
        case Names.MIRROR:
            services.mirrors.find(asked.fields["mirror"], caller.collections)
        case Names.NOTHING | Names.BODY:
            pass


def looked_into(services: Services, asked: Asked) -> Within:
    """The collections to look into, as far as they exist. Raises UnknownCollection for one that is
    asked for, be it by the filter, and does not, Forbidden as `Asked.within` does."""
    within = asked.within
    if isinstance(within, str):
        expect_known(services.library, services.client, within, asked.caller.collections)
    expect_known_in(services.library, services.client, asked[FILTER], asked.caller.collections)
    return within


def no_job(job_id: str) -> JobNotFound:
    return JobNotFound(f"there is no job {job_id!r}")


def no_document(document_id: str) -> DocumentNotFound:
    return DocumentNotFound(f"the library has no document {document_id!r}")
