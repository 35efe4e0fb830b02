"""A program called tesseract that does as it is told, for what the real one seldom does."""

import sys
from pathlib import Path

_FAKE = """#!{python} -IS
import os, sys, time
if sys.argv[1] == "--version":
    print("tesseract 0.0")
elif sys.argv[1] == "--list-langs":
    print("List of available languages (1):", "eng", sep="\\n")
    more = os.path.join(os.path.dirname(sys.argv[0]), "languages")
    os.path.exists(more) and print(open(more).read())
else:
    image = sys.stdin.buffer.read()
    {behaviour}
"""

_WIDTH = "int(image.split()[1]) // 10"
SAYS_WIDTH = f"print('a page of width', {_WIDTH})"
"""In tens of pixels, of a rendered page: one in PNM."""


def fails_at(width: int) -> str:
    return f"sys.exit('Error in reading') if {_WIDTH} == {width} else {SAYS_WIDTH}"


def hangs(pids: Path) -> str:
    """Leaves its pid in a file."""
    return f"open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(600)"


VANISHES = "os.remove(sys.argv[0]); print('The first page.')"


def fake_tesseract(folder: Path, behaviour: str) -> dict[str, str]:
    """Put it into a folder; returns the environment in which there is no other."""
    folder.mkdir(exist_ok=True)
    program = folder / "tesseract"
    program.write_text(_FAKE.format(python=sys.executable, behaviour=behaviour))
    program.chmod(0o755)
    return {"PATH": str(folder)}
