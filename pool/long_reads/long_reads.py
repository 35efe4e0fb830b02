"""Asks processes of their own what takes long.

A search makes up its snippets in Python, and up to a thousand of them take a second. Threads of a
web process that do so leave the others half a millisecond at a time, and the event loop needs a
dozen of these for an answer: `/healthz` took half a second (`docs/security.md`).
"""

import os
import queue
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.schemas.problems.overload import Busy

_LATE_S = 5.0
"""Beside the time of the question: to start, and to come to an end after it."""
PROGRAM = ("-P", "-m", "gristmill.pool.long_reads.child")


class LongReads:
    """Has up to `at_once` questions answered at a time, while others wait as long as one of them
    may take. Processes are started when there is something to ask. Safe from any thread."""

    def __init__(
        self,
        folder: Path,
        timeout_s: float,
        at_once: int = 1,
        late_s: float = _LATE_S,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self._folder, self._timeout_s, self._late_s = folder, timeout_s, late_s
        self._program = program
        # The one that answered last first: of more than are needed, some have been idle for long.
        self._places: queue.LifoQueue[_Reader | None] = queue.LifoQueue()
        for _ in range(at_once):
            self._places.put(None)

    def ask(self, method: str, *args: Any, **named: Any) -> Any:
        """What a method of the library returns, or raises. Raises LibraryTrouble with
        `LibraryFault.TOO_LONG` where it takes longer than `timeout_s`, and Busy where too much is
        asked already, or a process that was new ended."""
        try:
            reader = self._places.get(timeout=self._timeout_s)
        except queue.Empty:
            raise Busy("too many long searches are waiting; try again in a moment") from None
        question, longest_s = (method, args, named), self._timeout_s + self._late_s
        try:
            answer = None
            if reader is not None and not reader.is_over:
                # It may end just now, because nobody had asked for long.
                with suppress(EOFError, OSError):
                    answer = reader.answer(question, longest_s)
            if answer is None:
                reader = self._born()
                answer = reader.answer(question, longest_s)
        except (EOFError, OSError):
            raise Busy("the process that reads the library ended; try again") from None
        finally:
            self._places.put(None if reader is None or reader.is_over else reader)
        found, said = answer
        if not found:
            raise said
        return said

    def close(self) -> None:
        """End those that wait for questions."""
        for _ in range(self._places.qsize()):
            if (reader := self._places.get_nowait()) is not None:
                reader.end()
            self._places.put(None)

    def _born(self) -> "_Reader":
        return _Reader([sys.executable, *self._program], self._folder, self._timeout_s)


class _Reader:
    """One life of the process. For one thread at a time."""

    def __init__(self, command: Sequence[str], folder: Path, timeout_s: float) -> None:
        self._line, theirs = Pipe()
        try:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), os.fspath(folder), str(timeout_s)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        finally:
            theirs.close()

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or ends because nobody asked."""
        return self._line.closed or self._process.poll() is not None

    def answer(self, question: tuple[Any, ...], longest_s: float) -> tuple[bool, Any]:
        """Raises EOFError, OSError where it ends instead."""
        try:
            self._line.send(question)
            if self._line.poll(longest_s):
                answer: tuple[bool, Any] = self._line.recv()
                return answer
        except BaseException:
            self.end()
            raise
        self.end()
        reason = f"the process that reads it gave no answer for {longest_s:g} s, and was ended"
        return False, LibraryTrouble(reason, fault=LibraryFault.TOO_LONG)

    def end(self) -> None:
        with suppress(OSError):
            self._line.close()
        self._process.kill()
        self._process.wait()
