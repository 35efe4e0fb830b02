"""Goes through a data folder after a storm and compares everything with everything.

Its own SQL, on purpose: it must not believe the code that it checks.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import msgspec

from benchmarks.storm.books import Books
from benchmarks.storm.files import MEMBERS
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests

_CHECKS = {
    "two documents of one uri": (
        "SELECT count(*) FROM"
        " (SELECT 1 FROM documents GROUP BY collection, uri HAVING count(*) > 1)"
    ),
    "two documents of one content": (
        "SELECT count(*) FROM (SELECT 1 FROM documents GROUP BY collection, sha256, pipeline"
        " HAVING count(*) > 1)"
    ),
    "documents whose chunks are not as many as they say": (
        "SELECT count(*) FROM documents d LEFT JOIN (SELECT document, count(*) AS number"
        " FROM chunks GROUP BY document) c ON c.document = d.id"
        " WHERE d.chunks != coalesce(c.number, 0)"
    ),
    "chunks outside their document's range": (
        "SELECT count(*) FROM chunks c JOIN documents d ON d.id = c.document WHERE c.id NOT"
        " BETWEEN d.first_chunk AND d.first_chunk + d.chunks - 1"
    ),
    "chunks without document": (
        "SELECT count(*) FROM chunks WHERE document NOT IN (SELECT id FROM documents)"
    ),
    "FTS rows without chunk": (
        "SELECT count(*) FROM word_index_docsize WHERE id NOT IN (SELECT id FROM chunks)"
    ),
    "chunks without FTS row": (
        "SELECT count(*) FROM chunks WHERE id NOT IN (SELECT id FROM word_index_docsize)"
    ),
    "archives whose members are not all there, once": (
        "SELECT count(*) FROM (SELECT 1 FROM ledger WHERE instr(uri, '!/') GROUP BY job_id,"
        f" substr(uri, 1, instr(uri, '!/')) HAVING count(*) != {MEMBERS})"
    ),
    "parts of documents that have ended": (
        "SELECT count(*) FROM parts p WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE"
        " l.job_id = p.job_id AND l.ordinal = p.ordinal AND l.state = 'pending')"
    ),
    "documents that no ledger row made": (
        "SELECT count(*) FROM documents d WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE"
        " l.job_id = d.job_id AND l.document_id = d.document_id AND l.uri = d.uri)"
    ),
}


class Audit(msgspec.Struct):
    """What was found. `lost` and `duplicated` map a kind to its number; both have to be empty."""

    on_disk: int = 0
    runs: int = 0
    states: dict[str, int] = {}
    failures: dict[str, int] = {}
    documents: int = 0
    chunks: int = 0
    lost: dict[str, int] = {}
    duplicated: dict[str, int] = {}
    examples: list[str] = []

    def lose(self, kind: str, what: str, number: int = 1) -> None:
        self._add(self.lost, kind, what, number)

    def double(self, kind: str, what: str, number: int = 1) -> None:
        self._add(self.duplicated, kind, what, number)

    def _add(self, kinds: dict[str, int], kind: str, what: str, number: int) -> None:
        if number:
            kinds[kind] = kinds.get(kind, 0) + number
            self.examples.append(f"{kind}: {what}")


def audit(folder: DataFolder, books: Books) -> Audit:
    """Compare what clients were told, the manifests and the library."""
    found = Audit()
    _check_promises(found, folder, books)
    uri = f"{folder.library.as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        for manifest in _manifests(folder):
            found.on_disk += 1
            _check_history(found, manifest)
            _check_ledger(found, manifest, db)
        for kind, sql in _CHECKS.items():
            found.double(kind, "in the library", db.execute(sql).fetchone()[0])
        found.documents = db.execute("SELECT count(*) FROM documents").fetchone()[0]
        found.chunks = db.execute("SELECT count(*) FROM chunks").fetchone()[0]
        found.failures = dict(
            db.execute("SELECT code, count(*) FROM ledger WHERE state = 'failed' GROUP BY code")
        )
    return found


def _manifests(folder: DataFolder) -> Iterator[Manifest]:
    manifests = Manifests(folder)
    for job_id in [*manifests.ended_ids(), *manifests.pending_ids()]:
        manifest = manifests.read(job_id)
        if manifest is not None:
            yield manifest


def _check_promises(found: Audit, folder: DataFolder, books: Books) -> None:
    manifests = Manifests(folder)
    states: Counter[str] = Counter()
    for job_id in books.jobs:
        manifest = manifests.read_terminal(job_id)
        if manifest is None:
            pending = manifests.read_pending(job_id)
            kind = "accepted, unknown afterwards" if pending is None else "accepted, not terminal"
            found.lose(kind, job_id)
        else:
            states[manifest.state] += 1
    found.states = dict(states)
    for job_id in manifests.pending_ids():
        if job_id not in books.jobs:
            found.lose("pending, its submitter was never answered", job_id)
    for job_id in books.not_found:
        found.lose("accepted, answered 404", job_id)
    for key in books.never_answered:
        found.lose("never answered, though asked again and again", key)
    for key, ids in books.by_key.items():
        if len(ids) > 1:
            found.double("one key, several jobs", f"{key}: {sorted(ids)}")


def _check_history(found: Audit, manifest: Manifest) -> None:
    runs: list[list[JobState]] = []
    for moment in manifest.history:
        if moment.state is JobState.QUEUED:
            runs.append([])
        runs[-1].append(moment.state)
    found.runs += len(runs)
    for run in runs:
        ends = sum(state.terminal for state in run)
        told = f"{manifest.job_id}: {[state.value for state in run]}"
        if ends > 1 or run.count(JobState.RUNNING) > 1:
            found.double("a state entered twice in one run", told)
        if ends == 0:
            found.lose("a run without an end", told)
    if len(runs) != manifest.run:
        found.double("runs not counted", f"{manifest.job_id}: {len(runs)} not {manifest.run}")


def _check_ledger(found: Audit, manifest: Manifest, db: sqlite3.Connection) -> None:
    rows = dict(
        db.execute(
            "SELECT state, count(*) FROM ledger WHERE job_id = ? GROUP BY state", (manifest.job_id,)
        )
    )
    told = {
        state.value: number
        for state in DocumentState
        if (number := getattr(manifest.counts, state.value))
    }
    if rows != told:
        found.double("ledger and manifest differ", f"{manifest.job_id}: {rows} not {told}")
