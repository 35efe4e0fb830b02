"""What lies in a user's folder is never imported, whoever is started there."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.patience import WAIT_S

from gristmill.cli.terminal.exit_codes import ExitCode

PROGRAM = Path(sys.executable).with_name("gristmill")
"""As installed: `python -m` would itself put the current folder first."""
HEAVILY_IMPORTED = (
    "queue",
    "socket",
    "selectors",
    "struct",
    "httpx",
    "msgspec",
    "falcon",
    "psutil",
)

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="gristmill is not installed")


@pytest.fixture
def trapped(tmp_path: Path) -> Iterator[Path]:
    """A folder whose modules are named like those that we import, and tell when one is."""
    folder, proof = tmp_path / "here", tmp_path / "imported"
    (folder / "gristmill").mkdir(parents=True)
    trap = f"open({str(proof)!r}, 'a').write(__file__)\nraise SystemExit('a trap')\n"
    for name in HEAVILY_IMPORTED:
        (folder / f"{name}.py").write_text(trap)
    for name in ("__init__", "__main__"):
        (folder / "gristmill" / f"{name}.py").write_text(trap)
    (folder / "note.txt").write_text("A dusty miller.")
    yield folder
    assert not proof.exists(), proof.read_text()


def _start(folder: Path, *args: str) -> "subprocess.Popen[str]":
    env = {k: v for k, v in os.environ.items() if not k.startswith(("GRISTMILL_", "PYTHONSAFE"))}
    return subprocess.Popen(
        [PROGRAM, *args], cwd=folder, env=env, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


@pytest.mark.slow
def test_an_ingest_runs_none_of_it(trapped: Path) -> None:
    process = _start(trapped, "ingest", "note.txt", "--workers", "1")
    out, err = process.communicate(timeout=WAIT_S)
    assert (process.returncode, err) == (ExitCode.OK, "")
    assert "1 document" in out


@pytest.mark.slow
def test_a_service_runs_none_of_it(trapped: Path) -> None:
    process = _start(trapped, "serve", "--port", "0", "--workers", "1", "--log-level", "warning")
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        sent = _start(trapped, "ingest", "note.txt", "--server", url)
        assert "1 document" in sent.communicate(timeout=WAIT_S)[0]
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=WAIT_S) == ("", "")
        assert process.returncode == ExitCode.OK
    finally:
        process.kill()
