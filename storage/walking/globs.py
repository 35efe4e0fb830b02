"""Globs over relative paths, in time that grows with the path and not with its powers.

A pattern of several stars is no regular expression that `re` may be left alone with: it would try
all ways to share a name out among them, and hold the interpreter meanwhile.
"""

import re
from collections.abc import Sequence
from fnmatch import translate
from functools import lru_cache

_REMEMBERED = 64


class Glob:
    """`*`, `?` and `[...]` match within a name, as `fnmatch` has it; `**` is any number of
    folders, none included."""

    def __init__(self, glob: str) -> None:
        names = [part for part in glob.split("/") if part not in ("", ".")]
        if not glob.startswith("/"):
            names.insert(0, "**")
        if names[-1:] == ["**"]:
            names.append("*")
        self._parts = [None if name == "**" else re.compile(translate(name)) for name in names]

    def matches(self, path: str) -> bool:
        """Whether a path relative to where the glob begins is one of those that are meant."""
        return _matches(self._parts, path.split("/"))


def _matches(parts: Sequence[re.Pattern[str] | None], names: Sequence[str]) -> bool:
    """A `**` takes as few names as will do. When what follows it fails, only the last one has to
    take another name: what lies before it has matched as early as it can."""
    part = name = 0
    after_any: int | None = None
    taken = 0
    while name < len(names):
        if part < len(parts) and (wanted := parts[part]) is None:
            part += 1
            after_any, taken = part, name
        elif part < len(parts) and wanted is not None and wanted.match(names[name]):
            part, name = part + 1, name + 1
        elif after_any is not None:
            taken += 1
            part, name = after_any, taken
        else:
            return False
    return part == len(parts)


@lru_cache(maxsize=_REMEMBERED)
def glob_of(glob: str) -> Glob:
    return Glob(glob)
