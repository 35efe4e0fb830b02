"""The folder of a node's process."""

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import multiprocessing.util, os, signal, sys
from gristmill.pool.engines.local.processes import keep_sockets_in
from gristmill.pool.engines.node.scratch import scratch_of

scratch = scratch_of(os.getpid())
(scratch / "run").mkdir()
keep_sockets_in(scratch / "run")
multiprocessing.util.get_temp_dir()
print(scratch, flush=True)
if len(sys.argv) > 1:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_is_gone_after_the_process_which_says_nothing_of_that() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    assert not Path(done.stdout.strip()).exists()


def test_what_a_killed_process_left_is_removed_by_the_next_and_nobody_elses(tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    (tmp_path / "gristmill-node-unlocked").mkdir()

    def begun() -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, "waits"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            text=True,
        )
        assert process.stdout is not None
        return process, Path(process.stdout.readline().strip())

    killed, left = begun()
    living, kept = begun()
    killed.communicate(timeout=60)
    assert left.exists()
    again, own = begun()
    assert not left.exists()
    assert kept.exists() and own.exists() and (tmp_path / "gristmill-node-unlocked").exists()
    for process in (living, again):
        process.communicate(timeout=60)
