"""One image of a page through tesseract."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gristmill.pipeline.tesseract import leash

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space. A grey page of 600 dpi takes a fifth; the worker's own limit does not see it."""
_REASON_CHARS = 200
_TURNING = "1"  # page segmentation with a look at the orientation
_TROUBLE = ("Error", "Failed", "error", "terminate")


class Unreadable(Exception):
    """A page's image cannot be read; says why."""


class NotThere(Exception):
    """Tesseract cannot be started."""


class EndedFromOutside(Exception):
    """Somebody killed tesseract: most likely the system, for want of memory."""


def text_of(
    image: bytes,
    *,
    program: str,
    languages: Sequence[str],
    dpi: int | None,
    frame: int,
    timeout_s: float,
    turn: bool = False,
) -> str:
    """The text of an image, which is turned first where it lies on its side or stands on its head,
    if wanted; `frame` counts the images of a TIFF from 0, `dpi` is None where the
    file itself says it. Raises Unreadable, NotThere, EndedFromOutside.

    `image` must begin as a PNM, PNG, JPEG or TIFF file does: other bytes are read by tesseract
    as a list of files to open.
    """
    command = [program, "-", "-", "-l", "+".join(languages)]
    command += ["-c", "page_separator=", "-c", f"tessedit_page_number={frame}"]
    command += ["--dpi", str(dpi)] if dpi else []
    command += ["--psm", _TURNING] if turn else []
    try:
        done = subprocess.run(
            [*_leashed(), *command],
            input=image,
            capture_output=True,
            timeout=timeout_s,
            check=False,
            # One page, one core: the pages are what runs in parallel.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(f"it took longer than {timeout_s:g} s") from None
    return _judged(done)


def _leashed() -> tuple[str, ...]:
    memory = str(MEMORY_BYTES)
    return (sys.executable, "-I", "-S", str(Path(leash.__file__)), str(os.getpid()), memory)


def _judged(done: "subprocess.CompletedProcess[bytes]") -> str:
    if done.returncode == leash.NOT_THERE:
        raise NotThere
    if done.returncode == -9:
        raise EndedFromOutside
    text = done.stdout.decode("utf-8", "replace").strip()
    reason = _reason(done.stderr)
    # An image of a TIFF that cannot be decoded is left out with a message and exit code 0.
    if done.returncode or (reason and not text):
        raise Unreadable(reason or f"tesseract ended {_how(done.returncode)}")
    return text


def _how(code: int) -> str:
    return f"by signal {-code}" if code < 0 else f"with exit code {code}"


def _reason(said: bytes) -> str:
    """The first complaint among what tesseract says."""
    lines = said.decode("utf-8", "replace").splitlines()
    found = next((line for line in lines if any(word in line for word in _TROUBLE)), "")
    return " ".join(found.split())[:_REASON_CHARS]
