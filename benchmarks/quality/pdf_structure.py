"""The structure of one-page PDFs against their true Markdown, beside liteparse alone.

nid: text and order; teds: tables; mhs: headings. Overall is the mean over documents of the mean of
those that apply. apted and rapidfuzz, which the shared scorer needs, are in the extra `bench`.
"""

import importlib.util
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType

from benchmarks.quality.league import Check, Figures, QualityContest, Row, Section
from benchmarks.quality.materials import Materials
from benchmarks.quality.pdf_text import bare_text
from gristmill.pipeline.normalise import assemble
from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.rendering.markdown_text import markdown

_GOAL_OVERALL, _GOAL_STRUCTURE, _GOAL_TEXT = 0.9, 0.5, 0.93
_MEASURES = ("nid", "teds", "mhs")
_ROUNDS = 5
_MOST_NOTES = 10

Scores = dict[str, float | None]


def _measure(materials: Materials) -> Section:
    assert materials.score is not None
    folder = materials.score / "pdf-structure"
    files = {path.stem: path.read_bytes() for path in sorted((folder / "pdfs").glob("*.pdf"))}
    truth = {name: (folder / "truth" / f"{name}.md").read_text("utf-8") for name in files}
    if importlib.util.find_spec("apted") is None or importlib.util.find_spec("rapidfuzz") is None:
        return Section(
            "structure", "PDF structure", "nothing", notes=["apted and rapidfuzz are not installed"]
        )
    scorer = materials.scorer("markdown_scores")
    scores = {
        name: {stem: _scores(scorer, truth[stem], read(data)) for stem, data in files.items()}
        for name, read in (("gristmill", _ours), ("liteparse", _liteparse))
    }
    ratios = _ratios(files.values())
    ours = scores["gristmill"]
    worst = sorted(ours, key=lambda stem: _mean(ours[stem].values()))[:_MOST_NOTES]
    return Section(
        "structure",
        "PDF structure",
        f"{len(files)} one-page PDFs with their Markdown",
        [Row(name, _figures(each)) for name, each in scores.items()],
        [
            Check("overall", float(_figures(ours)["overall"]), _GOAL_OVERALL),
            Check("pages a CPU second, as a share of pypdfium2's", ratios[0], _GOAL_STRUCTURE),
            Check("the same with pdf=text", ratios[1], _GOAL_TEXT),
        ],
        [f"{stem}: {_told(ours[stem])}" for stem in worst],
    )


def _scores(scorer: ModuleType, truth: str, found: str) -> Scores:
    return {name: getattr(scorer, name)(truth, found)[0] for name in _MEASURES}


def _figures(scores: Mapping[str, Scores]) -> Figures:
    figures: Figures = {"overall": _mean(_mean(each.values()) for each in scores.values())}
    for name in _MEASURES:
        figures[name] = _mean(each[name] for each in scores.values())
    return figures


def _mean(values: Iterable[float | None]) -> float:
    return statistics.fmean(value for value in values if value is not None)


def _told(scores: Scores) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in scores.items() if value is not None)


def _ours(data: bytes, limits: Limits | None = None) -> str:
    try:
        return markdown(assemble(pdf.parse(Blob(data), limits or Limits())).structure)
    except DocumentError:
        return ""


def _liteparse(data: bytes) -> str:
    from liteparse import LiteParse

    parser = LiteParse(
        ocr_enabled=False,
        output_format="markdown",
        image_mode="off",
        extract_links=False,
        num_workers=1,
        quiet=True,
    )
    return str(parser.parse(data).text)


def _ratios(files: Iterable[bytes]) -> tuple[float, float]:
    """Pages a CPU second with structure, and as text alone, as shares of pypdfium2's own; the
    medians of rounds in which all take turns."""

    def parsed(limits: Limits) -> Callable[[bytes], object]:
        return lambda data: _parsed(data, limits)

    readers = (parsed(Limits()), parsed(Limits(structure=False)), bare_text)
    pdf.preload()
    documents = list(files)
    rounds = [[_seconds(read, documents) for read in readers] for _ in range(_ROUNDS)]
    structure, text = (
        statistics.median(each[2] / each[index] for each in rounds) for index in (0, 1)
    )
    return structure, text


def _parsed(data: bytes, limits: Limits) -> str:
    try:
        return assemble(pdf.parse(Blob(data), limits)).text
    except DocumentError:
        return ""


def _seconds(read: Callable[[bytes], object], documents: Iterable[bytes]) -> float:
    started = time.process_time()
    for data in documents:
        read(data)
    return time.process_time() - started


CONTEST = QualityContest("structure", _measure, needs="score")
