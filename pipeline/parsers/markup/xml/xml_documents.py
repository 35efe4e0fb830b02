"""Blocks of a document in a known XML vocabulary: sections, paragraphs, lists, tables, notes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.markup.xml.xml_inline import (
    is_mixed,
    piece_text,
    plain_text,
    raw_text,
)
from gristmill.pipeline.parsers.markup.xml.xml_roles import Role
from gristmill.pipeline.parsers.markup.xml.xml_tables import xml_table
from gristmill.pipeline.parsers.mathml import formula_text
from gristmill.pipeline.parsers.safe_xml import local_name
from gristmill.pipeline.shapes import Block, BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_INFO = frozenset({"info", "sectioninfo", "chapterinfo", "articleinfo", "bookinfo", "sect1info"})
_ORDERED = frozenset({"orderedlist", "ol", "steps", "procedure", "substeps"})
_ORDERS = frozenset({"order", "ordered", "arabic", "number"})
_HOLD_BLOCKS = frozenset({Role.TABLE, Role.CODE, Role.SECTION, Role.CAPTIONED})
_NAMED = {"abstract": "Abstract", "ref-list": "References", "ack": "Acknowledgements"}
_WHOLE_TITLE = "{*}front/{*}article-meta/{*}title-group/{*}article-title"
_TITLE_CHARS = 500
_LEVELS = 12
_MOST_INDENTED = 8


def document_blocks(root: "_Element", roles: dict[str, Role]) -> tuple[Block, ...]:
    """The text of a document in order. Notes follow the paragraph that they belong to."""
    walk = _Walk(roles)
    whole = next(root.iterfind(_WHOLE_TITLE), None)
    walk.block(root, 0 if whole is None else 1)
    walk.flush()
    return tuple(walk.blocks)


class _Walk:
    """Collects running text until a block begins or ends. libxml2 bounds the depth (256)."""

    def __init__(self, roles: dict[str, Role]) -> None:
        self.blocks: list[Block] = []
        self._roles = roles
        self._running: list[str] = []
        self._notes: list[Block] = []
        self._said: set[_Element] = set()  # titles that have become headings
        self._left = frozenset(
            name for name, role in roles.items() if role in (Role.SKIP, Role.NOTE)
        )

    def flush(self) -> None:
        text = " ".join("".join(self._running).split())
        self._running.clear()
        if text:
            self.blocks.append(Block(BlockKind.TEXT, text))
        self.blocks += self._notes
        self._notes.clear()

    def block(self, element: "_Element", level: int) -> None:
        role = self._role(element) or Role.PLACE
        if local_name(element) == "title-group":
            level = 0
        if role is Role.SECTION or (role is Role.PLACE and self._title(element) is not None):
            self._section(element, level)
        elif role is Role.TITLE:
            self._emit(BlockKind.HEADING, plain_text(element), min(level + 1, _LEVELS))
        elif role is Role.LIST and not self._holds_blocks(element):
            self._emit(BlockKind.LIST, "\n".join(self._items(element, 0)))
            self._collect_notes(element)
        elif role in (Role.TABLE, Role.CAPTIONED):
            self._captioned(element, level)
        elif role is Role.CODE:
            self._emit(BlockKind.CODE, raw_text(element, self._left))
        elif role is Role.FORMULA:
            self._formula(element)
        elif role is Role.CAPTION:
            self._emit(BlockKind.CAPTION, self._text(element))
            self._collect_notes(element)
        elif role is Role.NOTE:
            self._emit(BlockKind.FOOTNOTE, plain_text(element))
        elif role is not Role.SKIP:
            self._into(element, level)

    def _role(self, element: "_Element | None") -> Role | None:
        return None if element is None else self._roles.get(local_name(element).lower())

    def _into(self, element: "_Element", level: int) -> None:
        """The text of an element; blocks in it stand by themselves."""
        mixed = is_mixed(element)
        if element.text:
            self._running.append(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._child(child, level, mixed)
            if child.tail:
                self._running.append(child.tail)

    def _child(self, child: "_Element", level: int, mixed: bool) -> None:
        role = self._role(child)
        if role is Role.SKIP or child in self._said:
            return
        if role is Role.TITLE and (mixed or self._role(child.getparent()) is Role.PROSE):
            role = Role.INLINE
        if role is Role.NOTE and (mixed or self._running):
            self._notes.append(Block(BlockKind.FOOTNOTE, plain_text(child)))
        elif role is Role.INLINE or (role is None and not self._is_place(child, mixed)):
            apart = "" if mixed else " "
            self._running += [apart, piece_text(child, self._left), apart]
            self._collect_notes(child)
        elif role is Role.FORMULA and mixed and local_name(child) == "math":
            self._running.append(formula_text(child))
        else:
            self.flush()
            self.block(child, level)
            self.flush()

    def _is_place(self, child: "_Element", mixed: bool) -> bool:
        """Whether an element that nobody knows holds blocks."""
        return not mixed and any(
            self._role(inner) not in (None, Role.INLINE, Role.SKIP) for inner in child
        )

    def _section(self, element: "_Element", level: int) -> None:
        """Its title, and below that the rest, one level deeper."""
        title = self._title(element)
        named = _NAMED.get(local_name(element).lower()) if title is None else None
        if title is not None:
            self._said.add(title)
            text = plain_text(title)
            label = next((plain_text(each) for each in element if _is_label(each)), "")
            self._emit(BlockKind.HEADING, f"{label} {text}".strip(), min(level + 1, _LEVELS))
            self._collect_notes(title)
        elif named:
            self._emit(BlockKind.HEADING, named, min(level + 1, _LEVELS))
        deeper = level + 1 if title is not None or named else level
        mixed = is_mixed(element)
        if element.text:
            self._running.append(element.text)
        for child in element:
            said = title is not None and _is_label(child)
            if isinstance(child.tag, str) and not said:
                self._child(child, deeper, mixed)
            if child.tail:
                self._running.append(child.tail)
        self.flush()

    def _title(self, element: "_Element") -> "_Element | None":
        """The child that names the element, which may be in its `info`."""
        for child in element:
            if child in self._said:
                continue
            if self._role(child) is Role.TITLE and 0 < len(plain_text(child)) <= _TITLE_CHARS:
                return child
            if local_name(child).lower() in _INFO:
                for inner in child:
                    if self._role(inner) is Role.TITLE:
                        return inner
            elif self._role(child) in (Role.PROSE, Role.SECTION, Role.LIST, Role.TABLE):
                return None
        return None

    def _captioned(self, element: "_Element", level: int) -> None:
        """A table or a figure: label and caption first, then what it is, then its notes."""
        caption = [child for child in element if self._role(child) in (Role.TITLE, Role.CAPTION)]
        label = [plain_text(child) for child in element if _is_label(child)]
        said = " ".join(filter(None, [*label, *map(self._text, caption)]))
        self._emit(BlockKind.CAPTION, said)
        if self._role(element) is Role.TABLE:
            table = xml_table(element)
            self.blocks += [table] if table is not None else []
            self._collect_notes(element)
            self.flush()
            return
        for child in element:
            if isinstance(child.tag, str) and child not in caption and not _is_label(child):
                self._child(child, level, False)
        self.flush()

    def _formula(self, element: "_Element") -> None:
        label = " ".join(plain_text(child) for child in element if _is_label(child))
        text = " ".join(piece_text(element, frozenset({"label", "title", "info"})).split())
        self._emit(BlockKind.CODE, f"{text} {label}".strip())

    def _items(self, list_: "_Element", depth: int) -> Iterator[str]:
        """A line for each item, and below it those of the lists in it."""
        indent = "  " * min(depth, _MOST_INDENTED)
        title = self._title(list_) if depth == 0 else None
        if title is not None:
            yield plain_text(title)
        number = 0
        nested = frozenset(name for name, role in self._roles.items() if role is Role.LIST)
        for item in list_:
            if not isinstance(item.tag, str) or item is title or self._role(item) is Role.SKIP:
                continue
            if self._role(item) is Role.LIST:
                yield from self._items(item, depth + 1)
                continue
            number += 1
            text = " ".join(raw_text(item, self._left | nested).split())
            if text:
                yield f"{indent}{_mark(list_, number)}{text}"
            for inner in self._nearest_lists(item):
                yield from self._items(inner, depth + 1)

    def _nearest_lists(self, item: "_Element") -> "Iterator[_Element]":
        for child in item:
            if self._role(child) is Role.LIST:
                yield child
            elif isinstance(child.tag, str):
                yield from self._nearest_lists(child)

    def _holds_blocks(self, list_: "_Element") -> bool:
        return any(self._role(each) in _HOLD_BLOCKS for each in list_.iterdescendants("{*}*"))

    def _text(self, element: "_Element") -> str:
        return " ".join(raw_text(element, self._left).split())

    def _collect_notes(self, element: "_Element") -> None:
        for each in element.iterdescendants("{*}*"):
            if self._role(each) is Role.NOTE:
                self._notes.append(Block(BlockKind.FOOTNOTE, plain_text(each)))

    def _emit(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text.strip():
            self.blocks.append(Block(kind, text, level))


def _is_label(element: "_Element") -> bool:
    return local_name(element) == "label"


def _mark(list_: "_Element", number: int) -> str:
    name = local_name(list_)
    kind = list_.get("list-type") or list_.get("type") or list_.get("rend") or ""
    ordered = name in _ORDERED or (name == "list" and kind.lower() in _ORDERS)
    return f"{number}. " if ordered else "- "
