"""Python, the packages that Gristmill needs, and those that its extras bring."""

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from gristmill.cli.diagnosis.verdicts import Look, Verdict, well
from gristmill.schemas.version import VERSION

EXTRAS = {
    "language": "the step `language`: which language a chunk is in",
    "near-duplicates": "the step `near_duplicates`: documents that say nearly the same",
    "ocr": "the step `ocr` by rapidocr, and images of more formats",
    "embed": "the step `embed`: vectors of chunks by a model on disk",
    "semantic": "the search by meaning: an index of the vectors of chunks",
    "archives": "7z, RAR, CAB, LHA, lz4, lzip, `.Z`, and zstd before Python 3.14",
    "parquet": "exports as Parquet files (`export --format parquet`)",
    "mcp": "the tools of a model (`gristmill mcp`)",
    "langchain": "a retriever and a loader for LangChain",
    "llamaindex": "a retriever and a reader for LlamaIndex",
    "haystack": "a retriever and a loader for Haystack",
    "otel": "traces, sent where otlp_endpoint says",
    "watch": "mirrors that listen for changes (`mirror add --watch`)",
    "dask": "nodes on other machines (`--engine dask`)",
    "postgres": "a library in PostgreSQL (`--library postgresql://USER@HOST/DATABASE`)",
    "s3": "uploads in an object store (`--spool s3://BUCKET`)",
}
"""Those for users, and what each brings."""
_OLDEST = (3, 11)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")
_ONLY = re.compile(r"""(sys_platform|python_version)\s*(==|<)\s*["']([^"']+)["']""")


def look_at_packages() -> Iterator[Look]:
    """Python first, then Gristmill, then each extra."""
    yield _python()
    missing = [name for name in _needed(None) if _version_of(name) is None]
    if missing:
        what = ", ".join(missing)
        advice = "pip install --force-reinstall gristmill"
        yield Look("gristmill", Verdict.WRONG, f"{VERSION}, without {what}", advice)
    else:
        yield well("gristmill", VERSION)
    yield from map(_extra, EXTRAS)


def _python() -> Look:
    found = f"{platform.python_version()} ({platform.python_implementation()})"
    if sys.version_info < _OLDEST:
        return Look("python", Verdict.WRONG, found, "use Python 3.11 or newer")
    return well("python", found)


def _extra(name: str) -> Look:
    needed = _needed(name)
    missing = [each for each in needed if _version_of(each) is None]
    if missing:
        found = f"{', '.join(missing)} not installed; it brings {EXTRAS[name]}"
        return Look(f"[{name}]", Verdict.MISSING, found, f"pip install 'gristmill[{name}]'")
    return well(f"[{name}]", ", ".join(f"{each} {_version_of(each)}" for each in needed))


def _needed(extra: str | None) -> list[str]:
    """The packages of an extra, or (None) those that are needed always, on this machine."""
    named = []
    for requirement in requires("gristmill") or ():
        belongs = _EXTRA.search(requirement)
        if (belongs[1] if belongs else None) == extra and _is_for_here(requirement):
            match = _NAME.match(requirement)
            named += [match[0]] if match else []
    return named


def _is_for_here(requirement: str) -> bool:
    for what, sign, value in _ONLY.findall(requirement):
        if what == "sys_platform" and sign == "==" and value != sys.platform:
            return False
        if what == "python_version" and sign == "<" and sys.version_info[:2] >= _two(value):
            return False
    return True


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _two(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
