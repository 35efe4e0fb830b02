"""The examples of docs/python.md run as they stand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.running import running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_examples_of_the_page_run(tmp_path: Path) -> None:
    remote, local = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "report.pdf").write_bytes(
        (ROOT / "examples/documents/restoration.pdf").read_bytes()
    )
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    with running(tmp_path / "served", "--workers", "1") as service:
        told = _run(remote.replace("http://127.0.0.1:8000", str(service.http.base_url)), tmp_path)
    assert told.startswith("succeeded 2\n") and "note.txt None Income grew." in told
    assert _run(local, tmp_path).startswith("partial\n")


def _run(code: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
