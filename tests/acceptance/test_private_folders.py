"""Everything in a data folder is for its owner alone, whatever the umask; what an older version
left open is closed at the start, and said."""

import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.running import Service, run, text

MakeService = Callable[..., Service]


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def open_to_others(root: Path) -> list[Path]:
    found: list[Path] = []
    for path in (root, *root.rglob("*")):
        with suppress(FileNotFoundError):  # A temporary file may have its name for a moment.
            if path.lstat().st_mode & 0o077 and not path.is_symlink():
                found.append(path)
    return found


@pytest.mark.usefixtures("open_umask")
def test_nothing_that_a_service_makes_is_open_to_others(make_service: MakeService) -> None:
    service = make_service("--workers", "1", "--web-processes", "2").start()
    keyed = {"Idempotency-Key": "mine"}
    service.ended(service.accepted(text("wheel", "a.txt"), headers=keyed))
    raw = {"Content-Type": "text/plain"}
    for content in (b"some bytes", b"\0" * 64):
        answer = service.http.post("/ingest?name=u", content=content, headers=raw)
        service.ended(answer.json()["job_id"])
    service.accepted(text("x" * 100_000, "large.txt"))
    assert open_to_others(service.data) == []
    assert (service.data / "library.db-wal").exists() and (service.data / "run/socket").exists()
    assert service.stop() == 0
    assert open_to_others(service.data) == []


@pytest.mark.slow
@pytest.mark.usefixtures("open_umask")
def test_nothing_that_a_command_or_a_program_makes_is_open_to_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("wheel")
    data = tmp_path / "in" / "data"
    assert run("ingest", str(tmp_path / "a.txt"), data=data)[0] == 0
    assert open_to_others(data) == []
    # Only what is the folder's is ours to close.
    assert (tmp_path / "in").stat().st_mode & 0o077
    out = tmp_path / "out.jsonl"
    assert run("export", "--output", str(out), data=data)[0] == 0
    assert out.stat().st_mode & 0o777 == 0o666
    program = (
        "import os, gristmill\n"
        "from gristmill.storage.stores import Stores\n"
        f"Stores.open({str(tmp_path / 'mine')!r}).library().close()\n"
        "assert os.umask(0) == 0\n"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
    assert open_to_others(tmp_path / "mine") == []


@pytest.mark.slow
def test_a_folder_that_was_open_is_closed_at_the_start_with_one_line(
    make_service: MakeService,
) -> None:
    service = make_service("--workers", "1").start()
    service.ended(service.accepted(text("wheel", "a.txt")))
    assert service.stop() == 0
    for path in (service.data, *service.data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    service = make_service("--workers", "1").start()
    assert open_to_others(service.data) == []
    assert service.log.read_text().count("open to other users") == 1
    assert service.stop() == 0
    service = make_service("--workers", "1").start()
    assert service.log.read_text().count("open to other users") == 1


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused_by_name(make_service: MakeService) -> None:
    service = make_service("--workers", "1").start()
    assert service.stop() == 0
    os.chown(service.data, pwd.getpwnam("nobody").pw_uid, -1)
    code, _, said = run("serve", "--port", "0", data=service.data)
    assert (code, "belongs to user nobody" in said) == (6, True), said
