"""AsciiDoc (docs.asciidoctor.org/asciidoc): title, sections, lists, tables, listings."""

import re

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.text.light.light_blocks import LightBlocks
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed

media_types = ("text/asciidoc",)
version = "1"

_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?[ \t]*\Z")
_ATTRIBUTE = re.compile(r":(!?[\w-]{1,60})!?:[ \t]*(.*)")
_ITEM = re.compile(r"[ \t]{0,40}(\*{1,10}|\.{1,10}|-|\d{1,9}\.)[ \t]+(?:\[[ x*]\][ \t]+)?(\S.*)")
_TERM = re.compile(r"[ \t]{0,40}(\S.{0,300}?):{2,4}(?:[ \t]+(.*))?\Z")
_TITLE = re.compile(r"\.([^\s.].{0,500})\Z")
_OPTIONS = re.compile(r"\[[^\[\]\n]{0,500}\][ \t]*\Z")
_MACRO = re.compile(r"(?:image|video|audio|include|toc)::([^\s\[]{0,500})\[([^\]\n]{0,500})\]\s*\Z")
_CODE_FENCE = re.compile(r"(-{4,}|\.{4,}|`{3,}|/{4,}|\+{4,})[\w, ]*\Z")
_WRAP = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--|'{3,}|<{3,})\Z")
_CELL = re.compile(r"(?:(?<=\s)|\A)(?:[\d.]{1,8}[+*])?[<^>.]{0,4}[adehlmsv]?(?<!\\)\|")
_LINK = re.compile(r"(?:link:|(?=https?://|mailto:))([^\s\[\]]{1,500})\[([^\]\n]{0,500})\]")
_REFERENCE = re.compile(r"<<([^<>,\n]{1,200})(?:,[ \t]*([^<>\n]{1,500}))?>>")
_NOTE = re.compile(r"footnote:[\w-]{0,60}\[([^\]\n]{0,2000})\]")
_NAMED = re.compile(r"\{([\w-]{1,60})\}")
_ABOUT = {"author": "author", "revdate": "date", "description": "description", "lang": "language"}


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The document's title and header attributes are metadata; nothing is included.

    Raises DocumentError `encoding` for bytes that are no text.
    """
    text, encoding, warnings = read_text(blob.data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reading = _Reading()
    for line in lines:
        reading.line(line.rstrip())
    reading.close()
    about = {_ABOUT[k]: v for k, v in reading.attributes.items() if k in _ABOUT and v}
    blocks = tuple(reading.out.blocks)
    return Parsed(blocks, reading.title, {**about, "encoding": encoding}, warnings=warnings)


class _Reading:
    def __init__(self) -> None:
        self.title: str | None = None
        self.attributes: dict[str, str] = {}
        self.out = LightBlocks(self._inline)
        self._fence = ""
        self._kept: list[str] = []
        self._below_title = False

    def line(self, line: str) -> None:
        if self._fence:
            if line == self._fence:
                self._end_fence()
            else:
                self._kept.append(line)
        elif line in ("|===", "!==="):
            self.out.end()
            self._fence = line
        elif match := _CODE_FENCE.match(line):
            self.out.end()
            self._fence = match[1]
        else:
            self._outside(line)

    def close(self) -> None:
        """At the end of the text, what is open is taken as it is."""
        if self._fence:
            self._end_fence()
        self.out.end()

    def _outside(self, line: str) -> None:
        if not line or _WRAP.match(line) or line == "+":
            self._below_title = False
            self.out.end() if line != "+" else None
        elif heading := _HEADING.match(line):
            self._heading(len(heading[1]), heading[2])
        elif attribute := _ATTRIBUTE.match(line):
            self.attributes[attribute[1].lower()] = attribute[2][:1_000]
        elif self._below_title:
            self.attributes.setdefault("author", line[:1_000])
            self._below_title = False
        elif line.startswith("//"):
            return
        elif _OPTIONS.match(line):
            self.out.end()
        elif title := _TITLE.match(line):
            self.out.add(BlockKind.CAPTION, title[1])
        elif macro := _MACRO.match(line):
            self.out.add(BlockKind.CAPTION, macro[2].partition(",")[0].strip('"'))
        elif item := _ITEM.match(line):
            mark = f"{item[1]} " if item[1][0].isdigit() else "1. " if item[1][0] == "." else "- "
            self.out.item(
                0 if item[1] == "-" else len(item[1].rstrip("0123456789")) - 1, mark, item[2]
            )
        elif term := _TERM.match(line):
            self.out.item(0, "", f"{term[1]}: {term[2] or ''}")
        else:
            self.out.text(line)

    def _heading(self, level: int, text: str) -> None:
        if level == 1 and self.title is None:
            self.title = self._inline(text)
            self._below_title = True
        self.out.add(BlockKind.HEADING, text, level)

    def _end_fence(self) -> None:
        fence, kept = self._fence, self._kept
        self._fence, self._kept = "", []
        if fence in ("|===", "!==="):
            self.out.table(_rows(kept))
        elif not fence.startswith("//"):
            self.out.add(BlockKind.CODE, "\n".join(kept))

    def _inline(self, text: str) -> str:
        text = _LINK.sub(lambda m: f"{m[2]} ({m[1]})" if m[2] else m[1], text)
        text = _REFERENCE.sub(lambda m: m[2] or m[1], text)
        text = _NOTE.sub(r" (\1)", text)
        return _NAMED.sub(lambda m: self.attributes.get(m[1].lower()) or m[0], text)


def _rows(lines: list[str]) -> list[list[str]]:
    """The first line says how many columns there are; after it, a cell may have a line, or
    several, of its own."""
    cells: list[list[str]] = []
    columns = 0
    for line in lines:
        first, *others = _CELL.split(line)
        if cells and first.strip():
            cells[-1].append(first.strip())
        cells += [[each.strip().replace("\\|", "|")] for each in others]
        if not columns and cells and (not line or len(others) > 1):
            columns = len(cells)
    texts = [" ".join(filter(None, cell)) for cell in cells]
    columns = columns or 1
    return [texts[at : at + columns] for at in range(0, len(texts), columns)]
