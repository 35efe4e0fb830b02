"""XML as readable text: documents by their vocabulary, feeds by their items, anything else by
titles, prose and data."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.markup.xml.xml_about import about_any, about_document
from gristmill.pipeline.parsers.markup.xml.xml_blocks import blocks_of, blocks_of_attributes
from gristmill.pipeline.parsers.markup.xml.xml_documents import document_blocks
from gristmill.pipeline.parsers.markup.xml.xml_reading import Read, read_xml
from gristmill.pipeline.parsers.markup.xml.xml_roles import OPML, roles_of, vocabulary_of
from gristmill.pipeline.parsers.safe_xml import local_name
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = (
    "application/xml",
    "application/jats+xml",
    "application/docbook+xml",
    "application/dita+xml",
    "application/tei+xml",
    "application/x-fictionbook+xml",
    "text/x-opml",
    "image/svg+xml",
)
version = "4"

_DECLARED = re.compile(rb"<\?xml[^>]{0,300}?encoding\s*=\s*[\"']([\w.:-]+)")
_MOST_INDENTED = 8


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Nothing is fetched; entities are resolved where the document itself defines them.

    Raises DocumentError `parse_error` for what has no words, `too_large` for a tree, or for text,
    over the limits. Of broken XML the text is taken, and a warning says so.
    """
    declared = _DECLARED.search(blob.data[:1024])
    text, encoding, warnings = read_text(
        blob.data, declared[1].decode("ascii") if declared else None
    )
    read = read_xml(text)
    warnings += read.warnings
    metadata: dict[str, Any] = {"encoding": encoding}
    if read.damage:
        metadata["damaged"] = read.damage
    if read.root is None:
        return Parsed((Block(BlockKind.TEXT, read.words),), None, metadata, warnings=warnings)
    metadata["root"] = local_name(read.root)[:100]
    blocks, title, about = _read(read, read.root, TextRoom(limits, len(blob.data), "the XML"))
    return Parsed(blocks, title, {**about, **metadata}, warnings=warnings)


def _read(
    read: Read, root: "_Element", room: TextRoom
) -> tuple[tuple[Block, ...], str | None, dict[str, Any]]:
    vocabulary = vocabulary_of(root, read.doctype)
    if vocabulary is None or vocabulary == OPML:
        title, about = about_any(root)
        if title is None and read.damage and len(root):  # several roots have been put into one
            title, about = about_any(root[0])
        if vocabulary == OPML:
            lines = "\n".join(_outline(root, -1, room))
            return (Block(BlockKind.LIST, lines),), title, about
        blocks = tuple(blocks_of(root, room)) or tuple(blocks_of_attributes(root, room))
        return blocks, title, about
    title, about = about_document(root, vocabulary)
    return document_blocks(root, roles_of(vocabulary)), title, about


def _outline(element: "_Element", depth: int, room: TextRoom) -> Iterator[str]:
    """The items of OPML, whose text is in attributes; deeper ones are indented."""
    for child in element.iterchildren("{*}*"):
        if local_name(child) != "outline":
            yield from _outline(child, depth, room)
            continue
        said = (child.get("text") or child.get("title") or "").strip()
        note = (child.get("_note") or "").strip()
        if text := " ".join(f"{said} {note}".split()):
            line = f"{'  ' * min(depth + 1, _MOST_INDENTED)}- {text}"
            room.take(line)
            yield line
        yield from _outline(child, depth + 1, room)
