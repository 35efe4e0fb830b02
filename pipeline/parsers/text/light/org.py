"""Org (the format of Emacs, orgmode.org/worg/org-syntax.html): headings, lists, tables, code."""

import re

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.text.light.light_blocks import LightBlocks
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed

media_types = ("text/org",)
version = "1"

_HEADING = re.compile(r"(\*{1,50}) +(?:(?:TODO|DONE|NEXT|WAITING|CANCELL?ED) +)?(?:\[#\w\] *)?(.*)")
_TAGS = re.compile(r"[ \t]{1,100}:[\w@#%:]{1,200}:\Z")
_KEYWORD = re.compile(r"[ \t]{0,40}#\+([A-Za-z_]{1,40})(?:\[[^\]\n]{0,200}\])?:[ \t]*(.*)")
_BEGIN = re.compile(r"[ \t]{0,40}#\+begin_(\w{1,40})", re.IGNORECASE)
_END = re.compile(r"[ \t]{0,40}#\+end_(\w{1,40})", re.IGNORECASE)
_DRAWER = re.compile(r"[ \t]{0,40}:[\w-]{1,40}:[ \t]*\Z")
_ITEM = re.compile(r"([ \t]{0,80})([-+]|\d{1,9}[.)])[ \t]+(?:\[[ X-]\][ \t]+)?(.*)")
_NOTE = re.compile(r"\[fn:([\w-]{1,100})\][ \t]*(.*)")
_LINK = re.compile(r"\[\[([^\[\]\n]{1,2000})\](?:\[([^\[\]\n]{1,2000})\])?\]")
_CODE = frozenset({"src", "example", "export", "comment"})
_ABOUT = {"title": "title", "author": "author", "date": "date", "language": "language"}


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Title, author and date are metadata; drawers of properties and comments are left out.

    Raises DocumentError `encoding` for bytes that are no text.
    """
    text, encoding, warnings = read_text(blob.data)
    reading = _Reading()
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        reading.line(line)
    reading.close()
    about = reading.about
    title = about.pop("title", None)
    blocks = tuple(reading.out.blocks)
    return Parsed(blocks, title, {**about, "encoding": encoding}, warnings=warnings)


def _inline(text: str) -> str:
    return _LINK.sub(lambda link: link[2] or link[1], text) if "[[" in text else text


class _Reading:
    def __init__(self) -> None:
        self.about: dict[str, str] = {}
        self.out = LightBlocks(_inline)
        self._literal = ""  # the kind of block that is open
        self._kept: list[str] = []
        self._rows: list[list[str]] = []
        self._drawer = False

    def line(self, line: str) -> None:
        if self._literal:
            self._in_literal(line)
        elif self._drawer:
            self._drawer = line.strip().lower() != ":end:"
        elif line.lstrip().startswith("|"):
            self._row(line.strip())
        else:
            self._end_table()
            self._outside(line)

    def close(self) -> None:
        """At the end of the text, blocks that are open are taken as they are."""
        if self._literal:
            self._end_literal()
        self._end_table()
        self.out.end()

    def _outside(self, line: str) -> None:
        if not line.strip():
            self.out.end()
        elif match := _HEADING.match(line):
            self.out.add(BlockKind.HEADING, _TAGS.sub("", match[2]), len(match[1]))
        elif begin := _BEGIN.match(line):
            self.out.end()
            self._literal = begin[1].lower() if begin[1].lower() in _CODE else ""
        elif _END.match(line):
            self.out.end()
        elif keyword := _KEYWORD.match(line):
            self._keyword(keyword[1].lower(), keyword[2].strip())
        elif note := _NOTE.match(line):
            self.out.add(BlockKind.FOOTNOTE, f"[{note[1]}] {note[2]}")
        elif item := _ITEM.match(line):
            mark = "- " if item[2] in "-+" else f"{item[2]} "
            self.out.item(len(item[1].expandtabs(4)) // 2, mark, item[3])
        elif _DRAWER.match(line):
            self._drawer = line.strip().lower() in (":properties:", ":logbook:")
        elif not line.lstrip().startswith("# "):
            self.out.text(line)

    def _keyword(self, name: str, value: str) -> None:
        if name in _ABOUT and value:
            self.about.setdefault(_ABOUT[name], value[:1_000])
        elif name == "caption":
            self.out.add(BlockKind.CAPTION, value)

    def _in_literal(self, line: str) -> None:
        end = _END.match(line)
        if end and end[1].lower() == self._literal:
            self._end_literal()
        else:
            self._kept.append(line)

    def _end_literal(self) -> None:
        if self._literal != "comment":
            self.out.add(BlockKind.CODE, "\n".join(self._kept))
        self._literal, self._kept = "", []

    def _row(self, line: str) -> None:
        if not line.startswith("|-"):
            self._rows.append(line.strip("|").split("|"))

    def _end_table(self) -> None:
        if self._rows:
            self.out.table(self._rows)
            self._rows = []
