"""Where everything lies in a data folder."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gristmill.schemas.ids import batch_of, day_of, pack_of
from gristmill.schemas.jobs.sources import Bundled, Spooled
from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.storage.damage import noted_damage
from gristmill.storage.disk.durable import make_folder

LIBRARY_PLACE = "library-place"


@dataclass(frozen=True)
class DataFolder:
    """The paths of one data folder; making one does no I/O, `open` makes its folders.

    `kept`: the data folder of the service whose library, uploads and originals these are. A node
    has a folder of its own for the rest. `objects`: where uploads are objects of a bucket
    (`s3://bucket/prefix`); empty: they are files here. `apart`: the library and all uploads and
    originals are elsewhere, so `kept` may not be there: it is what originals are called after, and
    where no document is read.
    """

    root: Path
    kept: Path | None = None
    objects: str = ""
    apart: bool = False

    @property
    def places(self) -> tuple[Path, ...]:
        """Where all of it lies."""
        return (self.root,) if self.kept is None or self.apart else (self.root, self.kept)

    @cached_property
    def _shared(self) -> Path:
        return self.root if self.apart else self._service

    @cached_property
    def _service(self) -> Path:
        return self.root if self.kept is None else self.kept

    @classmethod
    def at(cls, path: str | Path, objects: str = "") -> "DataFolder":
        """The data folder at `path`, which may not exist; no I/O."""
        return cls(Path(path).absolute(), objects=objects)

    @classmethod
    def open(
        cls, path: str | Path, kept: Path | None = None, objects: str = "", *, apart: bool = False
    ) -> "DataFolder":
        """The data folder at `path`, made if missing. Raises DataFolderUnusable."""
        folder = cls(Path(path).absolute(), kept, objects, apart)
        try:
            # What it lies in is no part of it.
            make_folder(folder.root.parent, 0o777)
            for part in (folder.pending, folder.batches, folder.keys, folder.spool, folder.run):
                make_folder(part)
            folder.run.chmod(0o700)
        except (FileExistsError, NotADirectoryError) as error:
            raise DataFolderUnusable(
                f"cannot use the data folder {folder.root}: {error.filename} is no folder; "
                "choose another with --data"
            ) from None
        except OSError as error:
            raise DataFolderUnusable(
                f"cannot use the data folder {folder.root}: {error.strerror or error}; "
                "choose another with --data, or mend its permissions"
            ) from None
        return folder

    @cached_property
    def real(self) -> str:
        """Where the service's data folder really is, links resolved."""
        return os.path.realpath(self._service)

    @cached_property
    def run(self) -> Path:
        return self.root / "run"

    @cached_property
    def bodies(self) -> Path:
        """Request bodies that are too large for memory, while they come."""
        return self.run / "bodies"

    @cached_property
    def jobs(self) -> Path:
        return self.root / "jobs"

    @cached_property
    def pending(self) -> Path:
        return self.jobs / "pending"

    @cached_property
    def batches(self) -> Path:
        return self.jobs / "batches"

    @cached_property
    def keys(self) -> Path:
        return self.root / "keys"

    @cached_property
    def spool(self) -> Path:
        return self._shared / "spool"

    @cached_property
    def spool_owner(self) -> Path:
        """The name under which this folder looks after its uploads in a bucket. It is not in a
        backup: what is restored elsewhere is another folder."""
        return self.root / ".spool-owner"

    @cached_property
    def webhooks(self) -> Path:
        return self.root / "webhooks"

    @cached_property
    def originals(self) -> Path:
        return self._service / "originals"

    @cached_property
    def library(self) -> Path:
        return self._shared / "library.db"

    @cached_property
    def library_place(self) -> Path:
        """The note of where the library is, if it is no file here."""
        return self._shared / LIBRARY_PLACE

    @cached_property
    def search_copy(self) -> Path:
        """What is searched of a library that is elsewhere: derived, and made again when missing."""
        return self.root / "search-copy.db"

    @cached_property
    def job_words(self) -> Path:
        """What lists of jobs are searched by."""
        return self.root / "job-words.db"

    @property
    def library_damage(self) -> str | None:
        """What is noted of damage to the library; None while it is sound as far as we know."""
        return noted_damage(self.library)

    @cached_property
    def version_note(self) -> Path:
        return self.root / "gristmill-version"

    @cached_property
    def api_keys(self) -> Path:
        return self.root / "api-keys.json"

    @cached_property
    def audit(self) -> Path:
        return self.root / "audit.ndjson"

    @cached_property
    def bulk(self) -> Path:
        """Bulk actions."""
        return self.root / "bulk"

    @cached_property
    def mirrors(self) -> Path:
        """Folders that collections are kept in step with."""
        return self.root / "mirrors"

    @cached_property
    def samples(self) -> Path:
        """The history of the service's numbers."""
        return self.root / "samples"

    @cached_property
    def meters(self) -> Path:
        """What each process counts."""
        return self.run / "meters"

    @cached_property
    def reopen_lock(self) -> Path:
        """Held while a job is reopened, and by who wants none to be."""
        return self.run / "reopen.lock"

    @cached_property
    def supervisor_lock(self) -> Path:
        return self.root / "supervisor.lock"

    @cached_property
    def supervisor_info(self) -> Path:
        return self.run / "supervisor.json"

    @cached_property
    def node_mark(self) -> Path:
        """What proves to a node that it sees the data folder of its service."""
        return self._shared / "run" / "node-mark"

    @cached_property
    def authkey(self) -> Path:
        return self.run / "authkey"

    @cached_property
    def board(self) -> Path:
        return self.run / "board"

    def last_words(self, pid: int) -> Path:
        """What a worker says when it ends out of order."""
        return self.run / f"last-words.{pid}"

    def pending_path(self, job_id: str) -> Path:
        return Path(self.pending_file(job_id))

    def pending_file(self, job_id: str) -> str:
        """The same as a string: a restart asks for 100,000, and a Path costs forty times as
        much."""
        return f"{self._pending_prefix}{job_id}.json"

    def batch_path(self, job_id: str) -> Path:
        """The batch file that would hold a job's pending manifest."""
        return self.batch_file(batch_of(job_id))

    def batch_file(self, tag: str) -> Path:
        return self.batches / f"{tag}.ndjson"

    def day(self, job_id: str) -> Path:
        """The folder of a job's terminal manifest."""
        return self.jobs / day_of(job_id)

    def terminal_path(self, job_id: str) -> Path:
        return self.day(job_id) / f"{job_id}.json"

    def pack_path(self, job_id: str) -> Path:
        """The pack that holds a job's terminal manifest, unless that is a file of its own."""
        return self.day(job_id) / f"{pack_of(job_id)}.ndjson"

    @cached_property
    def _pending_prefix(self) -> str:
        return f"{self.pending}{os.sep}"

    def key_path(self, digest: str) -> Path:
        return self.keys / digest[:2] / f"{digest}.json"

    def key_lock(self, digest: str) -> Path:
        """The lock that guards a key. Keys with the same two first digits share one, so that a
        batch of any size holds at most 256 locks and no lock file has to be cleaned up."""
        return self.keys / digest[:2] / ".lock"

    def spool_path(self, sha256: str, claim: str) -> Path:
        return self.spool / sha256[:2] / f"{sha256}.{claim}"

    def upload_path(self, upload: Spooled) -> Path:
        """The file that holds an upload, alone or among others of its job."""
        if isinstance(upload, Bundled):
            return self.bundle_path(upload.claim)
        return self.spool_path(upload.sha256, upload.claim)

    def bundle_path(self, claim: str) -> Path:
        """The one file of all uploads of a job. A claim's end is random, its front is a time."""
        return self.spool / claim[-2:] / f"bundle.{claim}"


_MARKS = frozenset({"jobs", "keys", "run", "spool"})


def is_data_folder(names: Iterable[str]) -> bool:
    """Whether a folder with entries of these names is a data folder: its own documents are none of
    the user's, and its `run` holds a secret."""
    return _MARKS.issubset(names)


def data_folder_around(path: Path) -> Path | None:
    """The data folder that a path is or lies in."""
    for folder in (path, *path.parents):
        if all((folder / mark).is_dir() for mark in _MARKS):
            return folder
    return None
