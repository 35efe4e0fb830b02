"""Files are found, named, batched and sent, with patience where it helps."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from gristmill.cli.backends.remote import RemoteBackend
from gristmill.cli.ingesting.finding import expect_files
from gristmill.cli.ingesting.uploading import (
    BATCH_BYTES,
    BATCH_FILES,
    Fields,
    Upload,
    batches,
    find_uploads,
    send_all,
)
from gristmill.cli.terminal.progress_bar import progress_bar
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.problems.errors import (
    BodyTooLarge,
    DuplicateJob,
    GristmillError,
    PathEmpty,
    PathNotFound,
    QueueFull,
    Unavailable,
)


class Answer:
    def __init__(self, job_id: str) -> None:
        self.job_id = job_id


class Server:
    """Answers submissions from a script: a job id, or an error to raise."""

    def __init__(self, *script: str | GristmillError) -> None:
        self.script = list(script)
        self.keys: list[str | None] = []
        self.names: list[list[str]] = []

    def submit(self, headers: dict[str, str], **body: Any) -> Answer:
        self.keys.append(headers.get("Idempotency-Key"))
        self.names.append([name for _, (name, _, _) in body["files"]])
        answer = self.script.pop(0)
        if isinstance(answer, GristmillError):
            raise answer
        return Answer(answer)


def send(server: Server, uploads: Sequence[Upload], key: str | None = None) -> Any:
    with progress_bar() as bar:
        return send_all(cast(RemoteBackend, server), uploads, Fields("c", GivenOptions()), key, bar)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("notes/a.md", "notes/deep/b.md", "notes/.hidden/c.md", "notes/.d.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def test_a_file_keeps_one_name_however_it_is_given(files: Path) -> None:
    for paths in (["notes"], ["notes/a.md", str(files / "notes")], [str(files / "notes"), "notes"]):
        assert sorted(each.name for each in find_uploads(paths)) == [
            "notes/a.md",
            "notes/deep/b.md",
        ]


def test_a_file_outside_the_current_folder_goes_by_its_whole_path(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files / "notes" / "deep")
    assert [each.name for each in find_uploads(["../a.md"])] == [(files / "notes/a.md").as_posix()]


def test_paths_that_name_no_file_are_told_before_anything_is_started(files: Path) -> None:
    (files / "empty").mkdir()
    with pytest.raises(PathNotFound, match="nowhere"):
        expect_files(["notes", "nowhere"])
    with pytest.raises(PathEmpty, match="empty"):
        expect_files(["empty"])


def test_batches_hold_every_file_once_and_keep_their_bounds() -> None:
    sizes = [1, BATCH_BYTES, 5, BATCH_BYTES * 2, *[10] * (BATCH_FILES + 1)]
    uploads = [Upload(Path(str(n)), str(n), size) for n, size in enumerate(sizes)]
    groups = list(batches(uploads))
    assert [each for group in groups for each in group] == uploads
    for group in groups:
        assert len(group) == 1 or sum(each.size for each in group) <= BATCH_BYTES
        assert len(group) <= BATCH_FILES


def test_a_batch_that_is_pending_already_is_followed(files: Path) -> None:
    sent = send(Server(DuplicateJob("x", job_id="J")), find_uploads(["notes"]))
    assert sent.job_ids == ["J"]


def test_a_full_queue_is_waited_for(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("gristmill.cli.ingesting.uploading.time.sleep", waited.append)
    server = Server(QueueFull("full", job_id="R"), "J")
    assert send(server, find_uploads(["notes"])).job_ids == ["J"]
    assert waited == [QueueFull.retry_after]


def test_a_server_that_is_away_is_not_waited_for(files: Path) -> None:
    with pytest.raises(Unavailable):
        send(Server(Unavailable("away")), find_uploads(["notes"]))


def test_a_file_that_the_server_refuses_for_its_size_fails_alone(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.cli.ingesting.uploading.BATCH_FILES", 1)
    sent = send(Server(BodyTooLarge("over the limit"), "J"), find_uploads(["notes"]))
    assert sent.job_ids == ["J"]
    assert [(each.uri, each.code) for each in sent.refused] == [("notes/a.md", "body_too_large")]


def test_each_batch_has_a_key_of_its_own(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Server("J")
    send(one, find_uploads(["notes"]), key="K")
    assert one.keys == ["K"]
    monkeypatch.setattr("gristmill.cli.ingesting.uploading.BATCH_FILES", 1)
    two = Server("J", "L")
    send(two, find_uploads(["notes"]), key="K")
    assert two.keys == ["K-1", "K-2"]
