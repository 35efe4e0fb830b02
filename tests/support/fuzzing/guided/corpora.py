"""The inputs that are kept: `corpora/TARGET.txt` has one a line, in base64, sorted, so that two
sets merge line by line."""

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "corpora"
MOST_BYTES = 4_000
"""Of the inputs kept for one target: in all they have to stay small."""


def kept(name: str) -> list[bytes]:
    """The inputs of a target, none where there is no file."""
    path = FOLDER / f"{name}.txt"
    if not path.exists():
        return []
    return [base64.b64decode(line) for line in path.read_bytes().splitlines()]


def keep(name: str, inputs: Iterable[bytes], most: int = MOST_BYTES) -> int:
    """Keep inputs, best first, as long as there is room. Returns how many."""
    chosen, size = [], 0
    for data in dict.fromkeys(inputs):
        if size + len(data) <= most:
            size += len(data)
            chosen.append(base64.b64encode(data))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.txt").write_bytes(b"".join(line + b"\n" for line in sorted(chosen)))
    return len(chosen)


def unpack(inputs: Iterable[bytes], folder: Path) -> None:
    """A file for each input, as libFuzzer wants them: named after what they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    for data in inputs:
        (folder / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)
