"""What a power cut would leave of a folder, at every step of what a test does to it.

The disk is modelled from what really happens: a file's content is what its last fsync saw, the
names in a folder are those of its last fsync. Two powers are cut, for file systems differ in
what they wrote without being asked: `FORGETFUL` lost all that was not fsynced; `HASTY` kept each
new name, and nothing of a content that was not fsynced, but for half of what was appended.

`library.db` is taken to keep SQLite's own promise (synchronous=FULL): it is copied as it is,
with its journal.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gristmill.storage import faults
from gristmill.storage.disk import durable

_LIBRARY = "library.db"
_APART = {"run", "library.db-shm", "library.db.lock"}


class Cut(Enum):
    FORGETFUL = "forgetful"
    HASTY = "hasty"


class Outage(NamedTuple):
    """A power cut before the operation `before`: the files it leaves (a path that ends with a
    slash is a folder), and what had been promised by then."""

    before: str
    cut: Cut
    files: dict[str, bytes]
    promised: frozenset[Any]

    def materialise(self, root: Path) -> None:
        for name, content in self.files.items():
            path = root / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


class Power:
    """Watches a folder from now on. What is in it already counts as fsynced. `promised` is asked
    at each step."""

    def __init__(
        self,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
        promised: Callable[[], frozenset[Any]],
    ) -> None:
        self._root, self._promised = root, promised
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._held: list[int] = []
        self.outages: dict[str, Outage] = {}
        for folder, _, files in os.walk(root):
            self._see(Path(folder))
            for file in files:
                self._see(Path(folder, file))
        self._watch(monkeypatch)

    def close(self) -> None:
        for descriptor in self._held:
            os.close(descriptor)

    def step(self, before: str) -> None:
        """The power could be cut now."""
        for cut in Cut:
            files = self._left(cut)
            promised = self._promised()
            digest = hashlib.sha256(repr((sorted(files.items()), sorted(promised))).encode())
            self.outages.setdefault(digest.hexdigest(), Outage(before, cut, files, promised))

    def _watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real_disk, real_fsync, real_sync_data = faults.disk, os.fsync, durable._sync_data

        def disk(point: str) -> None:
            self.step(point)
            real_disk(point)

        def seeing(real: Callable[[int], None]) -> Callable[[int], None]:
            def sync(descriptor: int) -> None:
                real(descriptor)
                self._see(Path(f"/proc/self/fd/{descriptor}").readlink())

            return sync

        monkeypatch.setattr(faults, "disk", disk)
        monkeypatch.setattr(os, "fsync", seeing(real_fsync))
        monkeypatch.setattr(durable, "_sync_data", seeing(real_sync_data))

    def _see(self, path: Path) -> None:
        """A file or folder was fsynced. It is held open, so that its number is never used for
        another."""
        descriptor = os.open(path, os.O_RDONLY)
        number = os.fstat(descriptor).st_ino
        if number in self._contents or number in self._names:
            os.close(descriptor)
        else:
            self._held.append(descriptor)
        if path.is_dir():
            self._names[number] = _names(path)
        else:
            self._contents[number] = path.read_bytes()

    def _left(self, cut: Cut) -> dict[str, bytes]:
        left: dict[str, bytes] = {}
        now = {path.stat().st_ino: path for path in self._root.rglob("*")}
        now[self._root.stat().st_ino] = self._root

        def add(folder: int, place: str) -> None:
            path = now.get(folder)
            hasty = cut is Cut.HASTY and path is not None
            names = _names(path) if hasty and path else self._names.get(folder, {})
            for name, number in names.items():
                if place + name in _APART or (place == "" and name.startswith(_LIBRARY)):
                    continue
                here = now.get(number)
                if number in self._names or (here is not None and here.is_dir()):
                    left[f"{place}{name}/"] = b""
                    add(number, f"{place}{name}/")
                else:
                    left[place + name] = self._content(number, here, cut)

        add(self._root.stat().st_ino, "")
        for path in self._root.glob(f"{_LIBRARY}*"):
            if path.name not in _APART:
                left[path.name] = path.read_bytes()
        return left

    def _content(self, number: int, here: Path | None, cut: Cut) -> bytes:
        synced = self._contents.get(number, b"")
        if cut is Cut.HASTY and here is not None and (now := here.read_bytes()) != synced:
            grown = bool(synced) and now.startswith(synced)
            return now[: (len(synced) + len(now)) // 2] if grown else b""
        return synced


def _names(folder: Path) -> dict[str, int]:
    return {entry.name: entry.inode() for entry in os.scandir(folder)}


def wipe(root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
