"""Subtitles (SubRip, WebVTT): what is said, as running text; the times only say where it pauses."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

media_types = ("application/x-subrip", "text/vtt")
version = "1"

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?\s+([^>]{1,100})>")
_TAG = re.compile(r"</?[A-Za-z0-9][^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_NOT_CUES = ("NOTE", "STYLE", "REGION")
_PAUSE_SECONDS = 3.0
_PARAGRAPH_CHARS = 600
_SENTENCE_END = (".", "!", "?", "…", '."', "。", "！", "？")


class Cue(NamedTuple):
    """What is said from `start` to `end`, in seconds."""

    start: float
    end: float
    text: str


def parse(blob: Blob, limits: Limits) -> Parsed:
    """A paragraph ends where nothing is said for three seconds, or at a sentence's end when it
    has grown long. Raises DocumentError `parse_error` where there is no cue."""
    text, encoding = decode(blob.data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues = list(_cues(lines))
    if not cues:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the subtitles have no cue with its times")
    first = lines[0].lstrip("\ufeff")
    title = first[6:].strip(" -\t") if first.startswith("WEBVTT") else ""
    metadata = {
        "encoding": encoding,
        "cues": len(cues),
        "duration_s": round(max(cue.end for cue in cues), 3),
    }
    blocks = tuple(Block(BlockKind.TEXT, each) for each in _paragraphs(cues))
    return Parsed(blocks, title or None, metadata)


def _cues(lines: list[str]) -> Iterator[Cue]:
    """Each line of times with the lines below it, up to a blank one or to the next cue."""
    at = 0
    while at < len(lines):
        times = _TIMES.match(lines[at][:200]) if "-->" in lines[at] else None
        if times is None:
            at = _after_comment(lines, at)
            continue
        at += 1
        said: list[str] = []
        while at < len(lines) and lines[at].strip() and not _begins_cue(lines, at):
            said.append(_spoken(lines[at]))
            at += 1
        yield Cue(_seconds(times, 1), _seconds(times, 5), " ".join(filter(None, said)))


def _begins_cue(lines: list[str], at: int) -> bool:
    """Cues without a blank line between them, with or without a number."""
    if "-->" in lines[at]:
        return True
    return lines[at].strip().isdigit() and at + 1 < len(lines) and "-->" in lines[at + 1]


def _after_comment(lines: list[str], at: int) -> int:
    """The line after this one, and after the rest of a block that holds no cue."""
    comment = lines[at].startswith(_NOT_CUES)
    at += 1
    while comment and at < len(lines) and lines[at].strip():
        at += 1
    return at


def _spoken(line: str) -> str:
    return " ".join(_TAG.sub("", _VOICE.sub(r"\1: ", line)).split())


def _seconds(times: re.Match[str], first: int) -> float:
    hours, minutes, seconds, fraction = times.groups()[first - 1 : first + 3]
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + float(f"0.{fraction}")


def _paragraphs(cues: list[Cue]) -> Iterator[str]:
    """Cues that repeat the one before, as live captions do, are said once."""
    running: list[str] = []
    length = 0
    before: Cue | None = None
    for cue in cues:
        if not cue.text or (before is not None and cue.text == before.text):
            continue
        if before is not None and running:
            pause = cue.start - before.end >= _PAUSE_SECONDS
            full = length > _PARAGRAPH_CHARS and before.text.endswith(_SENTENCE_END)
            if pause or full or cue.text.startswith(("- ", "– ")):
                yield "\n".join(running)
                running, length = [], 0
        running.append(cue.text)
        length += len(cue.text)
        before = cue
    if running:
        yield "\n".join(running)
