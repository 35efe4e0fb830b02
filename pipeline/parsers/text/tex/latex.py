"""LaTeX as text: sections as headings, lists, tables and listings as such, maths as written."""

import re

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.tables import table_block
from gristmill.pipeline.parsers.text.tex.latex_literal import Literals
from gristmill.pipeline.parsers.text.tex.latex_tables import table_rows, uncommented
from gristmill.pipeline.parsers.text.tex.latex_text import readable
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

media_types = ("text/x-tex",)
version = "3"

_LEVELS = {
    "part": 1,
    "chapter": 2,
    "section": 3,
    "subsection": 4,
    "subsubsection": 5,
    "paragraph": 6,
    "subparagraph": 7,
}
_VERBATIM = frozenset(
    {"verbatim", "Verbatim", "BVerbatim", "LVerbatim", "lstlisting", "minted", "alltt", "code"}
    | {"semiverbatim", "spverbatim", "verbatimtab", "listing", "tcblisting"}
)
_LEFT_OUT = frozenset({"comment", "tikzpicture", "pgfpicture", "picture", "filecontents"})
_MATHS = frozenset(
    {"equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "alignat"}
    | {"flalign", "subequations", "dmath"}
)
_TABLES = frozenset({"tabular", "tabularx", "tabulary", "longtable", "supertabular"})
_LISTS = frozenset({"itemize", "enumerate", "description", "compactitem", "thebibliography"})
_NAMED = {"abstract": "Abstract", "thebibliography": "References"}

_WITH_ARGUMENTS = {
    "thebibliography": 1,
    "minipage": 1,
    "multicols": 1,
    "wrapfigure": 2,
    "subfigure": 1,
    "wraptable": 2,
    "adjustbox": 1,
    "subtable": 1,
    "figwindow": 1,
    "CJK": 2,
}

_TOKEN = re.compile(  # it opens with a set of characters: ten times as fast to search for
    r"[\\$\n](?:"
    r"(?<=\\)(?:"
    r"(?P<edge>begin|end)[ \t]*\{(?P<name>[A-Za-z]{1,40})\*?\}"
    rf"|(?P<section>{'|'.join(_LEVELS)})\*?[ \t]*(?=[\[{{])"
    r"|(?P<item>item|bibitem)(?![A-Za-z])(?P<label>[ \t]*\[[^\[\]\n]{0,200}\])?"
    r"|(?P<about>title|author|date|caption|maketitle|tableofcontents)(?![A-Za-z])"
    r"|(?P<bracket>\[))"
    r"|(?<=\$)(?P<dollars>\$)"
    r"|(?<=\n)(?P<blank>[ \t]*\n\s*))"
)
_BLANKS = re.compile(r"[ \t]{2,}|\t")
_MOST_INDENTED = 8
_GROUP_CHARS = 20_000
_LOST_CHARS = 1_000_000  # looked through in vain for closing braces before none is looked for
_DOCUMENT = "\\begin{document}"


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Title, author and date are metadata. Nothing is included that the text refers to.

    Raises DocumentError `encoding` for bytes that are no text.
    """
    text, encoding, warnings = read_text(blob.data)
    literals = Literals(text.replace("\r\n", "\n").replace("\r", "\n"))
    text = literals.text
    reading = _Reading(text)
    begin = text.find(_DOCUMENT)
    if begin >= 0:
        reading.read(0, begin)
        reading.forget()
    reading.read(begin + len(_DOCUMENT) if begin >= 0 else 0, _end(text))
    about = {key: literals.shown(value) for key, value in reading.about.items() if value}
    title = about.pop("title", None)
    blocks = tuple(_restored(block, literals) for block in reading.blocks)
    if reading.unclosed:
        message = f"{reading.unclosed} environments are never ended: they go on to the end"
        told = DocumentWarning(WarningCode.MARKUP_BROKEN, message, count=reading.unclosed)
        warnings = (*warnings, told)
    return Parsed(blocks, title, {**about, "encoding": encoding}, warnings=warnings)


def _restored(block: Block, literals: Literals) -> Block:
    if block.kind is BlockKind.CODE:
        return block._replace(text=literals.source(block.text))
    if block.kind is BlockKind.TABLE:
        return block._replace(text=literals.shown_in_row(block.text))
    return block._replace(text=literals.shown(block.text))


def _end(text: str) -> int:
    end = text.rfind("\\end{document}")
    return end if end >= 0 else len(text)


class _Reading:
    """Runs over the text once; paragraphs collect until something else begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.about: dict[str, str] = {}
        self.blocks: list[Block] = []
        self._running: list[str] = []
        self._items: list[str] = []
        self._depth = 0
        self._lost = 0
        self.unclosed = 0
        self._barren = {"\\]": 0, "$$": 0}  # up to where there is none

    def forget(self) -> None:
        """Of a preamble only the title, author and date are kept."""
        self.blocks.clear()
        self._running.clear()
        self._items.clear()
        self._depth = 0

    def read(self, at: int, end: int) -> None:
        while token := _TOKEN.search(self.text, at, end):
            self._running.append(self.text[at : token.start()])
            at = max(token.end(), self._token(token, end))
        self._running.append(self.text[at:end])
        self._flush()
        self._flush_items()

    def _token(self, token: re.Match[str], end: int) -> int:
        """What a token begins is read; where to go on is returned."""
        if token["edge"]:
            return self._edge(token, end)
        if token["section"]:
            return self._section(token["section"], token.end())
        if token["item"]:
            self._flush()
            self._items.append("")
            return self._item(token)
        if token["about"]:
            return self._about(token["about"], token.end())
        if token["bracket"] or token["dollars"]:
            return self._display(token, end)
        if self._depth == 0:
            self._flush()
        else:
            self._running.append("\n")
        return token.end()

    def _item(self, token: re.Match[str]) -> int:
        label, after = readable((token["label"] or "").strip(" \t[]")), token.end()
        if token["item"] == "bibitem":
            key, after = self._group(after)
            self._running.append(f"[{key}] ")
        elif label:
            self._running.append(f"{label}: ")
        return after

    def _edge(self, token: re.Match[str], end: int) -> int:
        name, at = token["name"], token.end()
        if token["edge"] == "end":
            self._flush()
            if name in _LISTS and self._depth:
                self._depth -= 1
                if self._depth == 0:
                    self._flush_items()
            return at
        self._flush()
        if name in _NAMED:
            self.blocks.append(Block(BlockKind.HEADING, _NAMED[name], _LEVELS["section"]))
        if name in _LISTS:
            self._depth += 1
        elif name in _VERBATIM | _LEFT_OUT | _MATHS | _TABLES:
            return self._enclosed(name, at, end)
        return self._after_arguments(name, at)

    def _after_arguments(self, name: str, at: int) -> int:
        """Where an environment's content begins: `[htb]` and widths are none of it."""
        if self.text.startswith("[", at) and (close := self.text.find("]", at, at + 500)) > 0:
            at = close + 1
        for _ in range(_WITH_ARGUMENTS.get(name, 0)):
            at = self._group(at)[1]
        return at

    def _enclosed(self, name: str, at: int, end: int) -> int:
        """An environment that is read as a whole, up to its nearest end."""
        closing = re.compile(rf"\\end\{{{name}\*?\}}").search(self.text, at, end)
        self.unclosed += closing is None
        stop = closing.start() if closing else end
        inner = self.text[at:stop]
        if self._items:
            self._flush_items()
        if name in _VERBATIM:
            self.blocks.append(Block(BlockKind.CODE, _without_options(inner)))
        elif name in _MATHS:
            self.blocks.append(Block(BlockKind.CODE, uncommented(inner).strip("\n")))
        elif name in _TABLES and (table := table_block(list(table_rows(inner)))):
            self.blocks.append(table)
        return stop

    def _display(self, token: re.Match[str], end: int) -> int:
        closing = "\\]" if token["bracket"] else "$$"
        limit = min(end, token.end() + _GROUP_CHARS)
        stop = self.text.find(closing, max(token.end(), self._barren[closing]), limit)
        if stop < 0:
            self._barren[closing] = max(token.end(), limit - 1)
            return token.end()
        self._flush()
        formula = self.text[token.end() : stop].strip()
        self.blocks.append(Block(BlockKind.CODE, formula))
        return stop + 2

    def _section(self, name: str, at: int) -> int:
        self._flush()
        self._flush_items()
        title, at = self._group(at)
        self.blocks.append(Block(BlockKind.HEADING, readable(title), _LEVELS[name]))
        return at

    def _about(self, name: str, at: int) -> int:
        content, after = self._group(at)
        text = " ".join(readable(uncommented(content)).split()).replace(" ,", ",")
        if name == "caption":
            self._flush()
            self.blocks.append(Block(BlockKind.CAPTION, text))
        elif name in ("title", "author", "date") and after > at:
            self.about.setdefault(name, text[:1_000])
        return after

    def _group(self, at: int) -> tuple[str, int]:
        """The `{argument}` after optional `[ones]`, and where it ends; nothing when there is
        none, or none that closes within 20,000 characters."""
        text = self.text
        while text[at : at + 1] in (" ", "\t", "\n", "["):
            close = text.find("]", at, at + 500) if text[at] == "[" else at
            if close < 0:
                return "", at
            at = close + 1
        if text[at : at + 1] != "{" or self._lost > _LOST_CHARS:
            return "", at
        depth = 0
        for brace in re.finditer(r"\\.|[{}]", text[at : at + _GROUP_CHARS]):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if depth == 0 and brace[0] == "}":
                return text[at + 1 : at + brace.start()], at + brace.end()
        self._lost += _GROUP_CHARS
        return "", at + 1

    def _flush(self) -> None:
        source = uncommented("".join(self._running))
        self._running.clear()
        text = readable(source).strip()
        if not text:
            return
        if not self._items:
            self.blocks.append(Block(BlockKind.TEXT, _BLANKS.sub(" ", text)))
        else:
            indent = "  " * min(max(0, self._depth - 1), _MOST_INDENTED)
            self._items.append(f"{indent}- {' '.join(text.split())}")

    def _flush_items(self) -> None:
        lines = [item for item in self._items if item]
        self._items.clear()
        if lines:
            self.blocks.append(Block(BlockKind.LIST, "\n".join(lines)))


def _without_options(inner: str) -> str:
    """The rest of the line of `\\begin{..}` is options, not code."""
    first, line_end, rest = inner.partition("\n")
    return rest if line_end and first.strip()[:1] in ("", "[", "{") else inner
