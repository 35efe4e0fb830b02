"""RTF: headings, text, lists, tables and notes, read in one pass."""

import re
from typing import Any, NamedTuple

from gristmill.pool.pipeline.office_text import Flow
from gristmill.pool.pipeline.parsers.rtf_characters import SIGNS, CodePages, decoded, joined
from gristmill.pool.pipeline.parsers.rtf_tokens import Token, tokens
from gristmill.pool.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

media_types = ("application/rtf",)
version = "1"

_MAX_DEPTH = 2_000
_SKIPPED = frozenset(
    {"fonttbl", "colortbl", "pict", "header", "footer", "headerl", "headerr", "headerf"}
    | {"footerl", "footerr", "footerf", "objdata", "themedata", "datastore", "fldinst", "sp"}
    | {"filetbl", "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "xmlnstbl"}
    | {"latentstyles", "colorschememapping", "nonshppict", "bkmkstart", "bkmkend", "pntxtb"}
    | {"pntxta", "private", "template", "passwordhash", "userprops", "mmathPr"}
)
_INFO = {
    "title": "title",
    "author": "author",
    "subject": "subject",
    "keywords": "keywords",
    "doccomm": "description",
}
_MOMENTS = {"creatim": "created", "revtim": "modified"}
_PARTS = ("yr", "mo", "dy", "hr", "min", "sec")
_STARRED = frozenset({"shpinst", "shptxt", "footnote", "annotation", "ud", "pnseclvl"})
_PARAGRAPHS = frozenset({"par", "sect", "page"})
_HEADING_STYLE = re.compile(r"heading\s+([1-9])\b", re.IGNORECASE)
_BULLETS = frozenset("\u2022\u00b7\u25cf\u25aa\uf0b7o-\u2013*")


class State(NamedTuple):
    """What a group inherits and takes along to its end. `into` says where its text goes."""

    into: str = "body"
    font: int | None = None
    hidden: bool = False
    skip_after_unicode: int = 1


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Headers and footers are left out. Raises DocumentError `parse_error` for absurd nesting."""
    reader = _Reader()
    for token in tokens(blob.data):
        reader.token(token)
    reader.end()
    metadata = reader.metadata
    if reader.depth > 0:
        metadata["damaged"] = "the file ends too early; text may be missing"
    title = metadata.pop("title", None)
    return Parsed(reader.flow.finished(), title or reader.flow.title, metadata, None)


class _Reader:
    """The state of the one pass. Texts are gathered by where they go: the body, a note..."""

    def __init__(self) -> None:
        self.flow = Flow()
        self.metadata: dict[str, Any] = {}
        self._pages = CodePages()
        self._state = State()
        self._stack: list[State] = []
        self._texts: dict[str, list[str]] = {"body": []}
        self._bytes = bytearray()
        self._skip = 0
        self._first_in_group = self._starred = False
        self._styles: dict[int, tuple[str, int | None]] = {}
        self._style = (0, None)
        self._level: int | None = None
        self._mark = ""
        self._in_table = False
        self._rows: list[list[str]] = []
        self._cells: list[str] = []
        self._notes: list[str] = []
        self._moment: dict[str, int] = {}
        self._paragraph_style = 0
        self._depth_of_list = 0

    @property
    def depth(self) -> int:
        return len(self._stack)

    def token(self, token: Token) -> None:
        if token.text:
            self._plain(token.text)
        elif token.word == "{" and not self._escaped(token):
            self._open()
        elif token.word == "}":
            self._close()
        else:
            self._control(token.word, token.number)
