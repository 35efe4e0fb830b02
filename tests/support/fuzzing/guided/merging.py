"""Which of many inputs are worth keeping: those that take a branch which no smaller one takes.

libFuzzer's own `-merge=1` starts its program again by a name that Python does not have; the inner
half of it, which writes down what each input covers, is all that is needed.
"""

import re
import tempfile
from pathlib import Path

from support.fuzzing.guided import corpora
from support.fuzzing.guided.target import Target
from support.fuzzing.guided.turns import CHILD, ran

_TIMEOUT_S = 900
_COVERED = re.compile(r"^(FT|COV) (\d+) \d", re.MULTILINE)


def merged(target: Target, found: Path) -> list[bytes]:
    """Inputs from what is kept and what was found, best first: those with branches that none
    before had, then those with other ways through them (how often, in which order)."""
    grown = found / "corpora" / target.name
    more = [path.read_bytes() for path in grown.iterdir()] if grown.is_dir() else []
    inputs = sorted({*corpora.kept(target.name), *more} - {b""}, key=lambda data: (len(data), data))
    with tempfile.TemporaryDirectory() as temporary:
        paths = [Path(temporary) / str(number) for number in range(len(inputs))]
        for path, data in zip(paths, inputs, strict=True):
            path.write_bytes(data)
        control = Path(temporary) / "control"
        control.write_text(f"{len(paths)}\n0\n" + "".join(f"{path}\n" for path in paths))
        options = [f"-merge_control_file={control}", "-merge_inner=1", f"-max_len={target.room}"]
        ran([*CHILD, target.name, str(found), *options], _TIMEOUT_S, 0, temporary)
        return [inputs[number] for number in order(control.read_text())]


def order(control: str) -> list[int]:
    """The numbers of the inputs that covered something new, as libFuzzer wrote it down."""
    said: dict[str, list[int]] = {"COV": [], "FT": []}
    for what, number in _COVERED.findall(control):
        said[what].append(int(number))
    return [*said["COV"], *(number for number in said["FT"] if number not in said["COV"])]
