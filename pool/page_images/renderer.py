"""Renders pages in processes of their own: pdfium reads hostile files, and knows no threads."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from gristmill.pool.page_images.answers import Answer
from gristmill.schemas.problems.content_errors import NoPageImages, PageNotFound, PageNotRendered
from gristmill.schemas.problems.overload import Busy

TIMEOUT_S = 20.0
MOST_BYTES = 64 << 20
_REASONS = {
    Answer.UNREADABLE: "the page cannot be read",
    Answer.TOO_MUCH_MEMORY: "rendering it needs too much memory",
}


class PageImages:
    """Renders `at_once` pages at a time, while up to `waiting` others wait. Safe from any
    thread."""

    def __init__(
        self,
        at_once: int = 2,
        waiting: int = 4,
        timeout_s: float = TIMEOUT_S,
        program: Sequence[str] = ("-P", "-m", "gristmill.pool.page_images.child"),
    ) -> None:
        self._running = threading.BoundedSemaphore(at_once)
        self._here = threading.BoundedSemaphore(at_once + waiting)
        self._timeout_s = timeout_s
        self._program = program

    def png(self, path: Path, media_type: str, number: int, dpi: int, *, sandbox: bool) -> bytes:
        """Page `number`, from 1, of a file as PNG; a very large page comes smaller.

        Raises PageNotFound, PageNotRendered, NoPageImages for a type that nobody here renders, and
        Busy where too many wait.
        """
        if not self._here.acquire(blocking=False):
            raise Busy("too many pages are being rendered; try again in a moment")
        try:
            with self._running:
                return self._rendered([str(path), media_type, str(number), str(dpi)], sandbox)
        finally:
            self._here.release()

    def _rendered(self, arguments: list[str], sandbox: bool) -> bytes:
        locked = "locked" if sandbox else "open"
        with subprocess.Popen(
            [sys.executable, *self._program, *arguments, locked],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as child:
            late = threading.Event()
            timer = threading.Timer(self._timeout_s, _end, (child, late))
            timer.start()
            try:
                assert child.stdout is not None
                data = child.stdout.read(MOST_BYTES + 1)
                # Whoever has said too much, or closed its output and lives on, waits for the timer.
                code = child.wait() if len(data) <= MOST_BYTES else -1
            finally:
                timer.cancel()
                child.kill()
        if late.is_set():
            raise PageNotRendered(f"rendering it took more than {self._timeout_s:g} s")
        return _png(data, code, arguments)


def _end(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()


def _png(data: bytes, code: int, arguments: Sequence[str]) -> bytes:
    _, media_type, number, _ = arguments
    if code == Answer.OK and data:
        return data
    if code == Answer.NO_PAGE:
        raise PageNotFound(f"there is no page {number}")
    if code == Answer.NO_READER:
        raise NoPageImages(f"nothing that is installed here shows {media_type}; pillow may")
    reason = next((text for each, text in _REASONS.items() if each == code), "rendering it crashed")
    raise PageNotRendered(f"page {number} cannot be shown: {reason}")
