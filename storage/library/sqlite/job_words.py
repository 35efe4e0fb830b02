"""The words of jobs that have ended, in a file beside the library.

All of it can be told again from the manifests, so nothing here is worth a sync, and a file that is
damaged is made anew. A row's number follows from its job's id, so that rows are in the order of
jobs, and the newest are found first without sorting. State and collection are words as well: what
is rare among them is found as fast as what is rare in a name.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from gristmill.schemas.jobs.states import JobState
from gristmill.storage.disk.durable import private
from gristmill.storage.library.job_text import JobText
from gristmill.storage.library.roles import Within

_SCHEMA = 1
_SCRIPT = (
    "CREATE TABLE texts(id INTEGER PRIMARY KEY, job_id TEXT NOT NULL, words TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE word_index USING fts5("
    "words, content='texts', content_rowid='id', detail=none, columnsize=0, prefix='2 4',"
    " tokenize='unicode61 remove_diacritics 0')",
    "CREATE TABLE filling(before TEXT NOT NULL)",
    "INSERT INTO filling VALUES('~')",
    f"PRAGMA user_version={_SCHEMA}",
)
_PREFIXES = (4, 2)
"""Lengths of beginnings that have an index of their own: others take as long as the words are
many."""
_CANDIDATES = 2000
"""Jobs with such a beginning that are looked at for the word itself."""
_PLACES = 8
"""Jobs of one quarter of a microsecond."""


class JobWords:
    """One connection, for one thread at a time. Its file is made where there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = self._opened()

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> "JobWords":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, texts: Iterable[JobText], filled_before: str | None = None) -> None:
        """Keep the words of jobs, in the place of what was kept of them. `filled_before`: older
        jobs than this are still to be told (None: as before; an empty one: none is). Raises
        OSError."""
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                for text in texts:
                    self._put(text)
                if filled_before is not None:
                    self._db.execute("DELETE FROM filling")
                    if filled_before:
                        self._db.execute("INSERT INTO filling VALUES(?)", (filled_before,))
        except sqlite3.Error as error:
            raise OSError(f"the words of jobs cannot be kept: {error}") from None

    def drop(self, job_ids: Iterable[str]) -> None:
        """Forget jobs. Raises OSError."""
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                for job_id in job_ids:
                    for place, words in self._kept(job_id):
                        self._take_out(place, words)
                        self._db.execute("DELETE FROM texts WHERE id = ?", (place,))
        except sqlite3.Error as error:
            raise OSError(f"the words of jobs cannot be dropped: {error}") from None

    def to_fill(self) -> str | None:
        """Jobs before this id are still to be told; None where all are."""
        found = self._db.execute("SELECT before FROM filling").fetchone()
        return str(found[0]) if found else None

    def _opened(self) -> sqlite3.Connection:
        for _ in range(2):
            db = None
            try:
                os.close(private(str(self._path), os.O_RDWR | os.O_CREAT))
                db = sqlite3.connect(self._path, timeout=5.0, isolation_level=None)
                db.execute("PRAGMA journal_mode=WAL")
                db.execute("PRAGMA synchronous=OFF")
                if self._made(db):
                    return db
            except sqlite3.OperationalError as error:
                raise OSError(f"the words of jobs cannot be kept: {error}") from None
            except sqlite3.DatabaseError:
                # It is damaged, or no database: what it had is told again.
                pass
            if db is not None:
                db.close()
            remove_job_words(self._path)
        raise OSError("the words of jobs cannot be kept: their file is made in vain")

    def _made(self, db: sqlite3.Connection) -> bool:
        """Whether the file is of our schema, after it was made where it was empty."""
        with db:
            db.execute("BEGIN IMMEDIATE")
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _SCRIPT:
                    db.execute(statement)
        return version in (0, _SCHEMA)

    def _put(self, text: JobText) -> None:
        words = " ".join((*text.words, _state(text.state), _collection(text.collection)))
        place = place_of(text.job_id)
        for each in range(place, place + _PLACES):
            values = (each, text.job_id, words)
            added = self._db.execute("INSERT OR IGNORE INTO texts VALUES(?, ?, ?)", values)
            if added.rowcount or self._replaced(*values):
                self._db.execute("INSERT INTO word_index(rowid, words) VALUES(?, ?)", (each, words))
                return

    def _replaced(self, place: int, job_id: str, words: str) -> bool:
        """Whether the row at a place is of this job, which then has other words."""
        found = self._db.execute("SELECT job_id, words FROM texts WHERE id = ?", (place,))
        there, before = found.fetchone()
        if there != job_id:
            return False
        self._take_out(place, before)
        self._db.execute("UPDATE texts SET words = ? WHERE id = ?", (words, place))
        return True

    def _kept(self, job_id: str) -> list[tuple[int, str]]:
        place = place_of(job_id)
        return self._db.execute(
            "SELECT id, words FROM texts WHERE id >= ? AND id < ? AND job_id = ?",
            (place, place + _PLACES, job_id),
        ).fetchall()

    def _take_out(self, place: int, words: str) -> None:
        self._db.execute(
            "INSERT INTO word_index(word_index, rowid, words) VALUES('delete', ?, ?)",
            (place, words),
        )


def remove_job_words(path: Path) -> None:
    """Remove the file. A service tells the words again at its next start. Raises OSError."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class FoundJobs:
    """Searches the words; one read-only connection a call, which costs less than to keep one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(
        self,
        words: Sequence[str],
        *,
        state: JobState | None,
        collection: Within,
        after: str | None,
        limit: int,
    ) -> list[str]:
        """Up to `limit` ids, before `after`, of jobs with all of the words, the newest first; the
        last word may be the beginning of one. Empty where nothing can be read."""
        if not words or collection == () or not self._path.exists():
            return []
        fixed = [_state(state)] if state is not None else []
        before = 2**63 - 1 if after is None else place_of(after)
        with suppress(sqlite3.Error), closing(self._connected()) as db:
            terms = [*map(_quoted, (*words, *fixed)), *_any_of(collection)]
            found = dict(_rows(db, terms, before, limit))
            if len(found) < limit:
                *others, last = words
                begun = [*map(_quoted, (*others, *fixed)), *_any_of(collection)]
                found |= dict(_begun(db, begun, last, before, limit))
            return [found[place] for place in sorted(found, reverse=True)][:limit]
        return []

    def _connected(self) -> sqlite3.Connection:
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(uri, uri=True, timeout=1.0)


def place_of(job_id: str) -> int:
    """The first number that a job's row may have: its id's 60 bits of time, and three more."""
    digits = job_id.replace("-", "")
    return int(digits[:12] + digits[13:16], 16) << 3


def _rows(
    db: sqlite3.Connection, terms: Sequence[str], before: int, limit: int
) -> list[tuple[int, str]]:
    return db.execute(
        "SELECT texts.id, texts.job_id FROM word_index AS w JOIN texts ON texts.id = w.rowid"
        " WHERE word_index MATCH ? AND w.rowid < ? ORDER BY w.rowid DESC LIMIT ?",
        (" AND ".join(terms), before, limit),
    ).fetchall()


def _begun(
    db: sqlite3.Connection, terms: Sequence[str], begin: str, before: int, limit: int
) -> Iterator[tuple[int, str]]:
    """Jobs with a word that begins so, of the newest that have a word with its first letters."""
    length = next((each for each in _PREFIXES if each <= len(begin)), None)
    if length is None:
        return
    rows = db.execute(
        "SELECT t.id, t.job_id, t.words FROM word_index AS w JOIN texts AS t ON t.id = w.rowid"
        " WHERE word_index MATCH ? AND w.rowid < ? ORDER BY w.rowid DESC LIMIT ?",
        (" AND ".join((*terms, f"{_quoted(begin[:length])} *")), before, _CANDIDATES),
    )
    left = limit
    for place, job_id, words in rows:
        if f" {begin}" in f" {words}":
            yield place, job_id
            left -= 1
            if not left:
                return


def _quoted(word: str) -> str:
    return '"' + word.replace('"', "") + '"'


def _state(state: JobState) -> str:
    return f"zzs{state.value}"


def _collection(collection: str) -> str:
    return f"zzc{hashlib.sha256(collection.encode(errors='replace')).hexdigest()[:16]}"


def _any_of(collection: Within) -> list[str]:
    if collection is None:
        return []
    names = (collection,) if isinstance(collection, str) else collection
    return [f"({' OR '.join(_quoted(_collection(each)) for each in names)})"]
