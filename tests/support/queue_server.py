"""A supervisor's served half in a process of its own, which tests may stop and kill.

python queue_server.py DATA DEPTH      ends with its standard input
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.serving.served import served
from gristmill.storage.layout import DataFolder


def a_queue(depth: int = 100) -> JobQueue:
    return JobQueue(depth, 300.0, on_started=lambda _: None, on_finished=lambda _: None)


@contextmanager
def serving_process(folder: DataFolder, depth: int = 100) -> Iterator[subprocess.Popen[str]]:
    """Such a process, once it serves. It is told to end with the context."""
    command = [sys.executable, __file__, str(folder.root), str(depth)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "serving\n"
        try:
            yield process
        finally:
            process.kill()


if __name__ == "__main__":
    with served(DataFolder.open(sys.argv[1]), a_queue(int(sys.argv[2])), object()):
        sys.stdout.write("serving\n")
        sys.stdout.flush()
        sys.stdin.read()
