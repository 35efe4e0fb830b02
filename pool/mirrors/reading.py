"""Files of a mirror are read by ordinary jobs, and what became of each is noted."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from gristmill.pool.mirrors.following import Follower, uri_of
from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.sources import Located
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.mirrors import MirrorSpec
from gristmill.schemas.outcomes.documents import DocumentCode, LedgerRow
from gristmill.schemas.outcomes.results import MEMBER_MARK
from gristmill.storage.library import KnownFiles, Library
from gristmill.storage.mirrors.files import Known, Reading, Seen
from gristmill.storage.stores import Stores

FILES_A_JOB = 1_000
NEW, CHANGED, AGAIN = "new", "changed", "again"
Submit = Callable[[MirrorSpec, str, Sequence[Located]], None]
"""Has a job of this id read files, durably. Raises GristmillError."""
_PAGE = 1_000
_GOOD = (DocumentState.SUCCEEDED, DocumentState.UNCHANGED, DocumentState.DUPLICATE)
_PASSING = (
    DocumentCode.FETCH_ERROR,
    DocumentCode.STEP_FAILED,
    DocumentCode.TOKENIZER_UNAVAILABLE,
)
"""The next run may have more luck, the file being as it is."""


class Settled(NamedTuple):
    """What came of a job. `put_off` are files that were not read, by path: the next run tries
    them again."""

    new: int
    changed: int
    failed: int
    put_off: list[str]
    new_paths: list[str]


class Reader:
    """Of one mirror. Raises OSError, LibraryTrouble, and what `submit` does."""

    def __init__(
        self,
        stores: Stores,
        spec: MirrorSpec,
        known: KnownFiles,
        follower: Follower,
        submit: Submit,
    ) -> None:
        self._stores, self._spec, self._known = stores, spec, known
        self._follower, self._submit = follower, submit

    def begin(self, job_id: str, files: Sequence[tuple[Seen, str]]) -> None:
        """Have a job read files, each of which is of some kind. It is noted first: after a crash
        it is taken up, or was never submitted."""
        self._known.begin(Reading(seen, job_id, kind) for seen, kind in files)
        try:
            sources = [Located(uri_of(self._spec, f.path), self._spec.root) for f, _ in files]
            self._submit(self._spec, job_id, sources)
        except BaseException:
            if not self._stores.manifests.is_pending(job_id):
                self._known.finish(job_id)
            raise

    def settled(self, job_id: str) -> Settled | None:
        """Note what a job has read; None while it goes on."""
        manifest = self._stores.manifests.read(job_id)
        if manifest is not None and not manifest.state.terminal:
            return None
        readings = self._known.read_by(job_id)
        if manifest is None:
            # Killed before it was accepted; or somebody has deleted it, and reading tells.
            self._known.finish(job_id)
            return Settled(0, 0, 0, [], [])
        rows = self._rows(job_id, readings)
        found = [self._one(each, rows.get(each.seen.path, [])) for each in readings]
        held = {e.seen.path for e in readings if e.kind != NEW and self._holds(e.seen.path)}
        self._known.note((known, refs) for known, refs in found if known is not None)
        self._known.read_again(self._replaced(rows))
        for reading, (known, _) in zip(readings, found, strict=True):
            path = reading.seen.path
            if known is not None and (path in held or (known.inside and reading.kind != NEW)):
                self._drop_what_left(path, rows[path])
        self._known.finish(job_id)
        return self._counted(readings, found, rows)

    def _rows(self, job_id: str, readings: Sequence[Reading]) -> dict[str, list[LedgerRow]]:
        """What the ledger says of each file, and of what was found inside of it, by path."""
        wanted = {uri_of(self._spec, each.seen.path): each.seen.path for each in readings}
        rows: dict[str, list[LedgerRow]] = {}
        with self._stores.library(readonly=True) as library:
            for row in _ledger(library, job_id):
                path = next((wanted[uri] for uri in _fronts(row.uri) if uri in wanted), None)
                if path is not None:
                    rows.setdefault(path, []).append(row)
        return rows

    def _one(self, reading: Reading, rows: Sequence[LedgerRow]) -> tuple[Known | None, list[str]]:
        """The file as it is known from now on, with the documents of others that hold what is in
        it; None where it is not."""
        if not rows or any(map(_is_put_off, rows)):
            return None, []
        own = uri_of(self._spec, reading.seen.path)
        refs = [
            row.document_id
            for row in rows
            if row.document_id is not None and row.document_id != self._id(row.uri)
        ]
        inside, failed = any(row.uri != own for row in rows), _has_failed(rows)
        return Known.of(reading.seen, inside=inside, failed=failed), refs

    def _replaced(self, rows: dict[str, list[LedgerRow]]) -> Iterator[str]:
        """Documents that this job may have replaced or removed: who had their content as well is
        looked at again."""
        for found in rows.values():
            for row in found:
                own = self._id(row.uri)
                is_other = row.state is DocumentState.DUPLICATE and row.document_id != own
                if row.state is DocumentState.SUCCEEDED or is_other:
                    yield own

    def _drop_what_left(self, path: str, rows: Sequence[LedgerRow]) -> None:
        """Documents that are no longer inside of a file that has changed."""
        own = uri_of(self._spec, path)
        if any(row.uri == own and row.state is DocumentState.FAILED for row in rows):
            return  # it could not be opened: what was read of it before stays
        uris = {row.uri for row in rows}
        inside = self._follower.inside(path)
        self._follower.take_out([each for uri, each in inside.items() if uri not in uris])

    def _holds(self, path: str) -> bool:
        """Whether documents were found inside of it before."""
        return any(each.path == path and each.inside for each in self._known.below([path]))

    def _counted(
        self,
        readings: Sequence[Reading],
        found: Sequence[tuple[Known | None, list[str]]],
        rows: dict[str, list[LedgerRow]],
    ) -> Settled:
        counts = {NEW: 0, CHANGED: 0, AGAIN: 0}
        failed, put_off, new_paths = 0, list[str](), list[str]()
        for reading, (known, refs) in zip(readings, found, strict=True):
            path = reading.seen.path
            if known is None:
                put_off.append(path)
            if known is None or _has_failed(rows.get(path, ())):
                failed += 1
                continue
            counts[reading.kind] += 1
            if reading.kind == NEW and refs:
                new_paths.append(path)
        return Settled(counts[NEW], counts[CHANGED], failed, put_off, new_paths)

    def _id(self, uri: str) -> str:
        return document_id(self._spec.collection, uri)


def _has_failed(rows: Sequence[LedgerRow]) -> bool:
    return any(row.state is DocumentState.FAILED for row in rows)


def _ledger(library: Library, job_id: str) -> Iterator[LedgerRow]:
    after: int | None = None
    while rows := library.ledger_page(job_id, state=None, after=after, limit=_PAGE):
        yield from rows
        after = rows[-1].ordinal


def _fronts(uri: str) -> Iterator[str]:
    """A uri, and those of what it may be inside of, the innermost first."""
    yield uri
    while MEMBER_MARK in uri:
        uri = uri.rpartition(MEMBER_MARK)[0]
        yield uri


def _is_put_off(row: LedgerRow) -> bool:
    if row.state is DocumentState.FAILED:
        return row.code in _PASSING
    return row.state in (DocumentState.CANCELLED, DocumentState.PENDING)
