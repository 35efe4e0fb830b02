"""Decodes submissions: a small one here, a large one in a process of its own.

msgspec decodes a JSON in one step, during which no other thread of its process runs: 24 MiB whose
texts are made four times as wide take 0.13 s, and their texts half as long again.
"""

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec

from gristmill.pool.decoding.requests import decode_line, decode_task
from gristmill.pool.decoding.wire import Asked, Said
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.problems.errors import GristmillError, InvalidRequest, TooManySources
from gristmill.schemas.problems.overload import Busy

LARGE_BYTES = 1024 * 1024
"""Decoding less takes less than starting a process does: 6 ms and 80 ms of CPU."""
TIMEOUT_S = 30.0
_REFUSALS = {kind.code: kind for kind in (InvalidRequest, TooManySources)}


class Decoded(NamedTuple):
    """A task. `texts`: those of its sources that are UTF-8 already, by their place; in the task
    they are empty."""

    task: IngestionTask
    texts: Mapping[int, bytes] = {}


class Decoding:
    """Decodes one large JSON at a time, while others wait. Safe from any thread."""

    def __init__(
        self,
        settings: Settings,
        timeout_s: float = TIMEOUT_S,
        program: Sequence[str] = ("-P", "-m", "gristmill.pool.decoding.child"),
    ) -> None:
        self._settings, self._timeout_s, self._program = settings, timeout_s, program
        self._running = threading.Lock()

    def task(self, body: bytes) -> Decoded:
        """The task in a JSON body. Raises InvalidRequest, TooManySources, and Busy where the
        process that decodes ended."""
        if len(body) <= LARGE_BYTES:
            return Decoded(decode_task(body, self._settings))
        return self._apart(body, is_line=False)

    def line(self, line: bytes) -> Decoded:
        """The task, a KeyedTask, in a line of a batch. Raises as `task` does."""
        if len(line) <= LARGE_BYTES:
            return Decoded(decode_line(line, self._settings))
        return self._apart(line, is_line=True)

    def _apart(self, data: bytes, *, is_line: bool) -> Decoded:
        settings = self._settings
        asked = Asked(
            is_line, settings.max_json_depth, settings.max_metadata_bytes, settings.max_sources
        )
        with self._running:
            said, texts = self._answer(msgspec.json.encode(asked) + b"\n", data)
        if said.task is None:
            raise _REFUSALS[said.code](said.message)
        return Decoded(said.task, dict(zip(said.apart, texts, strict=True)))

    def _answer(self, head: bytes, data: bytes) -> tuple[Said, list[bytes]]:
        with subprocess.Popen(
            [sys.executable, *self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as child:
            timer = threading.Timer(self._timeout_s, child.kill)
            timer.start()
            try:
                assert child.stdin is not None and child.stdout is not None
                # It may have ended; then it says nothing, which is found below.
                with suppress(BrokenPipeError):
                    child.stdin.write(head)
                    child.stdin.write(data)
                with suppress(BrokenPipeError):
                    child.stdin.close()
                said = msgspec.json.decode(child.stdout.readline(), type=Said)
                texts = [child.stdout.read(size) for size in said.apart.values()]
            except msgspec.DecodeError:
                raise _ended() from None
            finally:
                timer.cancel()
                child.kill()
        if [len(text) for text in texts] != list(said.apart.values()):
            raise _ended()
        return said, texts


def _ended() -> GristmillError:
    return Busy(
        "the process that reads large JSON ended too early; try again, or send long texts as files"
    )
