"""The folder of a node's process."""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import multiprocessing.util, os
from gristmill.pool.engines.local.processes import keep_sockets_in
from gristmill.pool.engines.node.foreman import scratch_of

scratch = scratch_of(os.getpid())
(scratch / "run").mkdir()
keep_sockets_in(scratch / "run")
multiprocessing.util.get_temp_dir()
print(scratch)
"""


def test_it_is_gone_after_the_process_which_says_nothing_of_that() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    assert not Path(done.stdout.strip()).exists()
