"""Checks the library: the file itself, and all that in it is derived from something else.

Out of a damaged file may come anything, so whatever goes wrong while it is looked at is damage.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Self

from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage.check.damage import mended_library, sound_library
from gristmill.storage.check.findings import Checkup
from gristmill.storage.check.manifests import jobs
from gristmill.storage.library import JobIndexRow, Library, losses
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.ends import Ends
from gristmill.storage.opening import library_file

_AT_ONCE = 500
_OF_BYTES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class LibraryCheck:
    """Sees every job, then looks at the rest. Without a usable library it only reports that."""

    def __init__(self, checkup: Checkup) -> None:
        self._checkup = checkup
        self._library: Library | None = None
        self._without_ledger: frozenset[str] = frozenset()
        self._ingested = self._begins_again = False
        self._jobs = 0
        self._out_of_step = 0

    def __enter__(self) -> Self:
        self._begin(sound_library(self._checkup))
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _begin(self, library: Library | None) -> None:
        self._library, self._jobs, self._out_of_step = library, 0, 0
        self._without_ledger = frozenset(losses(self._checkup.folder.library).ledgers)

    def _close(self) -> None:
        if self._library is not None:
            self._library.close()
            self._library = None

    @contextmanager
    def _wary(self) -> Iterator[None]:
        """What fails inside is damage of the library; once, it is mended, and all begins again."""
        try:
            yield
        except (LibraryTrouble, *_OF_BYTES) as error:
            if isinstance(error, LibraryTrouble):
                reason = error.reason
                if not error.transient:
                    raise
            else:
                reason = f"what is in it makes no sense: {error}"
            self._close()
            self._begin(mended_library(self._checkup, reason))
            self._begins_again = self._library is not None

    def see(self, manifest: Manifest) -> None:
        self._ingested = self._ingested or manifest.counts.good > 0
        if not self._begins_again:
            with self._wary():
                self._see(manifest)

    def _see(self, manifest: Manifest) -> None:
        self._jobs += 1
        if self._library is None or self._in_motion(manifest):
            return
        if self._library.job_row(manifest.job_id) != JobIndexRow.of(manifest):
            self._out_of_step += 1
        if manifest.state.terminal and manifest.job_id not in self._without_ledger:
            self._check_counts(self._library, manifest)

    def _in_motion(self, manifest: Manifest) -> bool:
        folder, job_id = self._checkup.folder, manifest.job_id
        ended = manifest.state.terminal
        path = Ends(folder).place(job_id) if ended else folder.pending_path(job_id)
        return self._checkup.in_motion(path)

    def _check_counts(self, library: Library, manifest: Manifest) -> None:
        ledger = library.counts(manifest.job_id)
        if ledger != manifest.counts:
            message = f"the manifest counts {_told(manifest.counts)}, the ledger {_told(ledger)}"
            self._checkup.fail("counts_differ", manifest.job_id, message)

    def finish(self) -> None:
        path = self._checkup.folder.library
        if not self._begins_again:
            with self._wary():
                self._look_at_the_rest()
        if self._begins_again:
            for manifest in jobs(self._checkup.folder):
                self._see(manifest)
            self._look_at_the_rest()
        if self._library is None and self._ingested and not path.exists():
            message = "jobs have ended with documents, but there is no library; restore a backup"
            self._checkup.fail("library_missing", path, message)

    def _look_at_the_rest(self) -> None:
        if self._library is not None:
            _read_all(self._library)
            self._check_derived(self._library)
            self._check_ledger(self._library)
            self._check_job_index(self._library)

    def _check_derived(self, library: Library) -> None:
        path = library_file(self._checkup.folder)
        soundness = library.soundness
        if not soundness.search_index_is_sound():
            message = "the full-text index does not hold the words of the chunks"
            self._checkup.fail("search_index", path, message, soundness.rebuild_search_index)
        if not soundness.vectors_are_right():
            message = "vectors belong to nothing, or what is derived of them is damaged"
            self._checkup.fail("vectors", path, message, soundness.mend_vectors)
        if not soundness.totals_are_right():
            message = "the totals are not what the documents add up to"
            self._checkup.warn("totals", path, message, soundness.rebuild_totals)
        for row, document_id in library.damaged_trash():
            message = "what is kept of this deleted document is damaged; it cannot be taken back"
            forget = partial(library.forget_trashed, row)
            self._checkup.fail("trash_damaged", document_id, message, forget)
        for job_id in soundness.miscounted_jobs():
            message = "the counters are not what the ledger rows add up to"
            self._checkup.fail("job_counters", job_id, message, partial(soundness.recount, job_id))

    def _check_ledger(self, library: Library) -> None:
        for job_id in library.soundness.ledger_jobs():
            if not self._exists(job_id):
                message = "the ledger has rows of a job that has no manifest"
                self._checkup.warn("ledger_without_job", job_id, message)

    def _check_job_index(self, library: Library) -> None:
        extra = sum(1 for job_id in library.job_ids() if not self._exists(job_id))
        if self._out_of_step or extra:
            message = f"of {self._jobs} jobs {self._out_of_step} are missing or wrong"
            message += f", and {extra} are there that do not exist" if extra else ""
            rebuild = partial(self._rebuild_job_index, library)
            self._checkup.warn("job_index", library_file(self._checkup.folder), message, rebuild)

    def _exists(self, job_id: str) -> bool:
        manifests = Manifests(self._checkup.folder)
        return is_job_id(job_id) and (manifests.is_ended(job_id) or manifests.is_pending(job_id))

    def _rebuild_job_index(self, library: Library) -> None:
        library.clear_job_index()
        rows: list[JobIndexRow] = []
        for manifest in jobs(self._checkup.folder):
            rows.append(JobIndexRow.of(manifest))
            if len(rows) == _AT_ONCE:
                library.index_jobs(rows)
                rows.clear()
        library.index_jobs(rows)


def _read_all(library: Library) -> None:
    """Read every value: SQLite looks at its own pages, and not at what we have put into them."""
    for _ in library.export(None):
        pass
    _read_structures(library)
    for job_id in library.soundness.ledger_jobs():
        after = None
        while rows := library.ledger_page(job_id, state=None, after=after, limit=_AT_ONCE):
            after = rows[-1].ordinal
        library.pending(job_id)


def _read_structures(library: Library) -> None:
    after: str | None = None
    while True:
        documents, after = library.documents_page(collection=None, after=after, limit=_AT_ONCE)
        for document in documents:
            library.structure(document.document_id)
            library.last_version(document.document_id)
        if after is None:
            return


def _told(counts: Counts) -> str:
    """Counts for people: `3 (2 succeeded, 1 failed)`."""
    parts = [
        f"{value} {name}"
        for name in Counts.__struct_fields__[1:]
        if (value := getattr(counts, name))
    ]
    return f"{counts.total} ({', '.join(parts) or 'none'})"
