"""RTF: headings, text, lists, tables and notes, read in one pass."""

import re
from typing import Any

from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.left_out import LeftOut
from gristmill.pipeline.parsers.office.nested import NestedDocuments
from gristmill.pipeline.parsers.office.rtf.rtf_characters import SIGNS, CodePages, decoded, joined
from gristmill.pipeline.parsers.office.rtf.rtf_destinations import (
    BEFORE,
    BLOCKS,
    ENDS_OF_CELLS,
    INFO,
    INTO,
    MOMENTS,
    SKIPPED,
    STARRED,
)
from gristmill.pipeline.parsers.office.rtf.rtf_layout import Layout
from gristmill.pipeline.parsers.office.rtf.rtf_objects import embedded, form_text
from gristmill.pipeline.parsers.office.rtf.rtf_state import (
    Paragraph,
    State,
    changed,
    character,
)
from gristmill.pipeline.parsers.office.rtf.rtf_tokens import Token, tokens
from gristmill.pipeline.parsers.office.symbols import symbol, without_private
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("application/rtf",)
version = "3"

_MAX_DEPTH = 2_000
_VALUE_CHARS = 1000
_ENDS = frozenset({"par", "sect", "page", "column"})
_HEADING_STYLE = re.compile(r"heading\s+([1-9])\b", re.IGNORECASE)


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Headers and footers come once, after the text. Raises DocumentError `parse_error` for
    absurd nesting."""
    reader = _Reader(limits)
    for token in tokens(blob.data):
        reader.token(token)
    complete = reader.finish()
    metadata: dict[str, Any] = reader.metadata
    if not complete:
        metadata["damaged"] = "the file ends too early; text may be missing"
    title = metadata.pop("title", None)
    return Parsed(
        reader.flow.finished(),
        title or reader.flow.title,
        metadata,
        warnings=reader.left_out.warnings(),
    )


class _Reader:
    """The state of the one pass."""

    def __init__(self, limits: Limits) -> None:
        self.flow = Flow()
        self._layout = Layout(self.flow)
        self.left_out = LeftOut()
        self._nested = NestedDocuments(limits)
        self._margins: dict[str, None] = {}
        self._form: dict[str, int] = {}
        self._choices: list[str] = []
        self._commenter = ""
        self.metadata: dict[str, Any] = {}
        self._pages = CodePages()
        self._state = State()
        self._stack: list[State] = []
        self._bytes = bytearray()
        self._skip = 0
        self._opened = self._starred = False
        self._texts: dict[str, list[str]] = {}
        self._moment: dict[str, int] = {}
        self._style = Paragraph()
        self._paragraph = Paragraph()
        self._noted = self._pictures = 0

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
        self._layout.finish(self._taken())
        for text in self._margins:
            self.flow.text(text)
        self.left_out.pictures(max(0, self._pictures))
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
        at = self._state
        into = INTO.get(word)
        if at.into == "info":
            into = INFO.get(word) or MOMENTS.get(word)
        elif word == "ud" and self._starred:
            into = at.outside  # the same text as beside it, in Unicode
        elif word in SKIPPED or (self._starred and word not in STARRED):
            into = "nowhere"
        if word in BEFORE:
            self._text(BEFORE[word])
        if into is None or (at.into == "nowhere" and word != "ud"):
            return False
        # An object has a picture of itself as well.
        self._pictures += (word == "pict") - (word == "objdata")
        self._state = at._replace(into=into, outside=at.into)
        self._opened = self._starred = False
        return True

    def _ended(self, into: str, text: str) -> None:
        text = joined(text).strip()
        if into == "style":
            heading = _HEADING_STYLE.match(text)
            if heading and self._style.outline is None:
                self._style = self._style._replace(outline=int(heading[1]) - 1)
            is_title = text.rstrip(";").strip().lower() == "title"
            self._layout.styles[self._style.style] = None if is_title else self._style
        elif into in MOMENTS.values():
            self._end_moment(into)
        elif into in INFO.values() and text:
            self.metadata[into] = text[:_VALUE_CHARS]
        elif into == "mark":
            self._layout.mark = " ".join(text.split())
        elif into == "note" and text:
            self._noted += 1
            self._text(f"[{self._noted}]")
            self._layout.notes.append(f"[{self._noted}] {text}")
        elif into == "comment" and text:
            by, self._commenter = self._commenter, ""
            self._layout.notes.append(f"[Comment by {by}] {text}" if by else f"[Comment] {text}")
        elif into == "commenter":
            self._commenter = " ".join(text.split())[:_VALUE_CHARS]
        else:
            self._ended_beside(into, text)

    def _ended_beside(self, into: str, text: str) -> None:
        """What stands beside the text of a paragraph."""
        if into == "box" and text:
            self._layout.notes.append(text)
        elif into == "margin" and text:
            self._margins[text] = None
        elif into == "choice":
            self._choices.append(text)
        elif into == "form":
            at = self._state.outside if self._state.into == "code" else self._state.into
            self._texts.setdefault(at, []).append(form_text(self._form, self._choices))
            self._form, self._choices = {}, []
        elif into == "object":
            try:
                self._layout.inside.append(embedded(text, self._nested).blocks)
            except DocumentError:
                self.left_out.embedded()

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
            self._unicode((number or 0) % 0x10000)
            self._skip = self._state.skipped_after_unicode
        elif into == "fonts":
            self._pages.control(word, number)
        elif into == "form":
            self._form[word] = number or 0
        elif into in MOMENTS.values():
            self._moment[word] = number or 0
        elif word in _ENDS:
            self._flush()
            if into == "body":
                self._end_paragraph()
            else:
                self._text("\n" if into in BLOCKS else " ")
        elif into in BLOCKS and word in ENDS_OF_CELLS:
            self._flush()
            self._text(ENDS_OF_CELLS[word])
        elif not self._character(word, number):
            self._placed(word, number)

    def _character(self, word: str, number: int | None) -> bool:
        """Whether a word changes how the characters that follow are read."""
        change = character(self._state, word, number)
        if change is None:
            return False
        self._flush()
        self._state = change
        return True

    def _placed(self, word: str, number: int | None) -> None:
        if self._state.into == "style":
            self._style = changed(self._style, word, number)
        elif self._state.into != "body" or not self._table(word):
            self._paragraph = changed(self._paragraph, word, number)
            self._pages.control(word, number)

    def _table(self, word: str) -> bool:
        if word in ("cell", "nestcell"):
            self._flush()
            self._layout.cell(self._taken())
        elif word == "row":
            self._flush()
            self._layout.row()
        return word in ("cell", "nestcell", "row", "nestrow")

    def _end_paragraph(self) -> None:
        if self._paragraph.in_table:
            self._text(" ")
        else:
            self._layout.paragraph(self._taken(), self._paragraph)

    def _unicode(self, code: int) -> None:
        symbols = self._pages.symbols_of(self._state.font)
        self._text(symbol(code, symbols) if symbols else without_private(chr(code)))

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
            font = self._state.font
            data, symbols = bytes(self._bytes), self._pages.symbols_of(font)
            self._bytes.clear()
            text = decoded(data, self._pages.of_font(font), symbols)
            self._text(text)

    def _text(self, text: str) -> None:
        if self._state.into == "fonts":
            self._pages.named(text)
        elif self._state.is_shown and self._state.into != "nowhere":
            self._texts.setdefault(self._state.into, []).append(text)

    def _taken(self) -> str:
        return joined("".join(self._texts.pop("body", ())))
