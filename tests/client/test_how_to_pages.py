"""The commands and the program of docs/how-to/ do what their pages say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import WAIT_S
from support.running import running

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "how-to"


def _blocks(page: str, language: str) -> list[str]:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the examples in it, and a data folder that has read them."""
    made = tmp_path_factory.mktemp("how-to")
    (made / "examples").symlink_to(ROOT / "examples")
    (made / "backups").mkdir()
    (sizing,) = _blocks("sizing", "sh")
    _run(made, *sizing.splitlines(), ends=(3, 0, 0))
    return made


@pytest.mark.slow
def test_a_backup_is_restored_beside_the_data_folder(folder: Path) -> None:
    (block,) = _blocks("backup", "sh")
    assert "power.tex" in _run(folder, *block.splitlines())


@pytest.mark.slow
def test_an_upgrade_goes_as_the_page_says_but_for_pip(folder: Path) -> None:
    (block,) = _blocks("upgrade", "sh")
    backup, drain, pip, check, serve = block.splitlines()
    assert pip == "pip install --upgrade ." and serve == "gristmill serve"
    with running(folder / "gristmill-data", "--workers", "1") as service:
        _run(folder, backup, drain)
        assert service.wait() == 0
    _run(folder, check)


@pytest.mark.slow
def test_what_the_page_for_those_who_come_from_elsewhere_compares_is_there(folder: Path) -> None:
    (block,) = _blocks("migrating", "sh")
    _run(folder, *block.splitlines(), ends=(0, 0, 3, 0))
    assert (folder / "trial.jsonl").stat().st_size


@pytest.mark.slow
def test_the_program_for_questions_makes_a_prompt_of_passages(folder: Path) -> None:
    (code,) = _blocks("rag", "python")
    with running(folder / "gristmill-data", "--workers", "1") as service:
        url = str(service.http.base_url).rstrip("/")
        code = code.replace("http://127.0.0.1:8000", url)
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=WAIT_S
        )
    assert done.returncode == 0, done.stderr
    assert "[1] " in done.stdout and "millstones.rst" in done.stdout


def _run(folder: Path, *lines: str, ends: tuple[int, ...] = ()) -> str:
    """The output of command lines, each of which has to end with its code (0)."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    told = ""
    for line, code in zip(lines, ends or (0,) * len(lines), strict=True):
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=WAIT_S,
        )
        assert done.returncode == code, f"{line}: {done.returncode}\n{done.stdout}{done.stderr}"
        told += done.stdout
    return told
