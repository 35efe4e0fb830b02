"""Jupyter notebooks: Markdown cells as Markdown, code cells as code, outputs as their text."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.text.light import markdown
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("application/x-ipynb+json",)
version = "2"

_OUTPUT_CHARS = 20_000  # of one cell: what is longer is a log, or data
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_TEXTS = ("text/markdown", "text/latex", "text/plain")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Formats 3 and 4. The metadata has the language of the code and the number of cells.

    Raises DocumentError `parse_error` for what is no notebook.
    """
    text, encoding, warnings = read_text(blob.data)
    notebook = _loaded(text)
    cells = list(_cells(notebook))
    about = _mapping(notebook.get("metadata"))
    language = _language(about)
    metadata: dict[str, Any] = {"encoding": encoding, "cells": len(cells)}
    if language:
        metadata["language"] = language
    if authors := _authors(about):
        metadata["author"] = authors
    title = about.get("title")
    blocks = tuple(block for cell in cells for block in _blocks(cell, limits))
    title = title if isinstance(title, str) else None
    return Parsed(blocks, title, metadata, warnings=warnings)


def _loaded(text: str) -> dict[str, Any]:
    try:
        notebook = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DocumentError(
            DocumentCode.PARSE_ERROR, f"the notebook is broken: {error}"[:300]
        ) from None
    if not isinstance(notebook, dict):
        raise DocumentError(DocumentCode.PARSE_ERROR, "the notebook is broken: it has no cells")
    return notebook


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Format 3 has its cells in worksheets."""
    sheets = notebook.get("worksheets")
    holders = sheets if isinstance(sheets, list) else [notebook]
    for holder in holders:
        cells = _mapping(holder).get("cells")
        if isinstance(cells, list):
            yield from (cell for cell in cells if isinstance(cell, dict))


def _blocks(cell: dict[str, Any], limits: Limits) -> Iterator[Block]:
    kind = cell.get("cell_type")
    source = _text(cell.get("source", cell.get("input")))
    if kind == "markdown":
        yield from markdown.parse(Blob(source.encode("utf-8", "replace")), limits).blocks
    elif kind == "heading":
        level = cell.get("level")
        yield Block(BlockKind.HEADING, source, level if isinstance(level, int) else 1)
    elif kind == "code":
        yield Block(BlockKind.CODE, source)
        yield from _outputs(cell.get("outputs"))
    else:
        yield Block(BlockKind.TEXT, source)


def _outputs(outputs: Any) -> Iterator[Block]:
    room = _OUTPUT_CHARS
    for output in outputs if isinstance(outputs, list) else ():
        text = _ESCAPES.sub("", _shown(_mapping(output)))[:room]
        room -= len(text)
        if text.strip():
            yield Block(BlockKind.CODE, text)


def _shown(output: dict[str, Any]) -> str:
    """The text of an output; of an error, its last line: where it was raised is no content."""
    if output.get("output_type") in ("error", "pyerr"):
        return f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
    if "text" in output:
        return _text(output["text"])
    data = _mapping(output.get("data"))
    found = next((data[kind] for kind in _TEXTS if kind in data), "")
    return _text(found)


def _text(value: Any) -> str:
    """Sources and outputs are a string, or a list of lines with their ends."""
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _language(about: dict[str, Any]) -> str | None:
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        found = _mapping(about.get(key)).get(name)
        if isinstance(found, str) and found:
            return found.lower()
    return None


def _authors(about: dict[str, Any]) -> str:
    authors = about.get("authors")
    names = [_mapping(each).get("name") for each in authors] if isinstance(authors, list) else []
    return ", ".join(name for name in names if isinstance(name, str))[:1_000]
