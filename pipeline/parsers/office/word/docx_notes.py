"""Footnotes, endnotes and comments of DOCX documents, which follow what refers to them."""

from typing import TYPE_CHECKING, Protocol

from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.opc import Package
from gristmill.pipeline.parsers.office.word.docx_tables import Inline, inline
from gristmill.pipeline.parsers.office.word.docx_text import NoteMark
from gristmill.pipeline.parsers.safe_xml import local_attributes

if TYPE_CHECKING:
    from lxml.etree import _Element

_KINDS = ("footnote", "endnote", "comment")


class Writer(Inline, Protocol):
    """Who writes notes: the reader of the body."""

    flow: Flow


class Notes:
    """Notes by kind and id; `following` is the number of the next one."""

    def __init__(self, package: Package, parts: dict[str, str]) -> None:
        self._notes: dict[tuple[str, str], _Element] = {}
        for kind in _KINDS:
            root = package.xml(parts[f"{kind}s"]) if f"{kind}s" in parts else None
            for each in root if root is not None else ():
                self._notes[kind, local_attributes(each).get("id", "")] = each
        self.following = 1

    def write(self, note: NoteMark, writer: Writer) -> None:
        """A note that is referred to, once."""
        kind, identity, number = note
        element = self._notes.pop((kind, identity), None)
        if element is None:
            return
        mark = f"[{number}] "
        if kind == "comment":
            author = local_attributes(element).get("author", "")
            mark = f"[Comment by {author}] " if author else "[Comment] "
        text = inline(element, writer)
        if text and kind == "comment":
            writer.flow.text(mark + text)
        elif text:
            writer.flow.footnote(mark + text)
