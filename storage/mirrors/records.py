"""Mirrors as they are kept: what each is, what the supervisor says of it, what somebody asks of it.

Who changes a mirror writes `specs` and leaves marks in `asked`; the supervisor alone writes `told`
and `known`. So no two write one file.
"""

import logging
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from gristmill.schemas.mirrors import MirrorSpec, MirrorStatus
from gristmill.storage.damaged import UNREADABLE
from gristmill.storage.disk.durable import make_folder, sync_folder, write_atomic
from gristmill.storage.disk.locks import hold
from gristmill.storage.layout import DataFolder

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LOCK_WAIT_S = 5.0
_RUN, _CONFIRMED = "run", "confirmed"
_log = logging.getLogger(__name__)
_complained: set[Path] = set()
_encode = msgspec.json.Encoder().encode
_spec = msgspec.json.Decoder(MirrorSpec).decode
_status = msgspec.json.Decoder(MirrorStatus).decode


class Mirrors:
    """Those of one data folder; making this does no I/O. Safe from any process. Methods raise
    OSError."""

    def __init__(self, folder: DataFolder) -> None:
        root = folder.mirrors
        self._specs, self._told = root / "specs", root / "told"
        self._asked, self._known = root / "asked", root / "known"

    # -- whoever changes mirrors --------------------------------------------------------------

    def names(self) -> list[str]:
        """All of them, in order; costs a look at one folder."""
        found: list[str] = []
        with suppress(FileNotFoundError):
            found = [path.stem for path in self._specs.iterdir() if path.suffix == ".json"]
        return sorted(each for each in found if _NAME.fullmatch(each))

    def find(self, name: str) -> MirrorSpec | None:
        """One of them; None also where it cannot be read, which is said once."""
        if not _NAME.fullmatch(name):
            return None
        path = self._specs / f"{name}.json"
        try:
            return _spec(path.read_bytes())
        except FileNotFoundError:
            return None
        except UNREADABLE as error:
            if path not in _complained:
                _complained.add(path)
                _log.warning("the mirror in %s is left out: it cannot be read: %s", path, error)
            return None

    def change(self, name: str, make: Callable[[MirrorSpec | None], MirrorSpec | None]) -> None:
        """Put what `make` says in the place of a mirror, durably; it is given what is there, and
        None removes it. Raises what `make` does."""
        make_folder(self._specs)
        path = self._specs / f"{name}.json"
        with hold(self._specs / ".lock", _LOCK_WAIT_S):
            spec = make(self.find(name))
            if spec is not None:
                write_atomic(path, _encode(spec))
                return
            path.unlink(missing_ok=True)
            sync_folder(self._specs)
            for mark in (_RUN, _CONFIRMED):
                (self._asked / f"{name}.{mark}").unlink(missing_ok=True)

    def ask(self, name: str, *, confirmed: bool) -> None:
        """Have it run, durably; `confirmed`: what is gone is meant to be."""
        make_folder(self._asked)
        if confirmed:
            write_atomic(self._asked / f"{name}.{_CONFIRMED}", b"")
        write_atomic(self._asked / f"{name}.{_RUN}", b"")

    def is_asked(self, name: str) -> bool:
        return (self._asked / f"{name}.{_RUN}").exists()

    def status(self, spec: MirrorSpec) -> MirrorStatus:
        """What the supervisor has said last of it."""
        try:
            return _status((self._told / f"{_stem(spec)}.json").read_bytes())
        except (FileNotFoundError, *UNREADABLE):
            return MirrorStatus()

    # -- the supervisor -----------------------------------------------------------------------

    def asked(self, name: str) -> bool | None:
        """What is asked: None where nothing is, else whether it is confirmed."""
        if not self.is_asked(name):
            return None
        return (self._asked / f"{name}.{_CONFIRMED}").exists()

    def taken(self, name: str) -> None:
        """What was asked has begun, and `tell` says so."""
        for mark in (_CONFIRMED, _RUN):
            (self._asked / f"{name}.{mark}").unlink(missing_ok=True)

    def tell(self, spec: MirrorSpec, status: MirrorStatus) -> None:
        """Say how it stands. Not durable by itself: the next look tells it again."""
        make_folder(self._told)
        write_atomic(self._told / f"{_stem(spec)}.json", _encode(status), durable=False)

    def known_path(self, spec: MirrorSpec) -> Path:
        """Where it is kept what is known of its files."""
        return self._known / f"{_stem(spec)}.db"

    def tidy(self, specs: Iterable[MirrorSpec]) -> None:
        """Remove what is left of all mirrors but these."""
        kept = {_stem(spec) for spec in specs}
        for place in (self._told, self._known):
            with suppress(FileNotFoundError):
                for path in list(place.iterdir()):
                    if path.name[0] != "." and path.name.rpartition(".")[0] not in kept:
                        path.unlink(missing_ok=True)


def _stem(spec: MirrorSpec) -> str:
    """What is known of one mirror says nothing of a later one with its name."""
    return f"{spec.name}@{int(spec.known_since.timestamp() * 1_000_000)}"
