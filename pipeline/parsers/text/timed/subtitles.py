"""Subtitles (SubRip, WebVTT, SubViewer as YouTube writes it, TTML): what is said, as running text;
the times only say where it pauses."""

import re
from collections.abc import Iterator
from html import unescape

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.markup.xml.xml_inline import raw_text
from gristmill.pipeline.parsers.markup.xml.xml_reading import read_xml
from gristmill.pipeline.parsers.text.timed.subtitle_cues import Cue, paragraphs
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("application/x-subrip", "text/vtt", "text/x-sbv", "application/ttml+xml")
version = "3"

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_CLOCK}\s*(?:-->|,)\s*{_CLOCK}")
_OFFSET = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)(h|ms|m|s|t)?\s*\Z")
_SECONDS = {"h": 3600.0, "m": 60.0, "ms": 0.001, "s": 1.0}
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?\s+([^>]{1,100})>")
_TAG = re.compile(r"</?[A-Za-z0-9][^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_NOT_CUES = ("NOTE", "STYLE", "REGION")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """What is repeated as captions roll is said once. Raises DocumentError `parse_error` where
    there is no cue."""
    text, encoding, warnings = read_text(blob.data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    title = ""
    if text.lstrip("\ufeff \n\t").startswith("<"):
        cues = list(_timed_text(text))
    else:
        lines = text.split("\n")
        first = lines[0].lstrip("\ufeff")
        title = first[6:].strip(" -\t") if first.startswith("WEBVTT") else ""
        cues = list(_cues(lines))
    if not cues:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the subtitles have no cue with its times")
    metadata = {
        "encoding": encoding,
        "cues": len(cues),
        "duration_s": round(max(cue.end for cue in cues), 3),
    }
    blocks = tuple(Block(BlockKind.TEXT, each) for each in paragraphs(cues))
    return Parsed(blocks, title or None, metadata, warnings=warnings)


def _timed_text(text: str) -> Iterator[Cue]:
    """W3C TTML: paragraphs with times, whose lines `br` ends."""
    root = read_xml(text).root
    for each in root.iter("{*}p") if root is not None else ():
        for line_end in each.iter("{*}br"):
            line_end.tail = f"\n{line_end.tail or ''}"
        said = tuple(filter(None, (" ".join(line.split()) for line in raw_text(each).split("\n"))))
        begin = _moment(each.get("begin", ""))
        yield Cue(begin, _moment(each.get("end", "")) or begin, said)


def _moment(given: str) -> float:
    """Seconds: of a clock, or of an offset such as `1.5s`."""
    if offset := _OFFSET.match(given[:50]):
        return float(offset[1]) * _SECONDS.get(offset[2], 0.0)
    parts = [
        float(part) if part.replace(".", "", 1).isdecimal() else 0.0
        for part in given[:50].split(":")
    ]
    return sum(part * scale for part, scale in zip(parts, (3600, 60, 1), strict=False))


def _cues(lines: list[str]) -> Iterator[Cue]:
    """Each line of times with the lines below it, up to a blank one or to the next cue."""
    at = 0
    while at < len(lines):
        times = _times(lines[at])
        if times is None:
            at = _after_comment(lines, at)
            continue
        at += 1
        said: list[str] = []
        while at < len(lines) and lines[at] and not _begins_cue(lines, at):
            said.append(_spoken(lines[at]))
            at += 1
        yield Cue(_seconds(times, 1), _seconds(times, 5), tuple(filter(None, said)))


def _times(line: str) -> re.Match[str] | None:
    return _TIMES.match(line[:200]) if "-->" in line or "," in line[:20] else None


def _begins_cue(lines: list[str], at: int) -> bool:
    """Cues without a blank line between them, with or without a number."""
    if _times(lines[at]):
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
    return " ".join(unescape(_TAG.sub("", _VOICE.sub(r"\1: ", line))).split())


def _seconds(times: re.Match[str], first: int) -> float:
    hours, minutes, seconds, fraction = times.groups()[first - 1 : first + 3]
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + float(f"0.{fraction}")
