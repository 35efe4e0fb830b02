"""PDF text and speed beside pypdfium2 alone, which is what reads them for us too."""

import re
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.quality.league import Check, QualityContest, Row, Section
from benchmarks.quality.materials import Materials, files_below
from gristmill.pipeline.normalise import assemble
from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.problems.errors import DocumentError

_GOAL_DISTANCE, _GOAL_SPEED = 0.02, 0.8
_OURS, _BARE = "gristmill", "pypdfium2"
_ROUNDS = 5
_BLANKS = re.compile(r"\s+")
_HYPHEN_AT_LINE_END = re.compile("[\x02\ufffe]\r?\n?")

Reader = Callable[[bytes], tuple[str, int]]


def _measure(materials: Materials) -> Section:
    files = {path: path.read_bytes() for path in files_below(materials.documents, (".pdf",))}
    bare = {path: read for path, data in files.items() if (read := bare_text(data))[0].strip()}
    layered = {path: files[path] for path in bare}
    distances = {path: _distance(_ours(data)[0], bare[path][0]) for path, data in layered.items()}
    pages = sum(count for _, count in bare.values())
    speeds = _speeds(layered, pages)
    ratio = statistics.median(
        ours / limit for ours, limit in zip(speeds[_OURS], speeds[_BARE], strict=True)
    )
    far = [path for path, distance in distances.items() if distance > _GOAL_DISTANCE]
    near = 1 - len(far) / len(distances)
    return Section(
        "pdf",
        "PDF text",
        f"{len(layered)} PDFs with a text layer, {pages} pages",
        [
            Row(_OURS, {"within 2%": near, "pages/s": statistics.median(speeds[_OURS])}),
            Row(_BARE, {"within 2%": 1.0, "pages/s": statistics.median(speeds[_BARE])}),
        ],
        [
            Check("files within 2% in length", near, 1.0),
            Check("pages/s, as a share of pypdfium2's own", ratio, _GOAL_SPEED),
        ],
        [
            "Lengths are of what is printed: blanks and line ends (CR LF there, LF here) and the "
            "hyphens that only break a word are not counted. "
            f"The worst is {max(distances.values()):.2%} off.",
            *(f"{path.name} is {distances[path]:.1%} off" for path in far),
        ],
    )


def _ours(data: bytes) -> tuple[str, int]:
    try:
        parsed = pdf.parse(Blob(data), Limits(structure=False))
    except DocumentError:
        return "", 0
    return assemble(parsed).text, parsed.pages or 0


def bare_text(data: bytes) -> tuple[str, int]:
    """Text and pages, as a few lines with the library get them; nothing where it cannot."""
    import pypdfium2

    texts = []
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return "", 0
    for number in range(len(document)):
        try:
            page = document[number]
            textpage = page.get_textpage()
        except pypdfium2.PdfiumError:
            continue
        texts.append(textpage.get_text_range())
        textpage.close()
        page.close()
    document.close()
    return "\n\n".join(texts), len(texts)


def _distance(ours: str, bare: str) -> float:
    """How far apart the lengths are, as a share of the bare one."""
    wanted = len(_BLANKS.sub("", _HYPHEN_AT_LINE_END.sub("", bare)))
    return abs(len(_BLANKS.sub("", ours)) - wanted) / max(1, wanted)


def _speeds(files: Mapping[Path, bytes], pages: int) -> dict[str, list[float]]:
    """Pages a second of one core, a figure a round, the two in turn."""
    readers: dict[str, Reader] = {_OURS: _ours, _BARE: bare_text}
    speeds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(_ROUNDS):
        for name, read in readers.items():
            started = time.process_time()
            for data in files.values():
                read(data)
            speeds[name].append(pages / (time.process_time() - started))
    return speeds


CONTEST = QualityContest("pdf", _measure)
