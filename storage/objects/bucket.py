"""A bucket, or the part of one below a prefix: its calls have deadlines, and fail as files do."""

import datetime
import errno
import ipaddress
import os
import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.storage import faults
from gristmill.storage.objects.aws_files import endpoint_of, from_files

if TYPE_CHECKING:
    from obstore.store import S3Store

_T = TypeVar("_T")
_PART_BYTES = 8 * 1024 * 1024
_PARTS_AT_ONCE = 2
"""Two parts are in memory; one waits for its answer while the other one is sent."""
_CONNECT, _CALL = datetime.timedelta(seconds=3), datetime.timedelta(seconds=30)
_RETRIES, _RETRY = 2, datetime.timedelta(seconds=10)
"""Within one call. A document has a budget of its own beside that, with longer waits."""


def need_package(address: str) -> None:
    """Raises DataFolderUnusable where what talks to object stores is not installed."""
    if find_spec("obstore") is None:
        raise DataFolderUnusable(
            f"uploads in {address} need a package that is missing (obstore): "
            "pip install 'gristmill[s3]'"
        )


class Bucket:
    """The objects below `s3://bucket/prefix`. Thread-safe; makes no connection before it is used.

    Who we are and where the store is comes from the environment, or from the files of AWS; it is
    never passed on. All methods raise OSError: FileNotFoundError for an object that is not there.
    """

    def __init__(self, address: str) -> None:
        need_package(address)
        self._name, _, self._prefix = address.removeprefix("s3://").partition("/")
        self._store: S3Store | None = None
        self._guard = threading.Lock()

    def put(self, key: str, path: Path) -> None:
        """Store a file, whole or not at all; durable afterwards."""
        import obstore

        faults.disk("object.put")
        with open(path, "rb") as file:
            self._call(
                lambda store: obstore.put(
                    store, key, file, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE
                )
            )

    def put_bytes(self, key: str, data: bytes) -> None:
        """The same, of what is in memory."""
        import obstore

        faults.disk("object.put")
        self._call(
            lambda store: obstore.put(
                store, key, data, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE
            )
        )

    def copy(self, key: str, to: str) -> None:
        """Done by the store itself."""
        import obstore

        self._call(lambda store: obstore.copy(store, key, to))

    def create(self, key: str, data: bytes) -> None:
        """Store an object; FileExistsError where there is one."""
        import obstore

        self._call(lambda store: obstore.put(store, key, data, mode="create"))

    def read(self, key: str, start: int, size: int) -> bytes:
        """`size` bytes from `start` on; fewer, where the object ends."""
        import obstore

        faults.disk("object.get")
        return bytes(
            self._call(lambda store: obstore.get_range(store, key, start=start, length=size))
        )

    def has(self, key: str) -> bool:
        import obstore

        try:
            self._call(lambda store: obstore.head(store, key))
        except FileNotFoundError:
            return False
        return True

    def drop(self, key: str) -> None:
        """One that is gone already is no error."""
        import obstore

        faults.disk("object.delete")
        try:
            self._call(lambda store: obstore.delete(store, key))
        except FileNotFoundError:
            return

    def written(self, below: str) -> Iterator[tuple[str, float]]:
        """Every key below another one, and when it was written, in seconds since the epoch on the
        clock of the store."""
        import obstore

        pages = self._call(lambda store: iter(obstore.list(store, below, chunk_size=1000)))
        while found := self._call(lambda _: next(pages, None)):
            for each in found:
                yield each["path"], each["last_modified"].timestamp()

    def _call(self, what: "Callable[[S3Store], _T]") -> _T:
        from obstore import exceptions

        try:
            return what(self._opened())
        except (FileNotFoundError, exceptions.NotFoundError):
            # Without a number: an object that is not seen now may be on its way between copies of
            # the store, so whoever reads it tries again.
            raise FileNotFoundError("the object is not there") from None
        except exceptions.AlreadyExistsError:
            raise FileExistsError(errno.EEXIST, "the object is there already") from None
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
            # They may have been renewed in the files.
            self._store = None
            raise OSError(errno.EIO, "the object store refuses our credentials") from None
        except (exceptions.BaseError, ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            # Not its own words: what a store answers names keys, and credentials have been in it.
            text = f"the object store cannot be reached, or fails ({type(error).__name__})"
            raise OSError(errno.EIO, text) from None

    def _opened(self) -> "S3Store":
        with self._guard:
            if self._store is None:
                self._store = self._open()
            return self._store

    def _open(self) -> "S3Store":
        from obstore.store import S3Store

        config = from_files(os.environ)
        endpoint = endpoint_of(os.environ) or config.get("endpoint")
        if endpoint is not None:
            config["endpoint"] = endpoint
        return S3Store(
            self._name,
            prefix=self._prefix or None,
            config=config,
            client_options={
                "allow_http": may_be_plain(endpoint),
                "connect_timeout": _CONNECT,
                "timeout": _CALL,
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY},
        )


def may_be_plain(endpoint: str | None) -> bool:
    """Whether an endpoint may be without TLS: on this machine, or where the environment says so
    in the word that object stores' clients have for it."""
    if os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true", "yes"):
        return True
    host = urlsplit(endpoint or "").hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
