"""MediaWiki's text (mediawiki.org/wiki/Help:Formatting): headings, lists, tables, notes."""

import re
from collections.abc import Iterator
from html import unescape

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.text.light.light_blocks import LightBlocks
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

media_types = ("text/x-wiki",)
version = "1"

_HEADING = re.compile(r"(={1,6})[ \t]*([^=\n].*?)[ \t]*\1[ \t]*\Z")
_ITEM = re.compile(r"([*#:;]{1,20})[ \t]*(.*)")
_BRACES = re.compile(r"\{\{|\}\}")
_FILE = re.compile(r"\[\[(?:File|Image|Datei|Fichier|Archivo):[^\[\]\n]{0,1000}\]\]", re.IGNORECASE)
_CATEGORY = re.compile(r"\[\[(?:Category|Kategorie|Catégorie):[^\[\]\n]{0,300}\]\]", re.IGNORECASE)
_LINK = re.compile(r"\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,500}))?\]\]")
_ADDRESS = re.compile(r"\[((?:https?:)?//[^\s\[\]]{1,1000})(?:[ \t]+([^\[\]\n]{1,500}))?\]")
_MARKS = re.compile(r"'{2,5}")
_REF = re.compile(
    r"<ref\b[^<>]{0,300}/>|<ref\b[^<>]{0,300}>(?P<note>(?:(?!</ref|<ref).){0,5000})</ref>",
    re.DOTALL,
)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,500}>")
_CODE = re.compile(r"<(pre|syntaxhighlight|source)\b[^<>\n]{0,300}>")
_MAGIC = re.compile(r"__[A-Z]{3,30}__")
_ATTRIBUTES = re.compile(r"\A[^|\[\]{}]{0,500}=[^|\[\]{}]{0,500}\|(?!\|)")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """What `{{templates}}` would show is unknown: they are left out, and a warning counts them.

    Raises DocumentError `encoding` for bytes that are no text.
    """
    text, encoding, warnings = read_text(blob.data)
    text = _without_comments(text.replace("\r\n", "\n").replace("\r", "\n"))
    text, templates = _without_templates(text)
    blocks = tuple(_blocks(text))
    if templates:
        message = f"{templates} templates are left out"
        told = DocumentWarning(WarningCode.OBJECT_LEFT_OUT, message, count=templates)
        warnings = (*warnings, told)
    return Parsed(blocks, None, {"encoding": encoding}, warnings=warnings)


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    return "".join([first, *(other.partition("-->")[2] for other in others)])


def _without_templates(text: str) -> tuple[str, int]:
    """Braces that do not close are text."""
    kept: list[str] = []
    opened: list[tuple[int, int]] = []  # where a template begins, and how much was kept there
    count = place = 0
    for brace in _BRACES.finditer(text):
        kept.append(text[place : brace.start()])
        place = brace.end()
        if brace[0] == "{{":
            opened.append((brace.start(), len(kept)))
            kept.append("{{")
        elif opened:
            del kept[opened.pop()[1] :]
            count += not opened
        else:
            kept.append("}}")
    return "".join([*kept, text[place:]]), count


def _blocks(text: str) -> Iterator[Block]:
    out = LightBlocks(_inline)
    notes: list[str] = []
    lines = iter(_REF.sub(lambda ref: _noted(ref, notes), text).split("\n"))
    for line in lines:
        if line.lstrip().startswith("{|"):
            _table(lines, out)
        elif heading := _HEADING.match(line):
            out.add(BlockKind.HEADING, heading[2], len(heading[1]))
        elif code := _CODE.match(line):
            out.add(BlockKind.CODE, _code(line[code.end() :], f"</{code[1]}>", lines))
        elif item := _ITEM.match(line):
            mark = "1. " if item[1][-1] == "#" else "- " if item[1][-1] == "*" else ""
            out.item(len(item[1]) - 1, mark, item[2])
        elif not line.strip():
            out.end()
        else:
            out.text(line)
    out.end()
    yield from out.blocks
    yield from (Block(BlockKind.FOOTNOTE, note) for note in map(_inline, notes) if note.strip())


def _noted(ref: re.Match[str], notes: list[str]) -> str:
    if ref["note"]:
        notes.append(" ".join(ref["note"].split()))
    return ""


def _code(first: str, closing: str, lines: Iterator[str]) -> str:
    kept = [first]
    while closing not in kept[-1]:
        following = next(lines, None)
        if following is None:
            break
        kept.append(following)
    return "\n".join([*kept[:-1], kept[-1].partition(closing)[0]]).strip("\n")


def _table(lines: Iterator[str], out: LightBlocks) -> None:
    rows: list[list[list[str]]] = [[]]
    for line in lines:
        bare = line.strip()
        if bare.startswith("|}"):
            break
        if bare.startswith("|+"):
            out.add(BlockKind.CAPTION, _ATTRIBUTES.sub("", bare[2:]).strip())
        elif bare.startswith("|-"):
            rows.append([])
        elif bare[:1] in ("|", "!"):
            cells = re.split(r"\|\||!!", bare[1:]) if bare[0] == "!" else bare[1:].split("||")
            rows[-1] += [[_ATTRIBUTES.sub("", cell).strip()] for cell in cells]
        elif bare and rows[-1]:
            rows[-1][-1].append(bare)
    out.table([[" ".join(cell) for cell in row] for row in rows if row])


def _inline(text: str) -> str:
    if "[" in text:
        text = _CATEGORY.sub("", _FILE.sub(_caption, text))
        text = _LINK.sub(lambda link: link[1] if link[2] is None else link[2], text)
        text = _ADDRESS.sub(lambda link: link[2] or link[1], text)
    return unescape(_TAG.sub("", _MAGIC.sub("", _MARKS.sub("", text))))


def _caption(file: re.Match[str]) -> str:
    *options, last = file[0][2:-2].split("|")
    return last if options and "=" not in last and last not in ("thumb", "right", "left") else ""
