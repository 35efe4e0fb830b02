"""The processes of a node do not load the program that the node is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import sys

print("loaded as", __name__, flush=True)

if __name__ == "__main__":
    import multiprocessing

    if sys.argv[1] == "hide":
        from gristmill.pool.engines.node.main_module import hide_main_module

        hide_main_module()
    with multiprocessing.get_context("forkserver").Pool(1) as pool:
        print("the child says", pool.apply(sum, ([1, 2],)), flush=True)
"""


@pytest.mark.parametrize("start", [["heavy.py"], ["-m", "heavy"]])
@pytest.mark.parametrize(("how", "times"), [("hide", 1), ("show", 2)])
def test_a_child_loads_the_main_program_again_unless_that_is_hidden(
    tmp_path: Path, start: list[str], how: str, times: int
) -> None:
    (tmp_path / "heavy.py").write_text(_PROGRAM)
    said = subprocess.run(
        [sys.executable, *start, how],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert "the child says 3" in said
    assert said.count("loaded as") == times
