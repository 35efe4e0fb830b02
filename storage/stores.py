"""The stores of one data folder, opened once a process and handed on to whoever needs them."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gristmill.schemas.configuration.settings import Settings
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.mirrors.records import Mirrors
from gristmill.storage.opening import (
    library_file,
    library_identity,
    note_place,
    open_library,
    open_timed,
)
from gristmill.storage.originals import Originals
from gristmill.storage.records.bulk_records import BulkRecords
from gristmill.storage.records.keys import Keys
from gristmill.storage.records.samples import Samples
from gristmill.storage.records.tokens import Tokens
from gristmill.storage.records.webhooks import Deliveries, Hooks
from gristmill.storage.spool import Spool

if TYPE_CHECKING:
    from gristmill.schemas.mirrors import MirrorSpec
    from gristmill.storage.library import (
        FoundJobs,
        JobWords,
        KnownFiles,
        Library,
        Patience,
        TimedLibrary,
    )


class Stores:
    """What `folder` keeps in files of its own, each store safe from any thread, and the way
    to its library.

    Making them does no I/O. Nothing outside of `storage` makes a store by itself, so where each
    lies is said here alone.
    """

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.manifests, self.keys, self.spool = Manifests(folder), Keys(folder), Spool(folder)
        self.tokens = Tokens(folder)
        self.originals = Originals(folder)
        self.samples = Samples(folder)
        self.bulk = BulkRecords(folder)
        self.mirrors = Mirrors(folder)
        self.deliveries, self.hooks = Deliveries(folder), Hooks(folder)

    @classmethod
    def at(cls, path: str | Path) -> "Stores":
        """The stores of the data folder at `path`, which may not exist, with its uploads in its
        own files; no I/O."""
        return cls(DataFolder.at(path))

    @classmethod
    def open(cls, path: str | Path) -> "Stores":
        """The stores of the data folder at `path`, made if missing, with its uploads in its own
        files. Raises DataFolderUnusable."""
        return cls(DataFolder.open(path))

    @classmethod
    def of(cls, settings: Settings) -> "Stores":
        """The stores of the data folder that the settings name, made if missing, with its uploads
        where they say. Raises DataFolderUnusable, also for a package that this needs."""
        folder = DataFolder.open(settings.data, objects=settings.spool)
        if settings.library:
            note_place(folder, settings.library)
        return cls(folder)

    def library_bytes(self) -> int:
        """The bytes of the file that is searched, and of its log. Raises OSError."""
        path, total = library_file(self.folder), 0
        for each in (path, path.with_name(f"{path.name}-wal")):
            with suppress(FileNotFoundError):
                total += each.stat().st_size
        return total

    def reader(self, timeout_s: float) -> "TimedLibrary":
        """A new connection that only reads, as `library(readonly=True)`; what takes longer than
        `timeout_s` raises LibraryTrouble. For whoever answers to many."""
        return open_timed(self.folder, timeout_s)

    def library_identity(self) -> tuple[int, int] | None:
        """What another library that takes the place of this one has otherwise; None: none."""
        return library_identity(self.folder)

    def job_words(self) -> "JobWords":
        """A new connection to the words of jobs, for one thread at a time; whoever asks closes it.
        Raises OSError."""
        from gristmill.storage.library import JobWords

        return JobWords(self.folder.job_words)

    def known_files(self, mirror: "MirrorSpec") -> "KnownFiles":
        """What is known of a mirror's files. Raises OSError; DamagedKnown where that has to be made
        anew."""
        from gristmill.storage.library import KnownFiles

        return KnownFiles(self.mirrors.known_path(mirror))

    def forget_known(self, mirror: "MirrorSpec") -> None:
        """Forget what is known of a mirror's files. Raises OSError."""
        from gristmill.storage.library import remove_known

        remove_known(self.mirrors.known_path(mirror))

    def found_jobs(self) -> "FoundJobs":
        """Searches the words of jobs."""
        from gristmill.storage.library import FoundJobs

        return FoundJobs(self.folder.job_words)

    def library(self, *, readonly: bool = False, patience: "Patience | None" = None) -> "Library":
        """A new connection to the library, for one thread at a time; whoever asks closes it.

        The library is made when missing; with `readonly`, a missing one is empty. `patience`: with
        other writers, the usual one where none is given. Raises DataFolderUnusable where the file
        is none, or a newer version's.
        """
        return open_library(self.folder, readonly=readonly, patience=patience)
