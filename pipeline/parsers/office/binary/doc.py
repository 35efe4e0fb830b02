"""DOC, the document of Word 97 to 2003: headings, text, lists, tables; then notes, comments, text
boxes, headers."""

from gristmill.pipeline.parsers.office.binary.doc_blocks import DocWriter
from gristmill.pipeline.parsers.office.binary.doc_file import DocFile
from gristmill.pipeline.parsers.office.binary.doc_text import read_text
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.pipeline.unpacking.compound import open_compound

media_types = ("application/msword",)
version = "1"

_MACROS = frozenset({"macros", "_vba_project_cur"})
_OBJECTS = "objectpool"


def preload() -> None:
    import olefile  # noqa: F401


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `parse_error`, `encrypted`, `too_large`."""
    left_out = LeftOut()
    with open_compound(blob.data) as compound:
        file = DocFile(compound)
        title, metadata = compound.properties()
        names = {name.lower() for name in compound.names()}
        objects = len(compound.names("ObjectPool")) if _OBJECTS in names else 0
    if names & _MACROS:
        left_out.macros()
    for _ in range(objects):
        left_out.embedded()
    room = TextRoom(limits, len(blob.data), "the document")
    flow = Flow(room)
    DocWriter(file, read_text(file, room), flow, limits).write()
    return Parsed(flow.finished(), title or flow.title, metadata, warnings=left_out.warnings())
