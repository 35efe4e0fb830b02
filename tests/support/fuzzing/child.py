"""The process that documents are tried in. Reads names of cases, answers each with a line of JSON.

Address space is bounded, so that what wants too much memory fails here and not the machine.
"""

import re
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from support.fuzzing.cases import Case, case
from support.fuzzing.examining import Outcome, examine

from gristmill.pipeline import registry
from gristmill.pipeline.detecting.detect import by_name
from gristmill.schemas.jobs.options import Options

ADDRESS_SPACE = 3 * 1024**3
FILE = "file:"


class Answer(msgspec.Struct):
    """`seconds` are of CPU, `peak` is the process's largest size so far in bytes, `size` that of
    the document."""

    outcomes: list[tuple[str, str, str | None]]
    seconds: float
    peak: int
    size: int


def main(arguments: Sequence[str]) -> None:
    """Serve until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    registry.preload()
    for line in sys.stdin:
        answer = _answer(line.rstrip("\n"))
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


def _answer(identity: str) -> Answer:
    tried = _from_file(identity[len(FILE) :]) if identity.startswith(FILE) else case(identity)
    began = time.process_time()
    outcomes: list[Any] = list(_examined(tried))
    seconds = time.process_time() - began
    return Answer(outcomes, seconds, _peak(), len(tried.data))


def _peak() -> int:
    """Not `ru_maxrss`, which a new process has from the one that started it."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def _examined(tried: Case) -> list[Outcome]:
    return examine(tried.name, tried.data, tried.kind, tried.options)


def _from_file(path: str) -> Case:
    """A saved document; its name ends with that of the seed."""
    name = Path(path).name.rpartition("--")[2]
    return Case(name, Path(path).read_bytes(), by_name(name) or "text/plain", Options())


if __name__ == "__main__":
    main(sys.argv[1:])
