"""What docs/tutorial.md tells people to type does what the page says, in its order."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from support.patience import WAIT_S
from support.running import running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"


def test_the_tutorial_has_the_blocks_that_are_tried() -> None:
    begins = ["python3", "gristmill", "gristmill", "gristmill", "curl", "gristmill"]
    assert [block.split()[0] for block in BLOCKS] == begins
    # `make smoke-wheel` installs, into an environment of its own.
    assert "pip install ." in BLOCKS[0] and BLOCKS[3] == "gristmill serve --port 8000\n"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_tutorial_works(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ingest, search = BLOCKS[1].splitlines()
    told = _sh(ingest, tmp_path, code=3)
    assert "unreadable.txt" in told
    assert "millstones" in _sh(search, tmp_path)
    assert "# " in _sh(BLOCKS[2], tmp_path) and (tmp_path / "chunks.jsonl").stat().st_size
    with running(tmp_path / "gristmill-data", "--workers", "1") as service:
        url = str(service.http.base_url).rstrip("/")
        found, accepted = (_sh(line, tmp_path, url) for line in BLOCKS[4].splitlines())
        assert '"items"' in found and '"job_id"' in accepted
        assert _sh(BLOCKS[5], tmp_path, url)
        opened = httpx.get(url, headers={"Accept": "text/html"}, follow_redirects=True)
        assert opened.status_code == 200 and "<html" in opened.text
        (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
        told = _run([sys.executable, "-c", code.replace(ADDRESS, url)], tmp_path, 0)
    state, hit, *_ = told.splitlines()
    assert state == "succeeded" and float(hit.split()[0])


def _sh(lines: str, folder: Path, url: str = ADDRESS, code: int = 0) -> str:
    return _run(["sh", "-ec", lines.replace(ADDRESS, url)], folder, code)


def _run(words: list[str], folder: Path, code: int) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=WAIT_S,
    )
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr
