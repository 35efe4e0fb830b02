"""Data folders that are not there, in the way, or another user's."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.ingested import with_a_note
from support.patience import WAIT_S
from support.running import ask
from support.selection import rest_slow

from gristmill.cli.terminal.exit_codes import ExitCode

_DROP = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root without these is stopped by permissions, like anybody."""


def _as_anybody() -> Sequence[str]:
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None or subprocess.run([*_DROP, "true"]).returncode:
        pytest.skip("root cannot give up its rights here")
    return _DROP


def _run(*args: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [*_as_anybody(), sys.executable, "-m", "gristmill", *args],
        capture_output=True, text=True, timeout=WAIT_S, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def _assert_refused(result: tuple[int, str, str], *words: str) -> None:
    code, out, err = result
    assert (code, out) == (ExitCode.DATA_FOLDER, ""), err
    assert err.startswith("error: ") and err.count("\n") == 1
    for word in words:
        assert word in err


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_a_note(tmp_path_factory.mktemp("filled"))


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own, whose modes are mended in the end."""
    data = tmp_path / "data"
    shutil.copytree(filled, data, ignore=shutil.ignore_patterns("pymp-*"))
    yield data
    for path in (data, *data.rglob("*")):
        path.chmod(0o755)


@pytest.mark.parametrize(
    "words",
    rest_slow(
        "check",
        "documents",
        f"ingest {__file__}",
        "search mill",
        "stats",
        "export",
        "drain",
    ),
    ids=lambda words: words.split()[0],
)
def test_a_folder_that_may_not_be_read_is_one_sentence(words: str, data: Path) -> None:
    data.chmod(0)
    _assert_refused(_run(*words.split(), "--data", str(data)), str(data), "mend its permissions")


@pytest.mark.parametrize(
    "command", rest_slow(("ingest", __file__), (("check",),), (("purge", "--older-than=0s"),))
)
def test_a_folder_that_may_not_be_written_is_one_sentence(
    command: Sequence[str], data: Path
) -> None:
    for path in (*data.rglob("*"), data):
        path.chmod(0o555 if path.is_dir() else 0o444)
    _assert_refused(_run(*command, "--data", str(data)), str(data), "mend its permissions")


@pytest.mark.slow
def test_a_folder_without_a_lock_that_may_not_be_written_is_one_sentence(data: Path) -> None:
    (data / "supervisor.lock").unlink()
    data.chmod(0o555)
    _assert_refused(_run("ingest", __file__, "--data", str(data)), "the folder itself")


@pytest.mark.slow
def test_a_source_folder_that_may_not_be_read_is_no_data_folder(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir(mode=0)
    code, _, err = _run("ingest", str(source), "--data", str(tmp_path / "data"))
    assert (code, err) == (1, f"error: the folder {source} may not be read by this user\n")


@pytest.mark.parametrize("command", rest_slow("serve", "ingest"))
def test_a_data_folder_cannot_be_made_where_a_file_is(command: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    sources = [__file__] if command == "ingest" else []
    for place in ("file", "file/below"):
        said = _run(command, *sources, "--data", str(tmp_path / place))
        _assert_refused(said, f"{tmp_path}/file is no folder", "choose another with --data")


@pytest.mark.parametrize("command", ["check", "documents", "drain", "stats"])
def test_a_file_in_the_way_is_told_from_a_folder_that_is_missing(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    _assert_refused(ask(command, data=tmp_path / "file"), "is no folder", "--data")
    _assert_refused(ask(command, data=tmp_path / "gone"), "there is no data folder", "--data")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
