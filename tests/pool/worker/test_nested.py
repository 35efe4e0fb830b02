"""Members of one container, read by tasks that follow each other."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.writers.archive_writer import tarred, zipped

from gristmill.pipeline.containers import containers, walking
from gristmill.pipeline.containers.entry import ArchiveEntry
from gristmill.pipeline.shapes import Limits
from gristmill.pool.worker.documents import nested
from gristmill.pool.worker.documents.nested import MemberReader
from gristmill.schemas.outcomes.results import PlannedDocument
from gristmill.schemas.problems.errors import DocumentError

FILES = {f"{number}.txt": b"Sack %d." % number for number in range(40)}


def _packed(files: dict[str, bytes]) -> bytes:
    return tarred(files, "w:gz")


class Reading:
    """Tasks of a worker. `loads` counts how often a container was read, `opened` how often one
    was gone through from its start."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
        self.reader = MemberReader(limits)
        self.loads = self.opened = 0
        entries = containers.entries
        monkeypatch.setattr(walking, "entries", lambda *args: self._count(entries(*args)))

    def _count(self, found: Iterator[ArchiveEntry]) -> Iterator[ArchiveEntry]:
        self.opened += 1
        return found

    def task(
        self, data: bytes, *names: str, job: str = "job", source: int = 0, path: str | None = None
    ) -> list[bytes | str]:
        """The bytes of each member, or the code that it failed with."""
        documents = [
            PlannedDocument(at, f"a!/{name}", source, path=path, member=name)
            for at, name in enumerate(names)
        ]
        self.reader.expect(job, documents)
        return [self._read(job, document, data) for document in documents]

    def _read(self, job: str, document: PlannedDocument, data: bytes) -> bytes | str:
        def load() -> bytes:
            self.loads += 1
            return data

        try:
            return self.reader.read(job, document, load)
        except DocumentError as error:
            return error.document_code


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    return Reading(monkeypatch, Limits())


@pytest.mark.parametrize("pack", [zipped, _packed])
def test_tasks_that_follow_each_other_share_one_pass(
    reading: Reading, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    names, data = list(FILES), pack(FILES)
    found = [content for at in range(0, 40, 5) for content in reading.task(data, *names[at:][:5])]
    assert found == list(FILES.values())
    assert (reading.loads, reading.opened) == (1, 1)


def test_jobs_that_take_turns_go_on_with_their_passes(reading: Reading) -> None:
    data = _packed(FILES)
    for name, content in FILES.items():
        assert reading.task(data, name, job="one") == [content]
        reading.reader.expect("plain", [PlannedDocument(0, "plain.txt", 0)])
        assert reading.task(data, name, job="two") == [content]
    assert reading.opened == 2


def test_what_is_large_is_let_go_when_another_job_comes(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _packed(FILES)
    monkeypatch.setattr(nested, "_KEPT_BYTES", len(data))
    reading.task(data, "0.txt")
    reading.task(data, "1.txt")
    assert reading.loads == 1
    reading.reader.expect("other", [])
    reading.task(data, "2.txt")
    assert reading.loads == 2


def test_a_container_that_nobody_goes_on_with_is_let_go(reading: Reading) -> None:
    data = _packed(FILES)
    for tasks, loads in ((nested._KEPT_TASKS - 1, 1), (nested._KEPT_TASKS + 1, 2)):
        reading.task(data, "0.txt")
        for _ in range(tasks):
            reading.reader.expect("other", [])
        reading.task(data, "1.txt")
        assert reading.loads == loads
        reading.reader.rest()
        reading.loads = 0


def test_a_worker_without_work_keeps_nothing(reading: Reading) -> None:
    data = _packed(FILES)
    reading.task(data, "0.txt")
    reading.reader.rest()
    reading.task(data, "1.txt")
    assert reading.loads == 2


def test_a_file_that_took_the_place_of_another_is_read(reading: Reading, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(b"1")
    os.utime(file, ns=(0, 0))
    old, new = zipped({"a": b"old", "b": b"old"}), zipped({"a": b"new", "b": b"new"})
    assert reading.task(old, "a", path=str(file)) == [b"old"]
    os.utime(file, ns=(1, 1))
    assert reading.task(new, "b", path=str(file)) == [b"new"]


def test_each_task_has_budgets_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many members a zip has, and however its documents are cut into tasks."""
    reading = Reading(monkeypatch, Limits(max_inflated_bytes=2_500))
    content = random.Random(1).randbytes(1_000)
    data = zipped(dict.fromkeys("abcdefg", content))
    assert reading.task(data, "a", "b") == reading.task(data, "c", "d") == [content] * 2
    assert reading.opened == 1
    assert reading.task(data, "e", "f", "g") == [content, content, "too_large"]
    assert reading.task(data, "g") == [content]
    assert reading.opened == 2


def test_a_read_that_was_interrupted_is_begun_again(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _packed({"a": b"1", "b": b"2", "c": b"3"})
    assert reading.task(data, "a") == [b"1"]
    with monkeypatch.context() as patched, pytest.raises(MemoryError):
        patched.setattr(ArchiveEntry, "read", property(_without_memory))
        reading.task(data, "b")
    assert reading.task(data, "b", "c") == [b"2", b"3"]


def _without_memory(_: object) -> bytes:
    raise MemoryError
