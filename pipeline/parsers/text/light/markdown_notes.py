"""Footnotes of Markdown (`[^1]: text`), as Pandoc and GitHub read them."""

import re
from collections.abc import Sequence

from gristmill.pipeline.shapes import Block, BlockKind

_NOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,100})\]:[ \t]*(.*)")
_DEEPER = (" " * 4, "\t")


def without_notes(
    lines: list[str], literal: Sequence[Sequence[int]]
) -> tuple[list[str], dict[int, Block]]:
    """The lines with those of footnotes blank, and the footnotes by their first line. Lines in
    the ranges `literal` are left alone."""
    kept = list(lines)
    notes: dict[int, Block] = {}
    ranges = iter([*literal, (len(lines), len(lines))])
    first, last = next(ranges)
    at = 0
    while at < len(lines):
        if at >= last:
            first, last = next(ranges, (len(lines), len(lines) + 1))
        match = _NOTE.match(lines[at]) if not first <= at < last else None
        if match is None:
            at += 1
            continue
        end = _end(lines, at + 1)
        text = [match[2], *(line.strip() for line in lines[at + 1 : end])]
        notes[at] = Block(BlockKind.FOOTNOTE, f"[^{match[1]}]: {_joined(text)}")
        kept[at:end] = [""] * (end - at)
        at = end
    return kept, notes


def _end(lines: list[str], at: int) -> int:
    """A note goes on to a blank line, and after it with lines that are indented."""
    while at < len(lines) and lines[at].strip() and not _NOTE.match(lines[at]):
        at += 1
    while at + 1 < len(lines) and not lines[at].strip() and lines[at + 1].startswith(_DEEPER):
        at += 1
        while at < len(lines) and lines[at].strip():
            at += 1
    return at


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip()
