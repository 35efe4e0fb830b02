"""What `export --output` writes to, and what it leaves alone."""

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.patience import WAIT_S

from gristmill.cli.terminal.failures import failure_of
from gristmill.cli.terminal.output_file import write_lines
from gristmill.schemas.problems.errors import GristmillError, InvalidRequest, PathNotFound

PIECES = [b"one\ntwo\n", b"three\n"]
WHOLE = b"".join(PIECES)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    other, new = tmp_path / "other", tmp_path / "new"
    other.touch()
    assert write_lines(str(new), PIECES) == 3
    assert (new.read_bytes(), mode(new)) == (WHOLE, mode(other))


def test_a_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file, link = tmp_path / "deep" / "file", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to("deep/file")
    write_lines(str(link), PIECES)
    assert link.is_symlink()
    assert (file.read_bytes(), mode(file)) == (WHOLE, 0o640)


def test_a_link_to_nothing_gets_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("file")
    write_lines(str(link), PIECES)
    assert link.is_symlink()
    assert (tmp_path / "file").read_bytes() == WHOLE


def test_a_fifo_is_written_to_and_stays_one(tmp_path: Path) -> None:
    fifo, read = tmp_path / "fifo", list[bytes]()
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    write_lines(str(fifo), PIECES)
    reader.join(WAIT_S)
    assert read == [WHOLE]
    assert fifo.is_fifo()
    assert list(tmp_path.iterdir()) == [fifo]


def test_a_device_is_written_to_and_stays_one(tmp_path: Path) -> None:
    # A link to it: were it replaced, it would be the link.
    (tmp_path / "null").symlink_to("/dev/null")
    assert write_lines(str(tmp_path / "null"), PIECES) == 3
    assert (tmp_path / "null").is_char_device()
    assert list(tmp_path.iterdir()) == [tmp_path / "null"]


def test_what_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"one\n"
        raise ZeroDivisionError

    file = tmp_path / "file"
    file.write_text("old")
    with pytest.raises(ZeroDivisionError):
        write_lines(str(file), broken())
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ("gone/chunks", PathNotFound, "make it first"),
        ("folder", InvalidRequest, "name a file in it"),
        ("file/chunks", InvalidRequest, "is no folder; name another"),
    ],
)
def test_an_error_names_what_was_given_and_says_what_to_do(
    given: str,
    kind: type[GristmillError],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(kind) as raised:
        write_lines(given, PIECES)
    sentence = failure_of(raised.value).sentence or ""
    assert f"cannot write {given}: " in sentence and words in sentence
    assert ".tmp" not in sentence


@pytest.mark.parametrize("given", ["", "new/"])
def test_what_names_no_file_is_refused(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(InvalidRequest, match="names no file"):
        write_lines(given, PIECES)
    assert list(tmp_path.rglob("*")) == [tmp_path / "here"]


def test_a_full_device_is_named() -> None:
    with pytest.raises(OSError, match="No space left") as raised:
        write_lines("/dev/full", PIECES)
    assert raised.value.filename == "/dev/full"
