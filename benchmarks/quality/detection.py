"""Media types told from bytes alone; the truth is the extension that was taken away."""

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.quality.league import Check, QualityContest, Row, Section
from benchmarks.quality.materials import Materials, files_below, unpacked
from gristmill.pipeline.detecting.detect import by_name, detect

_GOAL = 0.99
_SAME = {
    "application/xhtml+xml": "text/html",
    "text/xml": "application/xml",
    "application/rss+xml": "application/xml",
    "text/rtf": "application/rtf",
}
"""Other names of what the extensions name, as bare libraries use them."""

_NO_TYPE = frozenset({"unreadable.txt", "_mozilla_bug638318_text.html"})
"""Broken on purpose: whatever their names say, their bytes are of no type."""

Detect = Callable[[bytes], str | None]


def _measure(materials: Materials) -> Section:
    truth = {path: wanted for path in files_below(materials.documents) if (wanted := _told(path))}
    rows, wrong = [], {}
    for name, run in (("gristmill", _ours), ("puremagic", _puremagic)):
        row, wrong[name] = _row(name, run, truth, materials.documents)
        rows.append(row)
    return Section(
        "detection",
        "Types, extensions removed",
        f"{len(truth)} files of {len(set(truth.values()))} types; the truth is their extension",
        rows,
        [Check("told from bytes", float(rows[0].figures["right"]), _GOAL)],
        wrong["gristmill"],
    )


def _told(path: Path) -> str | None:
    return None if path.name in _NO_TYPE else by_name(path.name.removesuffix(".gz"))


def _row(name: str, run: Detect, truth: dict[Path, str], base: Path) -> tuple[Row, list[str]]:
    contents = {path: unpacked(path)[1] for path in truth}
    run(next(iter(contents.values())))
    started = time.process_time()
    found = {path: run(data) for path, data in contents.items()}
    seconds = time.process_time() - started
    wrong = [
        f"{path.relative_to(base)} is taken for {found[path]}"
        for path, wanted in truth.items()
        if _SAME.get(found[path] or "", found[path]) != wanted
    ]
    return Row(name, {"right": 1 - len(wrong) / len(truth), "files/s": len(truth) / seconds}), wrong


def _ours(data: bytes) -> str:
    return detect(data)


def _puremagic(data: bytes) -> str | None:
    import puremagic

    try:
        return puremagic.from_string(data, mime=True) or None
    except (puremagic.PureError, ValueError):
        return None


CONTEST = QualityContest("detection", _measure)
