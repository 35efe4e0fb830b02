"""RTF: headings, text, lists, tables and notes, read in one pass."""

import re
from typing import Any

from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.rtf.rtf_characters import SIGNS, CodePages, decoded, joined
from gristmill.pipeline.parsers.office.rtf.rtf_state import Paragraph, State, changed
from gristmill.pipeline.parsers.office.rtf.rtf_tokens import Token, tokens
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

media_types = ("application/rtf",)
version = "1"

_MAX_DEPTH = 2_000
_BODY_TEXT = 9
_VALUE_CHARS = 1000
_SKIPPED = frozenset(
    {"colortbl", "pict", "header", "footer", "headerl", "headerr", "headerf"}
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
_STARRED = frozenset({"shpinst", "shptxt", "annotation", "shppict", "pntext"})
_INTO = {
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "info": "info",
    "listtext": "mark",
    "pntext": "mark",
    "footnote": "note",
    "annotation": "comment",
}
_ENDS = frozenset({"par", "sect", "page", "column"})
_HEADING_STYLE = re.compile(r"heading\s+([1-9])\b", re.IGNORECASE)
_BULLETS = frozenset("\u2022\u00b7\u25cf\u25aa\uf0b7\u2013o-*\u00a7\u00fc")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Headers and footers are left out. Raises DocumentError `parse_error` for absurd nesting."""
    reader = _Reader()
    for token in tokens(blob.data):
        reader.token(token)
    complete = reader.finish()
    metadata: dict[str, Any] = reader.metadata
    if not complete:
        metadata["damaged"] = "the file ends too early; text may be missing"
    title = metadata.pop("title", None)
    return Parsed(reader.flow.finished(), title or reader.flow.title, metadata)


class _Reader:
    """The state of the one pass."""

    def __init__(self) -> None:
        self.flow = Flow()
        self.metadata: dict[str, Any] = {}
        self._pages = CodePages()
        self._state = State()
        self._stack: list[State] = []
        self._bytes = bytearray()
        self._skip = 0
        self._opened = self._starred = False
        self._texts: dict[str, list[str]] = {}
        self._moment: dict[str, int] = {}
        self._styles: dict[int, Paragraph | None] = {}  # None is the style of the title
        self._style = Paragraph()
        self._paragraph = Paragraph()
        self._mark = ""
        self._notes: list[str] = []
        self._noted = 0
        self._cells: list[str] = []
        self._rows: list[list[str]] = []

    def token(self, token: Token) -> None:
        if token.text:
            self._opened = False
            self._plain(token.text)
        elif token.word == "{":
            self._open()
        elif token.word == "}":
            self._close()
        elif token.word == "*":
            self._starred = True
        elif not (self._opened and self._destination(token.word)):
            self._opened = self._starred = False
            self._control(token.word, token.number)

    def finish(self) -> bool:
        """Write out what is left; whether every group was closed."""
        complete = not self._stack
        while self._stack:
            self._close()
        self._flush()
        if self._cells:
            self._end_row()
        self._paragraph = Paragraph()
        self._end_paragraph()
        self._end_table()
        return complete

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= _MAX_DEPTH:
            raise DocumentError(DocumentCode.PARSE_ERROR, "the document is nested too deeply")
        self._stack.append(self._state)
        self._opened, self._starred = True, False
        if self._state.into == "styles":
            self._state = self._state._replace(into="style")
            self._style = Paragraph()

    def _close(self) -> None:
        self._flush()
        self._opened = False
        if not self._stack:
            return
        ended, self._state = self._state.into, self._stack.pop()
        if ended != self._state.into:
            self._ended(ended, "".join(self._texts.pop(ended, ())) if ended != "body" else "")

    def _destination(self, word: str) -> bool:
        """Whether the first word of a group says where the group's text goes."""
        into = _INTO.get(word)
        if self._state.into == "info":
            into = _INFO.get(word) or _MOMENTS.get(word)
        elif word in _SKIPPED or (self._starred and word not in _STARRED):
            into = "nowhere"
        if into is None or self._state.into == "nowhere":
            return False
        self._state = self._state._replace(into=into)
        self._opened = self._starred = False
        return True

    def _ended(self, into: str, text: str) -> None:
        text = joined(text).strip()
        if into == "style":
            heading = _HEADING_STYLE.match(text)
            if heading and self._style.outline is None:
                self._style = self._style._replace(outline=int(heading[1]) - 1)
            is_title = text.rstrip(";").strip().lower() == "title"
            self._styles[self._style.style] = None if is_title else self._style
        elif into in _MOMENTS.values():
            self._end_moment(into)
        elif into in _INFO.values() and text:
            self.metadata[into] = text[:_VALUE_CHARS]
        elif into == "mark":
            self._mark = " ".join(text.split())
        elif into == "note" and text:
            self._noted += 1
            self._text(f"[{self._noted}]")
            self._notes.append(f"[{self._noted}] {text}")
        elif into == "comment" and text:
            self._notes.append(f"[Comment] {text}")

    def _end_moment(self, name: str) -> None:
        at, self._moment = self._moment, {}
        if 1900 < at.get("yr", 0) < 10_000:
            self.metadata[name] = (
                f"{at['yr']}-{at.get('mo', 1):02}-{at.get('dy', 1):02}"
                f"T{at.get('hr', 0):02}:{at.get('min', 0):02}:{at.get('sec', 0):02}"
            )

    def _control(self, word: str, number: int | None) -> None:
        into = self._state.into
        if into == "nowhere":
            return
        if word in SIGNS:
            self._flush()
            self._text(SIGNS[word])
        elif word == "u":
            self._flush()
            self._text(chr((number or 0) % 0x10000))
            self._skip = self._state.skipped_after_unicode
        elif into == "fonts":
            self._pages.control(word, number)
        elif into in _MOMENTS.values():
            self._moment[word] = number or 0
        elif word in _ENDS:
            self._flush()
            self._end_paragraph() if into == "body" else self._text(" ")
        elif not self._character(word, number):
            self._layout(word, number)

    def _character(self, word: str, number: int | None) -> bool:
        """Whether a word changes how the characters that follow are read."""
        if word == "f":
            change = self._state._replace(font=number)
        elif word == "plain":
            change = self._state._replace(font=None, hidden=False)
        elif word == "v":
            change = self._state._replace(hidden=number != 0)
        elif word == "uc":
            change = self._state._replace(skipped_after_unicode=min(max(number or 0, 0), 8))
        else:
            return False
        self._flush()
        self._state = change
        return True

    def _layout(self, word: str, number: int | None) -> None:
        if self._state.into == "style":
            self._style = changed(self._style, word, number)
        elif self._state.into != "body" or not self._table(word):
            self._paragraph = changed(self._paragraph, word, number)
            self._pages.control(word, number)

    def _table(self, word: str) -> bool:
        if word in ("cell", "nestcell"):
            self._flush()
            text = self._taken()
            self._cells.append(text)
        elif word == "row":
            self._flush()
            self._end_row()
        return word in ("cell", "nestcell", "row", "nestrow")

    def _end_row(self) -> None:
        self._rows.append(self._cells)
        self._cells = []

    def _end_table(self) -> None:
        if self._rows:
            self.flow.table(self._rows)
            self._rows = []
            self._write_notes()

    def _end_paragraph(self) -> None:
        if self._paragraph.in_table:
            self._text(" ")
            return
        text = self._taken()
        self._end_table()
        mark, self._mark = self._mark, ""
        at = self._paragraph
        style = self._styles.get(at.style, Paragraph()) if at.style else Paragraph()
        outline = at.outline if at.outline is not None else style.outline if style else None
        if style is None:
            self.flow.main_title(text)
        elif outline is not None and 0 <= outline < _BODY_TEXT:
            numbered = f"{mark} {text}" if mark and mark not in _BULLETS else text
            self.flow.heading(numbered if text.strip() else "", outline + 1)
        elif mark:
            self.flow.item(text, at.depth, "-" if mark in _BULLETS else mark)
        else:
            self.flow.text(text)
        self._write_notes()

    def _write_notes(self) -> None:
        notes, self._notes = self._notes, []
        for note in notes:
            self.flow.text(note)

    def _plain(self, data: bytes) -> None:
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        self._bytes += data

    def _flush(self) -> None:
        """Bytes wait until their run ends, for a character may take two of them."""
        self._skip = 0
        if self._bytes:
            text = decoded(bytes(self._bytes), self._pages.of_font(self._state.font))
            self._bytes.clear()
            self._text(text)

    def _text(self, text: str) -> None:
        if not self._state.hidden and self._state.into not in ("nowhere", "fonts"):
            self._texts.setdefault(self._state.into, []).append(text)

    def _taken(self) -> str:
        return joined("".join(self._texts.pop("body", ())))
