"""What comments and docstrings name: files, and modules of ours."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from support.house import LAYERS, ROOT

CODE = (*LAYERS, "gristmill", "benchmarks", "tests", "examples")
_FOLDERS = "|".join((*CODE, "docs"))
_PATH = re.compile(rf"(?<![\w./~<-])(?:{_FOLDERS})/[\w./-]*\w")
_FILE = re.compile(r"(?<![\w./*<-])[\w-]+\.(?:py|md)\b")
_DOTTED = re.compile(rf"`(?:gristmill\.)?((?:{'|'.join(LAYERS)}|benchmarks)(?:\.\w+)+)`")
_NAMES = (_PATH, _FILE, _DOTTED)
_THEIRS = {"queue.py"}
"""A file that a user may have."""


def code_files() -> list[Path]:
    """Every Python file of the repository; the links below `gristmill/` lead to some twice."""
    found = (path for top in CODE for path in (ROOT / top).rglob("*.py"))
    links = {ROOT / "gristmill" / layer for layer in LAYERS}
    return sorted(path for path in found if not links.intersection(path.parents))


def remarks(source: str) -> Iterator[str]:
    """The comments that may name something, docstrings and texts below attributes of a module."""
    # To take a module apart is dear, and few name anything.
    if not any(pattern.search(source) for pattern in _NAMES):
        return
    if any(pattern.search(line) for line in _commented(source) for pattern in _NAMES):
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def _commented(source: str) -> list[str]:
    return [line.partition("#")[2] for line in source.splitlines() if "#" in line]


def missing(texts: Iterable[str]) -> list[str]:
    """What the texts name that is not in the repository."""
    return sorted({name for text in texts for name in _missing_in(text)})


def _missing_in(text: str) -> Iterator[str]:
    for name in _PATH.findall(text):
        if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists():
            yield name
    yield from (name for name in _FILE.findall(text) if name not in _names() | _THEIRS)
    yield from (name for name in _DOTTED.findall(text) if not _resolves(name))


@cache
def _names() -> frozenset[str]:
    found = (path.name for top in (*CODE, "docs") for path in (ROOT / top).rglob("*.*"))
    return frozenset([*found, *(path.name for path in ROOT.glob("*.*"))])


def _resolves(dotted: str) -> bool:
    """Whether the longest beginning that is a module has the rest of the name."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if module.is_file():
            rest = parts[length:]
            return not rest or re.search(rf"\b{rest[0]}\b", module.read_text("utf-8")) is not None
    return False
