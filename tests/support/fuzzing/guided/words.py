"""Words that a reader looks for, from its own source: what an input has to say to be read."""

import ast
import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

_LONGEST, _MOST = 24, 600


def dictionary(modules: Sequence[str]) -> bytes:
    """The strings in the source of some modules, as libFuzzer reads a dictionary."""
    words = sorted({word for module in modules for word in _words(module)})[:_MOST]
    return b"".join(b'"%s"\n' % _escaped(word) for word in words)


def _words(module: str) -> Iterator[bytes]:
    found = find_spec(module)
    assert found and found.origin, module
    tree = ast.parse(Path(found.origin).read_text(encoding="utf-8"))
    prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            yield from () if node in prose else _parts(node.value)


def _parts(value: str | bytes) -> Iterator[bytes]:
    """Patterns are cut into what they look for, lists of words into these."""
    data = value if isinstance(value, bytes) else value.encode("utf-8", "replace")
    parts = {data, *re.split(rb"[|\s]+", data)}
    return (part for part in parts if 0 < len(part) <= _LONGEST)


def _escaped(word: bytes) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in word)
