"""Words read on scans: rapidocr, which comes by pip alone, and tesseract where it is installed."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from benchmarks.quality.league import Check, QualityContest, Row, Section
from benchmarks.quality.materials import Materials
from benchmarks.quality.scanned.scans import Scan, scans
from gristmill.pipeline.process import process
from gristmill.pipeline.recognition.engines import lacking
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.jobs.options import Options, StepChoice
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.steps import OcrOptions

_GOAL = 0.93
_ENGINES: tuple[Literal["rapidocr", "tesseract"], ...] = ("rapidocr", "tesseract")
_WORD = re.compile(r"\w+")
_KINDS = ("pages", "receipts", "turned")


def word_f1(read: str, truth: str) -> float:
    """Of bags of words, whatever their case."""
    one, other = (Counter(_WORD.findall(text.lower())) for text in (read, truth))
    all_words = one.total() + other.total()
    return 2 * (one & other).total() / all_words if all_words else 1.0


def _measure(materials: Materials) -> Section:
    given = list(scans(materials.examples))
    engines = [name for name in _ENGINES if lacking(OcrOptions(engine=name)) is None]
    rows = [_row(name, given) for name in engines]
    checks = [
        Check(f"word F1 of {rows[0].name}, {kind}", float(rows[0].figures[kind]), _GOAL)
        for kind in _KINDS
        if rows
    ]
    absent = [name for name in _ENGINES if name not in engines]
    notes = [f"Not installed here: {', '.join(absent)}."] if absent else []
    return Section(
        "ocr",
        "Words on scans",
        f"{len(given)} made-up scans: pages of the examples, receipts, pages turned",
        rows,
        checks,
        [*notes, "Seconds are of one thread, and count the turning of pages."],
    )


def _row(engine: str, given: Sequence[Scan]) -> Row:
    scores: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    started = time.perf_counter()
    for scan in given:
        scores[scan.kind].append(word_f1(_read(engine, scan), scan.text))
    seconds = (time.perf_counter() - started) / len(given)
    means = {kind: sum(found) / len(found) for kind, found in scores.items()}
    return Row(engine, {**means, "s a page": seconds})


def _read(engine: str, scan: Scan) -> str:
    options = Options(steps=(StepChoice("ocr", {"engine": engine}),))
    try:
        content = process(Blob(scan.image, scan.name), options, Limits())
    except DocumentError:
        return ""
    return "\n".join(chunk.text for chunk in content.chunks)


CONTEST = QualityContest("ocr", _measure)
