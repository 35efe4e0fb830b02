"""Targets by turns, each in a process of its own, and what libFuzzer says of it."""

import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from support.fuzzing.guided import corpora
from support.fuzzing.guided.target import Target
from support.fuzzing.guided.words import dictionary

CHILD = (sys.executable, "-m", "support.fuzzing.guided.child")
MEMORY = next((folder for folder in ("/dev/shm",) if Path(folder).is_dir()), None)
"""For temporary files: a target may sync a file for each input."""
RSS_MB, HANG_S, GRACE_S = 1500, 60, 300
_PROGRESS = re.compile(rb"^#\d+\t.*?cov: (\d+) ft: (\d+) corp: (\d+)/", re.MULTILINE)
_EXECUTIONS = re.compile(rb"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)
_LAST = re.compile(rb"^#(\d+)\t", re.MULTILINE)
_FOUND = re.compile(rb"^FOUND (.*)\t(.*)$", re.MULTILINE)
_ARTIFACT = re.compile(rb"Test unit written to (\S+)")


class Turn(NamedTuple):
    """What came of one: seconds of CPU, `edges` and `features` that its corpus covers, and (flaw,
    file) found."""

    target: str
    executions: int
    cpu_s: float
    edges: int
    features: int
    inputs: int
    found: tuple[tuple[str, str], ...]

    @classmethod
    def told(cls, name: str, code: int, said: bytes, cpu_s: float) -> "Turn":
        """From libFuzzer's own lines; a process that ended with `code` is a finding, too."""
        edges, features, inputs = map(int, (_PROGRESS.findall(said) or [(0, 0, 0)])[-1])
        executed = _EXECUTIONS.findall(said) or _LAST.findall(said) or [b"0"]
        found = [
            (flaw.decode("utf-8", "replace"), path.decode()) for flaw, path in _FOUND.findall(said)
        ]
        if code:
            end = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            artifact = _ARTIFACT.findall(said)
            why = said.strip().splitlines()[-1:] or [b""]
            kept = artifact[-1].decode() if artifact else why[0].decode("utf-8", "replace")[:200]
            found.append((f"the process ended with {end}", kept))
        return cls(name, int(executed[-1]), cpu_s, edges, features, inputs, tuple(found))


def take_turn(target: Target, seconds: int, seed: int, found: Path, niceness: int = 0) -> Turn:
    """Fuzz one target; what leads to new branches is added to the corpus under `found`."""
    grown = found / "corpora" / target.name
    with tempfile.TemporaryDirectory(dir=MEMORY) as temporary:
        begin = Path(temporary) / "begin"
        corpora.unpack([*target.seeds(), *corpora.kept(target.name)], begin)
        grown.mkdir(parents=True, exist_ok=True)
        words = Path(temporary) / "words"
        words.write_bytes(known := dictionary(target.modules))
        options = [
            f"-max_total_time={seconds}",
            f"-seed={seed}",
            f"-max_len={target.room}",
            f"-rss_limit_mb={RSS_MB}",
            f"-timeout={HANG_S}",
            f"-artifact_prefix={found}/{target.name}--",
            "-print_final_stats=1",
            "-reload=0",
            *([f"-dict={words}"] if known else []),  # an empty one is an error
            str(grown),
            str(begin),
        ]
        before = _cpu_s()
        command = [*CHILD, target.name, str(found), *options]
        code, said = ran(command, seconds + GRACE_S, niceness, temporary)
    return Turn.told(target.name, code, said, _cpu_s() - before)


def ran(
    command: Sequence[str], timeout_s: float, niceness: int, temporary: str
) -> tuple[int, bytes]:
    """Run a child, whose temporary files go to `temporary`, however it ends; returns its exit code
    and all that it said."""
    child = subprocess.Popen(
        ["nice", "-n", str(niceness), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "TMPDIR": temporary,
        },
    )
    try:
        said, _ = child.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        child.kill()
        said, _ = child.communicate()
        said += b"\nit did not end by itself in %d s" % timeout_s
    return child.returncode, said


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
