"""Forms that are XML inside of a PDF (XFA 3.3), whose pages say no more than "Please wait".

The template has what the form says (drawn texts and the captions of its fields), the data set what
was filled in; a value belongs to the field of its name, the first to the first.
"""

import ctypes
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from gristmill.pipeline.paging.paged_shapes import PageBlock, PageText
from gristmill.pipeline.parsers.pages.pdfium.pdf_raw import bytes_of
from gristmill.pipeline.parsers.safe_xml import MAX_TREE_BYTES, local_name, parse_xml
from gristmill.schemas.outcomes.structure import BlockKind, DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    import pypdfium2
    from lxml.etree import _Element

_MOST_PACKETS = 100
_NAME_BYTES = 200
_LONGEST = 1_500
"""In characters, of pages that are no more than a placeholder."""
_NOT_READ = "the PDF holds a form made of XML (XFA), which is broken and was not read"
_PLACEHOLDER = "please wait"
_TEXTS = frozenset({"text", "exData"})


def with_xfa(document: "pypdfium2.PdfDocument", pages: Sequence[PageText]) -> Sequence[PageText]:
    """The pages; where they only stand for a form of XFA, one with that form, or with a warning
    that it was not read."""
    if not _is_placeholder(document, pages):
        return pages
    lines = _lines(document)
    if lines:
        return [PageText(1, marked=True, blocks=tuple(map(_block, lines)))]
    left_out = DocumentWarning(WarningCode.OBJECT_LEFT_OUT, _NOT_READ, 1)
    return [structs.replace(pages[0], warnings=(*pages[0].warnings, left_out)), *pages[1:]]


def _is_placeholder(document: "pypdfium2.PdfDocument", pages: Sequence[PageText]) -> bool:
    from pypdfium2 import raw

    kind = document.get_formtype()
    if kind == raw.FORMTYPE_XFA_FULL:
        return True
    if kind != raw.FORMTYPE_XFA_FOREGROUND or sum(page.chars for page in pages) > _LONGEST:
        return False
    said = " ".join(text for page in pages for text in (page.text, *_texts(page)))
    return _PLACEHOLDER in " ".join(said.split()).casefold()


def _texts(page: PageText) -> Iterator[str]:
    return (block.text for block in page.blocks)


def _block(line: str) -> PageBlock:
    return PageBlock(BlockKind.TEXT, line)


def _lines(document: "pypdfium2.PdfDocument") -> list[str]:
    """What the form says and what was filled in; none where it is broken."""
    packets = _packets(document)
    try:
        values = _values(packets.get("datasets", b""))
        lines = [*_said(packets.get("template", b""), values)]
    except DocumentError:
        return []
    for name, left in values.items():
        lines += [f"{name}: {value}" for value in left]
    return lines


def _packets(document: "pypdfium2.PdfDocument") -> dict[str, bytes]:
    from pypdfium2 import raw

    found: dict[str, bytes] = {}
    room = MAX_TREE_BYTES
    for index in range(min(_MOST_PACKETS, raw.FPDF_GetXFAPacketCount(document))):
        name = ctypes.create_string_buffer(_NAME_BYTES)
        if not 0 < raw.FPDF_GetXFAPacketName(document, index, name, _NAME_BYTES) <= _NAME_BYTES:
            continue
        content = bytes_of(
            lambda buffer, size, needed, at=index: raw.FPDF_GetXFAPacketContent(  # type: ignore[misc]
                document, at, buffer, size, needed
            ),
            room,
        )
        if content is not None:
            room -= len(content)
            found.setdefault(name.value.decode("ascii", "replace"), content)
    return found


def _values(datasets: bytes) -> dict[str, deque[str]]:
    """By the names of the fields, in the order of the data."""
    values: dict[str, deque[str]] = defaultdict(deque)
    if not datasets.strip():
        return values
    root = parse_xml(datasets, "the form's data")
    for element in root.iter("{*}data"):
        for leaf in element.iterdescendants():
            if local_name(leaf) and not len(leaf) and leaf.text and leaf.text.strip():
                values[local_name(leaf)].append(" ".join(leaf.text.split()))
        break
    return values


def _said(template: bytes, values: dict[str, deque[str]]) -> Iterator[str]:
    """Lines of the form; takes the values that it shows out of `values`."""
    if not template.strip():
        return
    for element in parse_xml(template, "the form").iter("{*}draw", "{*}field"):
        own = _text_of(element, "caption" if local_name(element) == "field" else "value")
        if local_name(element) == "draw":
            if own:
                yield own
            continue
        left = values.get(element.get("name", ""))
        value = left.popleft() if left else _text_of(element, "value")
        label = own or element.get("name", "")
        if value:
            yield f"{label.rstrip(':')}: {value}" if label else value
        elif own:
            yield own


def _text_of(element: "_Element", part: str) -> str:
    """The words in a part of a field, `value` or `caption`, without those of other parts."""
    words = [
        "".join(str(each) for each in text.itertext())
        for child in element
        if local_name(child) == part
        for text in child.iter()
        if local_name(text) in _TEXTS
    ]
    return " ".join(" ".join(words).split())
