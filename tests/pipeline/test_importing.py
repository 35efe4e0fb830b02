"""Libraries that are loaded without what they would load besides."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.patience import WAIT_S

from gristmill.pipeline.importing import hidden


@pytest.fixture
def greedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module that uses another one where it is there."""
    (tmp_path / "greedy_mill.py").write_text(
        "try:\n    import heavy_mill as heavy\nexcept ImportError:\n    heavy = None\n"
    )
    (tmp_path / "heavy_mill.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("greedy_mill", "heavy_mill"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return "greedy_mill"


@pytest.mark.usefixtures("greedy")
def test_what_is_hidden_is_not_loaded_and_can_be_later(monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(sys.meta_path)
    with hidden("heavy_mill"):
        greedy = __import__("greedy_mill")
    assert greedy.heavy is None and "heavy_mill" not in sys.modules
    assert sys.meta_path == before
    assert __import__("heavy_mill").__name__ == "heavy_mill"
    monkeypatch.delitem(sys.modules, "greedy_mill")
    with hidden("heavy_mill"):
        assert __import__("greedy_mill").heavy is sys.modules["heavy_mill"]


@pytest.mark.usefixtures("greedy")
def test_another_thread_finds_it_meanwhile() -> None:
    found: list[str] = []
    other = threading.Thread(target=lambda: found.append(__import__("heavy_mill").__name__))
    with hidden("heavy_mill"):
        other.start()
        other.join(WAIT_S)
    assert found == ["heavy_mill"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to count threads")
def test_what_workers_are_forked_from_has_one_thread_and_no_numeric_library() -> None:
    script = (
        "import os, sys, gristmill.pool.worker.lives.boot\n"
        "print(len(os.listdir('/proc/self/task')), {'numpy', 'py3langid'} & sys.modules.keys())\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S)
    assert (done.stdout, done.stderr) == ("1 set()\n", "")
