"""PPTX: each slide is a page with its title as heading; text, tables, diagrams, notes."""

from collections import Counter
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.opc import Package, relationship_id
from gristmill.pipeline.parsers.office.slides.slide import SlideReader
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

media_types = ("application/vnd.openxmlformats-officedocument.presentationml.presentation",)
version = "3"


def preload() -> None:
    from lxml import etree  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Slides in the order of the show, hidden ones too, each followed by its notes and comments;
    what stands on every slide comes once, after the last.

    Raises DocumentError `parse_error`, `too_large` (over `limits.max_pages` slides, or over
    `limits.max_cells` cells of charts, too).
    """
    return read_package(Package(blob, limits), limits, len(blob.data))


def read_package(package: Package, limits: Limits, size: int) -> Parsed:
    """A presentation whose package is open; `size` is that of its file."""
    main = package.main("ppt/presentation.xml")
    slides = _slides(package, main)
    if len(slides) > limits.max_pages:
        raise DocumentError(
            DocumentCode.TOO_LARGE, f"it has {len(slides)} slides, the limit is {limits.max_pages}"
        )
    flow = Flow(TextRoom(limits, size, "the presentation"))
    left_out = LeftOut()
    reader = SlideReader(package, main, limits, flow, left_out)
    for number, part in enumerate(slides, 1):
        flow.page = number
        reader.read(part)
    reader.common()
    left_out.by_relations(Counter(each.kind for each in package.related(main).values()))
    title, metadata = package.properties()
    return Parsed(flow.finished(), title, metadata, len(slides), left_out.warnings())


def _slides(package: Package, main: str) -> list[str]:
    root = package.xml(main)
    related = package.related(main)
    listed = root.iter("{*}sldId") if root is not None else ()
    found = (related.get(_slide_id(each)) for each in listed)
    return [each.part for each in found if each is not None and each.kind == "slide"]


def _slide_id(element: "_Element") -> str:
    """`r:id`; the plain `id` beside it is another number."""
    return relationship_id(element)
