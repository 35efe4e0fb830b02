"""A parser that sleeps: `SLEEP 0.02` is a document that takes 20 ms and no processor."""

import time
from collections.abc import Mapping
from pathlib import Path

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

media_types = ("text/x-gristmill-sleeper",)
version = "1"
_MARK = b"SLEEP "
_METADATA = "Metadata-Version: 2.1\nName: gristmill-sleeper\nVersion: 1\n"
_ENTRY_POINTS = "[gristmill.parsers]\nsleeper = benchmarks.sleeper\n"


def recognise(head: bytes, name: str) -> str | None:
    return media_types[0] if head.startswith(_MARK) else None


def parse(blob: Blob, limits: Limits) -> Parsed:
    text, _ = decode(blob.data)
    time.sleep(float(text.split()[1]))
    return Parsed((Block(BlockKind.TEXT, text),), None, {})


def documents(folder: Path, number: int, seconds: float) -> None:
    """Write so many sleepers, each of its own."""
    folder.mkdir()
    for each in range(number):
        (folder / f"{each:06}.sleep").write_bytes(b"%b%g %d\n" % (_MARK, seconds, each))


def installed(folder: Path) -> Mapping[str, str]:
    """Make the parser an installed package in `folder`; the environment that has it."""
    info = folder / "gristmill_sleeper-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(_METADATA)
    (info / "entry_points.txt").write_text(_ENTRY_POINTS)
    return {"PYTHONPATH": f"{folder}:{Path(__file__).parents[1]}"}
