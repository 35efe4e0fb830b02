"""Every set of stores that has to pass the contract in `tests/storage/contract`.

Another store is one more entry here: a function that makes an empty one, with a folder of its own
for what it needs. What it returns opens that one, again and again, in any thread and, where it is
a library, in any process: it must be picklable.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from gristmill.storage.layout import DataFolder
from gristmill.storage.library import AllRoles, Library
from gristmill.storage.manifests import Manifests
from gristmill.storage.records.keys import Keys
from gristmill.storage.spool import Spool
from gristmill.storage.upkeep.orphans import drop_orphans

Opener = Callable[[], AbstractContextManager[AllRoles]]


class JobStores(NamedTuple):
    """What is kept of jobs beside the library. `drop_orphans` drops the uploads of no job that
    were written before a time, in seconds since the epoch, and returns their number."""

    manifests: Manifests
    keys: Keys
    spool: Spool
    drop_orphans: Callable[[float], int]


def _sqlite(folder: Path) -> Opener:
    return partial(Library.open, folder / "library.db")


def in_postgres(folder: Path, address: str) -> Opener:
    """A library at an address; the copy that is searched is in a folder."""
    from gristmill.storage.library.postgres.facade import PostgresLibrary

    return partial(PostgresLibrary.at, address, folder / "search-copy.db")


def job_stores(data: DataFolder) -> JobStores:
    return JobStores(Manifests(data), Keys(data), Spool(data), partial(drop_orphans, data))


def _folder(folder: Path) -> Callable[[], JobStores]:
    def opened() -> JobStores:
        return job_stores(DataFolder.open(folder / "data"))

    return opened


def in_bucket(folder: Path, address: str) -> Callable[[], JobStores]:
    """Uploads as objects below `address`; the environment names the server."""
    return lambda: job_stores(DataFolder.open(folder / "data", objects=address))


LIBRARIES: Mapping[str, Callable[[Path], Opener]] = {"sqlite": _sqlite}
JOB_STORES: Mapping[str, Callable[[Path], Callable[[], JobStores]]] = {"folder": _folder}
