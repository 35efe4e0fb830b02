"""The process that knows vectors, seen from the one that asks it."""

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO

import msgspec

from gristmill.pool.vector_search.messages import (
    Answer,
    Question,
    Trouble,
    framed,
    read_frame,
)
from gristmill.schemas.configuration.settings import INHERITED, Settings
from gristmill.schemas.problems.vector_errors import SemanticSearchBusy

STUCK_S = 120.0
"""To read a model and a million vectors takes some seconds, of a slow disk some more."""
MOST_WAITING = 64
_LOOK_S = 0.5
_DIED = "the process that searches by meaning has died"
Program = Sequence[str]
PROGRAM = ("-P", "-m", "gristmill.pool.vector_search.child")


class _Asked:
    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.here = threading.Event()
        self.since = time.monotonic()


class VectorProcess:
    """One life of it, from its start. It ends by itself after `settings.semantic_idle_s` without a
    question, and is ended when it does not answer for long. Safe from any thread."""

    def __init__(
        self,
        data: str,
        settings: Settings,
        program: Program = PROGRAM,
        stuck_s: float = STUCK_S,
    ) -> None:
        self._idle_s, self._stuck_s = settings.semantic_idle_s, stuck_s
        self._guard, self._sending = threading.Lock(), threading.Lock()
        self._asked: dict[int, _Asked] = {}
        self._last = 0
        self._rest_since = time.monotonic()
        self.is_over = self.has_failed = False
        self._child = subprocess.Popen(
            # In a session of its own: it ends when we do, not by a key that we do not die of.
            [sys.executable, *program, data],
            env={**os.environ, INHERITED: msgspec.json.encode(settings).decode()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.set_blocking(self._stdin.fileno(), False)
        threading.Thread(target=self._follow, name="vectors", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._child.pid

    def ask(self, make: Callable[[int], Question], timeout_s: float) -> Answer | None:
        """The answer to a question, which is made with its number; None where it was over before
        it was asked. Raises SemanticSearchBusy where no answer comes in time: it may have been
        ended then, or be reading what it needs."""
        asked = _Asked()
        with self._guard:
            if self.is_over:
                return None
            if any(asked.since - each.since >= timeout_s for each in self._asked.values()):
                # It stands still, or its model is with a service that does: who comes now would
                # only wait as long in vain.
                raise _late(timeout_s)
            if len(self._asked) >= MOST_WAITING:
                raise SemanticSearchBusy("too many searches by meaning are waiting")
            self._last += 1
            number = self._last
            self._asked[number] = asked
        deadline = asked.since + timeout_s
        if not self._send(framed(make(number)), deadline):
            self._hand_on(Trouble(number, _DIED, passing=True))
        if not asked.here.wait(max(0.0, deadline - time.monotonic())):
            raise _late(timeout_s)
        assert asked.answer is not None
        return asked.answer

    def end(self) -> None:
        """End it now; whoever waits for an answer is told."""
        # Only here: whoever searches by words alone would pay for them.
        import psutil

        from gristmill.pool.processes.ladder import KillLadder

        with self._guard:
            self.is_over = True
        ladder = KillLadder()
        try:
            ladder.condemn(psutil.Process(self._child.pid))
        except psutil.Error:
            pass
        # Until it is collected it is a zombie, which the ladder takes for dead.
        ladder.finish()
        self._child.wait()
        self._tell_all()

    def _send(self, data: bytes, deadline: float) -> bool:
        """Whether a question is on its way. A process that takes half of one is of no more use."""
        view = memoryview(data)
        with self._sending:
            while view and not self.is_over:
                left = deadline - time.monotonic()
                if left <= 0:
                    self.is_over = len(view) < len(data)
                    break
                try:
                    if select.select([], [self._stdin], [], left)[1]:
                        view = view[os.write(self._stdin.fileno(), view) :]
                except BlockingIOError:
                    continue
                except (OSError, ValueError):
                    self.is_over = True
        return not view

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._child.stdin is not None
        return self._child.stdin

    def _follow(self) -> None:
        """Hand on its answers, until it ends or is to end."""
        stream = self._child.stdout
        assert stream is not None
        try:
            self._listen(stream)
        except msgspec.MsgspecError:
            # What is no answer is of no use, and whoever waits is told.
            self.has_failed = True
        self.end()
        for pipe in (stream, self._stdin):
            try:
                pipe.close()
            except OSError:
                pass

    def _listen(self, stream: IO[bytes]) -> None:
        while not self._is_to_end():
            if not select.select([stream], [], [], _LOOK_S)[0]:
                continue
            frame = read_frame(stream.fileno())
            if frame is None:
                self.has_failed = True
                break
            self._hand_on(msgspec.msgpack.decode(frame, type=Answer))

    def _is_to_end(self) -> bool:
        now = time.monotonic()
        with self._guard:
            if self.is_over:
                return True
            oldest = min((asked.since for asked in self._asked.values()), default=None)
            if oldest is None:
                self.is_over = now - self._rest_since >= self._idle_s
                return self.is_over
            self.has_failed = now - oldest >= self._stuck_s
            return self.has_failed

    def _hand_on(self, answer: Answer) -> None:
        with self._guard:
            asked = self._asked.pop(answer.number, None)
            self._rest_since = time.monotonic()
        if asked is not None:
            asked.answer = answer
            asked.here.set()

    def _tell_all(self) -> None:
        with self._guard:
            left, self._asked = self._asked, {}
        for number, asked in left.items():
            asked.answer = Trouble(number, _DIED, passing=True)
            asked.here.set()


def _late(timeout_s: float) -> SemanticSearchBusy:
    return SemanticSearchBusy(
        f"the search by meaning gave no answer in {timeout_s:g} s (read_timeout_s): it is being "
        "started, or has much to do"
    )
