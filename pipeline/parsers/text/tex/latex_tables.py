"""Rows of LaTeX's tables, and comments."""

import re
from collections.abc import Iterator

from gristmill.pipeline.parsers.text.tex.latex_text import readable

_COMMENT = re.compile(r"(?m)(?<!\\)((?:\\\\){0,20})%[^\n]*(?:\n[ \t]*(?=\S))?")
_CELL = re.compile(r"(?<!\\)&")
_ROW = re.compile(r"\\\\\*?(?:\[[^\[\]\n]{0,30}\])?|\\tabularnewline\b")
_RULE = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot)\b")


def uncommented(text: str) -> str:
    return _COMMENT.sub(r"\1", text) if "%" in text else text


def table_rows(inner: str) -> Iterator[list[str]]:
    body = uncommented(inner)
    for _ in range(3):  # position, width, columns: each may hold braces, e.g. `{l@{ }r}`
        body = _without_group(body.lstrip())
    for row in _ROW.split(body):
        yield [" ".join(readable(_RULE.sub("", cell)).split()) for cell in _CELL.split(row)]


def _without_group(text: str) -> str:
    closing = {"[": "]", "{": "}"}.get(text[:1])
    if closing is None:
        return text
    depth = 0
    for at, char in enumerate(text[:500]):
        depth += (char == text[0]) - (char == closing)
        if depth == 0:
            return text[at + 1 :]
    return text
