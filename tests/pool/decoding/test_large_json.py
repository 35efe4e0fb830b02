"""Large JSON is decoded by a process of its own, and comes to the same."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gristmill.pool.decoding import Decoded, Decoding, decode_line, decode_task
from gristmill.pool.decoding.decoding import LARGE_BYTES
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import KeyedTask
from gristmill.schemas.jobs.sources import TextSource
from gristmill.schemas.problems.errors import InvalidRequest, TooManySources
from gristmill.schemas.problems.overload import Busy

LONG = "\N{PILE OF POO}" + "x" * LARGE_BYTES


def _whole(decoded: Decoded) -> dict[str, Any]:
    """A task with its texts in their places again."""
    sources: list[Any] = list(decoded.task.sources)
    for place, text in decoded.texts.items():
        assert sources[place].text == ""
        sources[place] = TextSource(text.decode(), sources[place].name)
    return {**msgspec.structs.asdict(decoded.task), "sources": sources}


def _body(**more: Any) -> bytes:
    sources = [
        {"type": "text", "text": "short"},
        {"type": "text", "text": LONG, "name": "löng.txt"},
        {"type": "path", "path": "/somewhere", "glob": "*.pdf"},
        {"type": "text", "text": "é" * 2000},
    ]
    given = {"sources": sources, "metadata": {"a": [1.5, None, "ü"]}, "priority": 3, **more}
    return json.dumps(given).encode()


def test_a_large_body_comes_to_what_it_would_here() -> None:
    decoded = Decoding(Settings()).task(_body())
    assert set(decoded.texts) == {1, 3}
    here = msgspec.structs.asdict(decode_task(_body(), Settings()))
    assert {**here, "idempotency_key": None} == _whole(decoded)


def test_a_large_line_keeps_its_key() -> None:
    line = _body(idempotency_key="k-1")
    decoded = Decoding(Settings()).line(line)
    assert isinstance(decoded.task, KeyedTask) and decoded.task.idempotency_key == "k-1"
    assert msgspec.structs.asdict(decode_line(line, Settings())) == _whole(decoded)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * (LARGE_BYTES + 1),
        b'{"sources":["' + b"x" * LARGE_BYTES,
        b'{"sources":[{"type":"text","text":"\xff' + b"x" * LARGE_BYTES + b'"}]}',
        _body(idempotency_key="k"),
        _body(metadata={"a": "x" * LARGE_BYTES}),
        _body(sources=[{"type": "text", "text": "x" * 1100}] * 1000, priority=1000),
        _body(sources=[{"type": "text", "text": ""}] * 200_000),
    ],
    ids=["nested", "cut", "no-utf-8", "unknown", "metadata", "priority", "sources"],
)
def test_a_large_body_is_refused_in_the_words_of_a_small_one(body: bytes) -> None:
    with pytest.raises((InvalidRequest, TooManySources)) as here:
        decode_task(body, Settings())
    with pytest.raises(type(here.value)) as apart:
        Decoding(Settings()).task(body)
    assert apart.value.message == here.value.message


def _program(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "program.py"
    path.write_text(text)
    return [str(path)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import sys; sys.stdin.buffer.read(); print('{}x')",
        "import sys; sys.stdin.buffer.read()\n"
        'print(\'{"task":{"sources":[{"type":"text","text":""}]},"apart":{"0":9}}\')',
    ],
    ids=["silent", "babbling", "cut"],
)
def test_a_process_that_ends_too_early_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(Busy, match="ended too early"):
        Decoding(Settings(), program=_program(tmp_path, text)).task(_body())


def test_a_process_that_stands_still_is_ended(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    text = f"import os, signal; open({str(pid)!r}, 'w').write(str(os.getpid()))\n"
    text += "os.kill(os.getpid(), signal.SIGSTOP)"
    with pytest.raises(Busy):
        Decoding(Settings(), timeout_s=1, program=_program(tmp_path, text)).task(_body())
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), signal.SIGCONT)
