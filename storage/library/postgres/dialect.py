"""SQL of the library as PostgreSQL writes it: what its parameters are called, and no hints."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

_PART = re.compile(r"'[^']*'|\?|(?<!:):([a-z_]+)\b|\bINDEXED BY \w+|\bIS \?|\bLIKE\b")
_READS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_RETURNS = re.compile(r"\bRETURNING\b", re.IGNORECASE)


class Said(NamedTuple):
    """A statement for PostgreSQL. `names` are those of its parameters, in order, where they have
    some. `reads`: it brings rows."""

    sql: str
    names: tuple[str, ...]
    reads: bool


@lru_cache(512)
def said(sql: str) -> Said:
    """The same statement with `$1` for a parameter. Which index to use, PostgreSQL knows."""
    names: list[str] = []
    count = 0

    def replaced(found: "re.Match[str]") -> str:
        nonlocal count
        part = found[0]
        if part.startswith("'"):
            return part
        if found[1]:
            if found[1] not in names:
                names.append(found[1])
            return f"${names.index(found[1]) + 1}"
        if part.startswith("INDEXED"):
            return ""
        if part == "LIKE":
            # As SQLite has it. Our texts are of the collation C: ASCII alone has two cases.
            return "ILIKE"
        count += 1
        return f"IS NOT DISTINCT FROM ${count}" if part.startswith("IS") else f"${count}"

    text = _PART.sub(replaced, sql)
    return Said(text, tuple(names), bool(_READS.match(text) or _RETURNS.search(text)))


def arguments(statement: Said, parameters: Any) -> list[Any]:
    """The parameters in the order of their numbers. A text of PostgreSQL holds no NUL."""
    if isinstance(parameters, Mapping):
        given: Sequence[Any] = [parameters[name] for name in statement.names]
    else:
        given = parameters
    return [
        each.replace("\0", "\ufffd") if isinstance(each, str) and "\0" in each else each
        for each in given
    ]
