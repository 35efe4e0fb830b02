"""Storms over a mirrored folder: files are written, changed, moved, exchanged and deleted, folders
renamed, and the process is killed in between. In the end the library holds the folder's contents,
each once, at a place where the folder has it.
"""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from support.mirrored import Killed, Mirrored

_MEMORY = Path("/dev/shm")
_QUIET: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
PATHS = st.sampled_from(["a.txt", "b.txt", "c.md", "d/a.txt", "d/e/b.txt", "f/a.txt", "f/b.md"])
FOLDERS = st.sampled_from(["d", "d/e", "f", "g"])
TEXTS = st.sampled_from(["Wheat.", "Rye and oats.", "Spelt.", "Barley!"])


class FolderMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._place = tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
        self.mirror = Mirrored(Path(self._place.name).resolve())

    def _is_file(self, path: str) -> bool:
        return (self.mirror.top / path).is_file()

    @rule(path=PATHS, text=TEXTS)
    def write(self, path: str, text: str) -> None:
        self.mirror.write(path, text)

    @rule(path=PATHS)
    def delete(self, path: str) -> None:
        if self._is_file(path):
            self.mirror.delete(path)

    @rule(old=PATHS, new=PATHS)
    def rename(self, old: str, new: str) -> None:
        if self._is_file(old):
            self.mirror.rename(old, new)

    @rule(one=PATHS, other=PATHS)
    def exchange(self, one: str, other: str) -> None:
        if self._is_file(one) and self._is_file(other) and one != other:
            self.mirror.rename(one, "between.txt")
            self.mirror.rename(other, one)
            self.mirror.rename("between.txt", other)

    @rule(old=FOLDERS, new=FOLDERS)
    def rename_folder(self, old: str, new: str) -> None:
        top = self.mirror.top
        if (top / old).is_dir() and not (top / new).exists() and not new.startswith(f"{old}/"):
            self.mirror.rename(old, new)

    @rule(folder=FOLDERS)
    def delete_folder(self, folder: str) -> None:
        if (self.mirror.top / folder).is_dir():
            self.mirror.delete(folder)

    @rule()
    def look(self) -> None:
        """A single step: the folder changes between two."""
        self.mirror.keeper.run("m", confirm_gone=True)
        self.mirror.look()

    @rule()
    def step_without_workers(self) -> None:
        self.mirror.mover.look()

    @rule()
    def crash(self) -> None:
        self.mirror.boot()

    @rule(number=st.integers(0, 12))
    def kill(self, number: int) -> None:
        with self.mirror.killed_at(number):
            try:
                self.mirror.run(confirm_gone=True)
            except Killed:
                self.mirror.boot()

    def teardown(self) -> None:
        try:
            self._check()
        finally:
            self.mirror.close()
            self._place.cleanup()

    def _check(self) -> None:
        # What goes on may have been asked for without a yes.
        self.mirror.run(confirm_gone=True)
        last = self.mirror.run(confirm_gone=True)
        files, held = self.mirror.files(), self.mirror.held()
        assert sorted(set(files.values())) == sorted(held.values()), (files, held)
        assert all(files.get(path) == text for path, text in held.items()), (files, held)
        assert last.files == len(files)
        assert last.run is not None and last.run.counts.unchanged == len(files)
        assert self.mirror.mill.unmended() == []


def test_after_a_storm_the_library_equals_the_folder() -> None:
    run_state_machine_as_test(
        FolderMachine,
        settings=settings(derandomize=True, max_examples=6, stateful_step_count=25, **_QUIET),
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_after_long_storms_with_kills_the_library_equals_the_folder() -> None:
    run_state_machine_as_test(
        FolderMachine, settings=settings(max_examples=40, stateful_step_count=40, **_QUIET)
    )
