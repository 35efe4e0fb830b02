"""Every method of the four roles of a library, with something to call it with."""

import inspect
from collections.abc import Callable
from typing import Any

from support.library_samples import succeeded

from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.outcomes.results import PartResult, Split
from gristmill.schemas.vector_search import SearchMode
from gristmill.storage.library.catalogue_role import Catalogue
from gristmill.storage.library.chosen_jobs import ChosenJobs
from gristmill.storage.library.meaning_role import SemanticDocuments
from gristmill.storage.library.roles import Documents, JobIndex, Ledger
from gristmill.storage.library.trash_role import Trash, TrashChoice

ARGUMENTS = {
    "token": 1,
    "tokens": (1,),
    "after": None,
    "attempts": 1,
    "code": "crashed",
    "collection": None,
    "content": "x",
    "cursor": None,
    "document_id": "x",
    "documents": (),
    "done": PartResult("job", 0, 0, "x", b""),
    "first": 0,
    "job_id": "job",
    "job_ids": ["job"],
    "kind": "crash",
    "last": 1,
    "limit": 1,
    "message": "m",
    "most": 1,
    "ordinal": 0,
    "pipeline": "p",
    "query": "word",
    "results": [succeeded()],
    "rows": [None],
    "sha256": "0" * 64,
    "source": 0,
    "since": "",
    "split": Split("job", 0, "x", ()),
    "state": JobState.QUEUED,
    "timeout_s": 1.0,
    "path": None,
    "uri": "u",
    "wanted": ChosenJobs(None, None),
    "where": None,
    "within": None,
    "fields": (),
    "expected": 0,
    "new": "new",
    "options": GivenOptions(),
    "replace": True,
    "before_commit": list,
    "nearest": (),
    "mode": SearchMode.HYBRID,
    "rerank": None,
    "trash": None,
    "choice": TrashChoice(),
}
ROLES = [
    name
    for role in (Ledger, Documents, SemanticDocuments, JobIndex, Catalogue, Trash)
    for name in vars(role)
    if not name.startswith("_")
]
READS = sorted(
    {*ROLES}
    - {
        "begin_term",
        "cancel_pending",
        "clear_job_index",
        "commit",
        "delete_collection",
        "delete_document",
        "delete_documents",
        "empty_trash",
        "restore_documents",
        "drop_job",
        "drop_jobs",
        "fail",
        "fence",
        "finish_part",
        "index_jobs",
        "plan",
        "rename_collection",
        "reopen",
        "set_collection",
        "split",
        "strike",
        "take_back",
        "take_out_deleted",
    }
)
"""Those that a connection which only reads can be asked: all that are not named here."""


def arguments_of(method: Callable[..., Any]) -> dict[str, Any]:
    """What to call a method with; of nothing that a library holds."""
    return {each: ARGUMENTS[each] for each in inspect.signature(method).parameters}
