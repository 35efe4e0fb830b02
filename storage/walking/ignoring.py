"""Which files of a folder are meant: globs, and ignore files as git reads them."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from gristmill.storage.walking.beneath import Descent
from gristmill.storage.walking.globs import Glob, glob_of

GRISTIGNORE, GITIGNORE = ".gristignore", ".gitignore"
MOST_BYTES = 65_536
"""Of an ignore file; what is beyond is left out."""
_MOST_RULES = 1_000


class _Rule(NamedTuple):
    glob: Glob
    ignores: bool
    folders_only: bool


class IgnoreFile:
    """The rules of one ignore file, for what lies below its folder."""

    def __init__(self, folder: str, text: str) -> None:
        self._front = f"{folder}/" if folder else ""
        lines = text.splitlines()[:_MOST_RULES]
        self._rules = [rule for line in lines if (rule := _rule(line)) is not None]

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether a path is ignored; None where no rule is about it. The last one counts."""
        below = path[len(self._front) :]
        for rule in reversed(self._rules):
            if (is_folder or not rule.folders_only) and rule.glob.matches(below):
                return rule.ignores
        return None


def ignore_file(descent: Descent, way: tuple[str, ...], folder: str) -> IgnoreFile:
    """The regular file at the end of a way, as the rules of `folder`; one that cannot be read has
    none."""
    try:
        with open(descent.file(way, os.O_RDONLY), "rb") as file:
            text = file.read(MOST_BYTES).decode(errors="replace")
    except OSError:
        text = ""
    return IgnoreFile(folder, text)


class Filter:
    """What of a folder is meant: with an `include` only what matches one of them, never what
    matches an `exclude`. Globs match from the right, as those of path sources do; an excluded
    folder is not entered."""

    def __init__(
        self, include: Sequence[str] = (), exclude: Sequence[str] = (), *, gitignore: bool = False
    ) -> None:
        self._include = [glob_of(each) for each in include]
        self._exclude = [glob_of(each) for each in exclude]
        self.names = (GITIGNORE, GRISTIGNORE) if gitignore else (GRISTIGNORE,)
        """Ignore files that count, the weightiest last."""

    def wants(self, path: str, ignores: Sequence[IgnoreFile], *, is_folder: bool = False) -> bool:
        """`ignores` are the ignore files above it, the nearest last."""
        if any(glob.matches(path) for glob in self._exclude):
            return False
        for ignore in reversed(ignores):
            verdict = ignore.verdict(path, is_folder=is_folder)
            if verdict is not None:
                if verdict:
                    return False
                break
        return is_folder or not self._include or any(glob.matches(path) for glob in self._include)


def _rule(line: str) -> _Rule | None:
    line = line.rstrip("\r\n")
    if not line.endswith("\\ "):
        line = line.rstrip(" ")
    if not line or line.startswith("#"):
        return None
    ignores = not line.startswith("!")
    pattern = line if ignores else line[1:]
    if pattern[:2] in ("\\#", "\\!"):
        pattern = pattern[1:]
    folders_only = pattern.endswith("/")
    pattern = pattern.rstrip("/")
    if not pattern:
        return None
    # Only a name alone is meant at any depth.
    is_tied = "/" in pattern and not pattern.startswith(("/", "**/"))
    return _Rule(glob_of(f"/{pattern}" if is_tied else pattern), ignores, folders_only)
