"""Runs one of the repository's modules as people do."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_module(module: str, *arguments: str, timeout: float) -> tuple[int, str, str]:
    """`python -m MODULE ..` in the repository: its exit code, what it said and complained of."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr
