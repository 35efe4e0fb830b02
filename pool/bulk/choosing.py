"""Which jobs a query finds, page by page: by what the index knows, where that is enough, and by
looking into each manifest where it is not."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from gristmill.schemas.bulk import STATES, BulkAction, JobQuery
from gristmill.schemas.filters import Filter, parsed_of_jobs
from gristmill.schemas.filters.holding import holds
from gristmill.schemas.filters.of_jobs import is_indexed, narrowed, said_of
from gristmill.schemas.filters.tree import JOB_FIELDS, And, Comparison, Operator, Value
from gristmill.schemas.ids import first_id_at, is_job_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.library.chosen_jobs import ChosenJobs
from gristmill.storage.library.job_text import has_words, words_in
from gristmill.storage.library.roles import JobIndex, Within
from gristmill.storage.manifests import LEFT_OUT
from gristmill.storage.stores import Stores

PAGE = 500
_SLACK_S = 60.0
"""An id is made a moment before or after the time that its job is said to be of."""
_SECOND = 1_000_000


class Place(NamedTuple):
    """How far a walk has come: in which of its states, and after which job."""

    state: int = 0
    after: str | None = None


class Wanted:
    """The jobs that a query means. Raises InvalidFilter.

    `within`: the collections of whoever asks. `until`: none that was submitted, or has ended,
    later. They are gone through state by state, the newest first."""

    def __init__(
        self,
        query: JobQuery,
        within: Within,
        states: Sequence[JobState | None] = (None,),
        until: datetime | None = None,
    ) -> None:
        self.tree, self.words = _understood(query)
        self.until = until
        narrow = narrowed(self.tree)
        self.states = tuple(state for state in states if _may_be(state, query, narrow.states))
        self.within = _both(_both(within, query.collection), narrow.collections)
        self.stop = None if narrow.first is None else _id_at(narrow.first / _SECOND - _SLACK_S)
        self.start = None if narrow.end is None else _id_at(narrow.end / _SECOND + _SLACK_S)
        if narrow.job_ids is not None:
            ids = sorted(narrow.job_ids)
            self.start, self.stop = f"{ids[-1]}~", ids[0]

    @classmethod
    def of(cls, action: BulkAction, query: JobQuery, within: Within, until: datetime) -> "Wanted":
        """Those with which an action can be done. Raises InvalidFilter."""
        return cls(query, within, STATES[action], until)

    @cached_property
    def by_index(self) -> bool:
        """Whether the job index knows all that is asked."""
        return not self.words and (self.tree is None or is_indexed(self.tree))

    def of_index(self, state: JobState | None) -> ChosenJobs:
        """Those of one state, as far as the index knows."""
        where = self.tree if self.by_index else None
        return ChosenJobs(state, self.within, where, self.until)

    @property
    def nothing(self) -> bool:
        return self.words == ("",) or not self.states or self.within == ()

    def passes(self, manifest: Manifest) -> bool:
        """Whether a job is meant; its words are not looked at once more."""
        state_fits = any(each in (None, manifest.state) for each in self.states)
        seen = (self.within,) if isinstance(self.within, str) else self.within
        if not state_fits or not (seen is None or manifest.collection in seen):
            return False
        if self.until is not None and _moved_at(manifest) > self.until:
            return False
        return self.tree is None or holds(self.tree, said_of(manifest))


class Chooser:
    """Walks through the jobs of one data folder. Thread-safe."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    def page(
        self, library: JobIndex, wanted: Wanted, place: Place, limit: int = PAGE
    ) -> tuple[list[str], Place | None]:
        """The ids of jobs that are meant, of the next `limit` that may be, and where to go on;
        None where there are no more."""
        if wanted.nothing or place.state >= len(wanted.states):
            return [], None
        state = wanted.states[place.state]
        after = place.after if place.after is not None else wanted.start
        ids, last = self._some(library, wanted, state, after, limit)
        if last is None or (wanted.stop is not None and last < wanted.stop):
            following = Place(place.state + 1)
            return ids, following if following.state < len(wanted.states) else None
        return ids, Place(place.state, last)

    def count(self, library: JobIndex, wanted: Wanted) -> int | None:
        """How many there are, where the index alone can say so."""
        if not wanted.by_index:
            return None
        if wanted.nothing:
            return 0
        return sum(library.count_chosen_jobs(wanted.of_index(each)) for each in wanted.states)

    def _some(
        self,
        library: JobIndex,
        wanted: Wanted,
        state: JobState | None,
        after: str | None,
        limit: int,
    ) -> tuple[list[str], str | None]:
        """Those of one state, and the last that was looked at; None where there is none."""
        if wanted.words and state is not None and state.terminal:
            found: Sequence[str] = self._stores.found_jobs().find(
                wanted.words, state=state, collection=wanted.within, after=after, limit=limit
            )
            return self._read(wanted, found), found[-1] if found else None
        ids = library.chosen_jobs(wanted.of_index(state), after=after, limit=limit)
        last = ids[-1] if ids else None
        return ids if wanted.by_index else self._read(wanted, ids, wanted.words), last

    def _read(self, wanted: Wanted, ids: Sequence[str], words: tuple[str, ...] = ()) -> list[str]:
        found = []
        for job_id in ids:
            try:
                manifest = self._stores.manifests.read(job_id)
            except LEFT_OUT:
                # Nobody can say what it is; `gristmill check` tells of it.
                continue
            if manifest is not None and wanted.passes(manifest) and has_words(manifest, words):
                found.append(job_id)
        return found


def _understood(query: JobQuery) -> tuple[Filter | None, tuple[str, ...]]:
    """The condition, and the words. An id in the place of words is one; what has no word in it is
    a word that nothing has. Raises InvalidFilter."""
    tree = parsed_of_jobs(query.filter) if query.filter else None
    text = (query.q or "").strip()
    if not text:
        return tree, ()
    if is_job_id(text):
        this = Comparison(JOB_FIELDS["job_id"], Operator.EQUAL, (Value(text),))
        return this if tree is None else And((this, tree)), ()
    return tree, words_in(text) or ("",)


def _moved_at(manifest: Manifest) -> datetime:
    """When it has ended or, where it has not, was queued last."""
    if manifest.finished_at is not None:
        return manifest.finished_at
    queued = [each.at for each in manifest.history if each.state is JobState.QUEUED]
    return queued[-1] if queued else manifest.submitted_at


def _may_be(state: JobState | None, query: JobQuery, names: frozenset[str] | None) -> bool:
    if state is None:
        return True
    return query.state in (None, state) and (names is None or state in names)


def _both(within: Within, names: frozenset[str] | str | None) -> Within:
    if names is None:
        return within
    wanted = {names} if isinstance(names, str) else names
    if within is None:
        return tuple(sorted(wanted))
    seen = (within,) if isinstance(within, str) else within
    return tuple(name for name in seen if name in wanted)


def _id_at(unix_s: float) -> str:
    return first_id_at(min(max(unix_s, 0.0), 253_000_000_000.0))
