"""What is known of a mirror's files, in a small database of its own.

It says which state of each file the library has. A row is written when that is so, never before: a
crash costs another look at a file, which finds its content unchanged. It can be made anew from the
library and the folder; whoever finds it damaged does that.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gristmill.storage.disk.durable import make_folder, private
from gristmill.storage.mirrors.files import DamagedKnown, Known, Reading, Seen, order

_SCHEMA = 2
_SCRIPT = (
    "CREATE TABLE files(place BLOB PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL,"
    " mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, device INTEGER NOT NULL,"
    " again INTEGER NOT NULL, inside INTEGER NOT NULL, failed INTEGER NOT NULL DEFAULT 0)"
    " WITHOUT ROWID",
    # The documents of other files that a file's content was found in.
    "CREATE TABLE refs(document TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY(document, path))"
    " WITHOUT ROWID",
    "CREATE INDEX refs_by_path ON refs(path)",
    "CREATE TABLE reading(path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
    " inode INTEGER NOT NULL, device INTEGER NOT NULL, job_id TEXT NOT NULL, kind TEXT NOT NULL)"
    " WITHOUT ROWID",
    "CREATE INDEX files_again ON files(place) WHERE again",
    "CREATE INDEX reading_by_job ON reading(job_id)",
    f"PRAGMA user_version={_SCHEMA}",
)
_FILE = "path, size, mtime_ns, inode, device"
_KNOWN = f"{_FILE}, again, inside, failed"
_TO_2 = (
    "ALTER TABLE files ADD COLUMN failed INTEGER NOT NULL DEFAULT 0",
    f"PRAGMA user_version={_SCHEMA}",
)
_UNSEEN = -1
"""The size of a file that is only known to have a document."""


class KnownFiles:
    """One connection, for one thread at a time. Its file is made where there is none. All methods
    raise OSError; DamagedKnown where the file has to be made anew."""

    def __init__(self, path: Path) -> None:
        with _told():
            make_folder(path.parent)
            os.close(private(str(path), os.O_RDWR | os.O_CREAT))
            self._db = sqlite3.connect(
                path, timeout=5.0, isolation_level=None, check_same_thread=False
            )
            self.is_new = self._made()
            """Nothing has been known before."""

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> "KnownFiles":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def files(self) -> Iterator[Known]:
        """All that is known, in the order of `files.order`."""
        with _told():
            for row in self._db.execute(f"SELECT {_KNOWN} FROM files ORDER BY place"):
                yield _known(row)

    def below(self, paths: Iterable[str]) -> Iterator[Known]:
        """What is known of some paths and below each, in that order."""
        last: str | None = None
        for path in sorted(set(paths), key=order):
            if last is not None and (path == last or path.startswith(f"{last}/")):
                continue
            last = path
            with _told():
                place = _place(path)
                rows = self._db.execute(
                    f"SELECT {_KNOWN} FROM files WHERE place = ? OR"
                    " (place > ? AND place < ?) ORDER BY place",
                    (place, place + b"\0", place + b"\1"),
                ).fetchall()
            yield from map(_known, rows)

    def count(self) -> int:
        with _told():
            return int(self._db.execute("SELECT count(*) FROM files").fetchone()[0])

    def marked(self) -> list[str]:
        """Those that are to be read again whatever they look like, by path."""
        with _told():
            rows = self._db.execute("SELECT path FROM files WHERE again ORDER BY place")
            return [path for (path,) in rows.fetchall()]

    def renumber(self, files: Iterable[Seen]) -> None:
        """Their file system has another number."""
        with self._writing():
            self._db.executemany(
                "UPDATE files SET device = ? WHERE place = ?",
                [(each.device, _place(each.path)) for each in files],
            )

    def expect(self, paths: Mapping[str, bool]) -> None:
        """These have documents from before there was a mirror, or documents inside: each is to be
        read, or is gone."""
        with self._writing():
            for path, inside in paths.items():
                self._put(Known(path, _UNSEEN, 0, 0, 0, again=True, inside=inside))

    def note(self, files: Iterable[tuple[Known, Sequence[str]]]) -> None:
        """Files as they were read, each with the documents of others that have its content."""
        with self._writing():
            for known, documents in files:
                self._put(known)
                self._db.execute("DELETE FROM refs WHERE path = ?", (known.path,))
                self._db.executemany(
                    "INSERT OR IGNORE INTO refs VALUES(?, ?)",
                    [(document, known.path) for document in documents],
                )

    def rename(self, moves: Iterable[tuple[str, Known]]) -> None:
        """Files that have another path, and are as the second says."""
        with self._writing():
            for old, known in moves:
                self._db.execute("DELETE FROM files WHERE place = ?", (_place(old),))
                self._put(known)
                self._db.execute("UPDATE refs SET path = ? WHERE path = ?", (known.path, old))

    def forget(self, paths: Iterable[str]) -> None:
        with self._writing():
            for path in paths:
                self._db.execute("DELETE FROM files WHERE place = ?", (_place(path),))
                self._db.execute("DELETE FROM refs WHERE path = ?", (path,))

    def referring(self, document: str) -> list[str]:
        """The files whose content is in a document of another one, by path."""
        with _told():
            rows = self._db.execute(
                "SELECT path FROM refs WHERE document = ? ORDER BY path", (document,)
            )
            return [path for (path,) in rows.fetchall()]

    def refers(self, path: str) -> bool:
        """Whether a file's content is in a document of another one."""
        with _told():
            row = self._db.execute("SELECT 1 FROM refs WHERE path = ? LIMIT 1", (path,))
            return row.fetchone() is not None

    def read_again(self, documents: Iterable[str]) -> int:
        """These are no longer what they were: whoever refers to them is to be read again. Returns
        how many files that are."""
        with self._writing():
            changed = 0
            for document in documents:
                for path in self.referring(document):
                    changed += self._db.execute(
                        "UPDATE files SET again = 1 WHERE place = ?", (_place(path),)
                    ).rowcount
                self._db.execute("DELETE FROM refs WHERE document = ?", (document,))
            return changed

    def refer(self, old: str, new: str, owner: str) -> None:
        """A document has another id, and is that of the file `owner` now."""
        with self._writing():
            self._db.execute("DELETE FROM refs WHERE document = ? AND path = ?", (old, owner))
            self._db.execute(
                "UPDATE OR REPLACE refs SET document = ? WHERE document = ?", (new, old)
            )

    def begin(self, files: Iterable[Reading]) -> None:
        """A job is about to be submitted for these."""
        with self._writing():
            self._db.executemany(
                "INSERT OR REPLACE INTO reading VALUES(?, ?, ?, ?, ?, ?, ?)",
                [(*each.seen, each.job_id, each.kind) for each in files],
            )

    def jobs(self) -> list[str]:
        """The jobs that were begun and not finished, the oldest first."""
        with _told():
            rows = self._db.execute("SELECT DISTINCT job_id FROM reading ORDER BY job_id")
            return [job_id for (job_id,) in rows.fetchall()]

    def read_by(self, job_id: str) -> list[Reading]:
        with _told():
            rows = self._db.execute(
                f"SELECT {_FILE}, kind FROM reading WHERE job_id = ? ORDER BY path", (job_id,)
            )
            return [Reading(Seen(*row[:5]), job_id, row[5]) for row in rows.fetchall()]

    def finish(self, job_id: str) -> None:
        """What a job has read is noted, or it never was one."""
        with self._writing():
            self._db.execute("DELETE FROM reading WHERE job_id = ?", (job_id,))

    def _put(self, known: Known) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO files VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_place(known.path), *known),
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _made(self) -> bool:
        """Whether the file was empty; then it is made."""
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA cache_size=-1024")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == _SCHEMA:
            return False
        if version == 1:
            with self._writing():
                for statement in _TO_2:
                    self._db.execute(statement)
            return False
        if version:
            raise sqlite3.DatabaseError("it is of another version")
        with self._writing():
            for statement in _SCRIPT:
                self._db.execute(statement)
        return True


def remove_known(path: Path) -> None:
    """Forget all of it. Raises OSError."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _place(path: str) -> bytes:
    return order(path).encode()


def _known(row: tuple[str, int, int, int, int, int, int, int]) -> Known:
    return Known(*row[:5], bool(row[5]), bool(row[6]), bool(row[7]))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"what is known of a mirror cannot be kept: {error}") from None
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.DatabaseError as error:
        raise DamagedKnown(f"what is known of a mirror is damaged: {error}") from None
