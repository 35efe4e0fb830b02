"""Which tesseract there is on this machine, and what is missing for what a job wants."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

PROGRAM = "tesseract"
_ANSWER_S = 20.0


class Tesseract(NamedTuple):
    """The program's path, its version, and the languages it has models of. With the model of
    orientations, `osd`, it `turns` pages."""

    path: str
    version: str
    languages: tuple[str, ...]
    turns: bool = False


def installed(wanted: Iterable[str] = ()) -> Tesseract | None:
    """The program, None where there is none that runs. It is asked once, and again where it
    lacked a language that is `wanted`: that may have come since."""
    path = shutil.which(PROGRAM)
    if path is None:
        return None
    try:
        changed = Path(path).stat().st_mtime_ns
        found = _asked(path, changed)
        if not set(wanted) <= set(found.languages):
            _asked.cache_clear()
            found = _asked(path, changed)
    except (OSError, subprocess.SubprocessError):
        return None
    return found


def lacking(languages: Iterable[str]) -> str | None:
    """What has to be installed before pages in these languages can be read, as an end of a
    sentence about the step; None where all is there."""
    found = installed(languages)
    if found is None:
        return "needs tesseract on the server: install it (Debian: apt install tesseract-ocr)"
    for language in languages:
        if language not in found.languages:
            has = ", ".join(found.languages) or "none"
            package = f"tesseract-ocr-{language.lower().replace('_', '-').replace('/', '-')}"
            hint = f"install its model (Debian: {package})"
            return f"has no language {language!r} on the server, which has {has}: {hint}"
    return None


@lru_cache(maxsize=4)
def _asked(path: str, changed: int) -> Tesseract:
    """`changed` is when the program was installed: another one is asked anew."""
    version = _lines(path, "--version")
    languages = _lines(path, "--list-langs")
    number = version[0].split()[-1] if version and version[0].split() else "unknown"
    # The first line is a title; `osd` is a model of orientations, not of a language.
    known = set(languages[1:])
    return Tesseract(path, number, tuple(sorted(known - {"osd"})), "osd" in known)


def _lines(*command: str) -> list[str]:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_ANSWER_S,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return [line.strip() for line in lines if line.strip()]
