"""Known-item search: whoever types a document's title finds that document.

The title of a PEP is in its header. A Rust RFC has no title inside: it is known by its file's name
(`0001-private-fields` is "private fields"), as its index lists it, and by its feature's name.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.quality.league import Check, Figures, QualityContest, Row, Section
from benchmarks.quality.library import ingested
from benchmarks.quality.materials import Materials, files_below
from gristmill.schemas.outcomes.documents import SearchHit
from gristmill.storage.library import Library

_GOAL_FIRST, _GOAL_TEN, _GOAL_BOILERPLATE = 0.90, 0.98, 0.02
_LIMIT = 10
_MOST_NOTES = 25
_TITLE = re.compile(r"^Title:[ \t]*(.+(?:\n[ \t]+.+)*)", re.MULTILINE)
_FEATURE = re.compile(r"^- Feature Name:[ \t]*`?([A-Za-z][\w-]{3,})`?[ \t]*$", re.MULTILINE)

Question = tuple[str, Path]


def _measure(materials: Materials) -> Section:
    peps, rfcs = materials.folder / "peps", materials.folder / "rfcs"
    with ingested(materials.folder).library() as library:
        asked = list(_pep_titles(peps)), list(_rfc_titles(rfcs)), list(_rfc_features(rfcs))
        names = "PEPs by title", "RFCs by title", "RFCs by feature name"
        results = [_row(name, each, library) for name, each in zip(names, asked, strict=True)]
        both, _ = _row("PEPs and RFCs by title", [*asked[0], *asked[1]], library)
    return Section(
        "search",
        "Known-item search",
        f"the whole corpus in one library, {len(asked[0]) + len(asked[1])} titles",
        [both, *(row for row, _ in results)],
        [
            Check("the document is first", float(both.figures["first"]), _GOAL_FIRST),
            Check("the document is in the first ten", float(both.figures["in ten"]), _GOAL_TEN),
            Check(
                "the first hit is boilerplate",
                float(both.figures["boilerplate"]),
                _GOAL_BOILERPLATE,
                at_most=True,
            ),
        ],
        [note for _, notes in results for note in notes[:_MOST_NOTES]],
    )


def _pep_titles(folder: Path) -> Iterator[Question]:
    for path in files_below(folder, (".rst",)):
        if title := _TITLE.search(path.read_text("utf-8")[:4000]):
            yield " ".join(title[1].split()), path


def _rfc_titles(folder: Path) -> Iterator[Question]:
    for path in files_below(folder, (".md",)):
        number, _, name = path.stem.partition("-")
        if number.isdigit() and name:
            yield re.sub("[-_]+", " ", name), path


def _rfc_features(folder: Path) -> Iterator[Question]:
    for path in files_below(folder, (".md",)):
        if feature := _FEATURE.search(path.read_text("utf-8")[:1000]):
            yield feature[1], path


def _row(name: str, questions: list[Question], library: Library) -> tuple[Row, list[str]]:
    started = time.perf_counter()
    found = [library.search(title, collection=None, limit=_LIMIT) for title, _ in questions]
    seconds = time.perf_counter() - started
    ranks = [(*each, _rank(each[1], hits)) for each, hits in zip(questions, found, strict=True)]
    first = sum(rank == 1 for *_, rank in ranks)
    ten = sum(rank > 0 for *_, rank in ranks)
    figures: Figures = {
        "first": first / len(ranks),
        "in ten": ten / len(ranks),
        "boilerplate": sum(_is_boilerplate(hits[0]) for hits in found if hits) / len(ranks),
        "questions": float(len(ranks)),
        "ms each": seconds / len(ranks) * 1000,
    }
    notes = [
        f"{name}: {title!r} finds {path.name} {f'as number {rank}' if rank else 'not in ten'}"
        for title, path, rank in ranks
        if rank != 1
    ]
    return Row(name, figures), notes


def _rank(path: Path, hits: list[SearchHit]) -> int:
    """Among the documents in the order of their best chunk, from 1; 0 when it is not there."""
    documents = list(dict.fromkeys(hit.uri for hit in hits))
    uri = str(path)
    return documents.index(uri) + 1 if uri in documents else 0


def _is_boilerplate(hit: SearchHit) -> bool:
    """Whether all of the chunk is in its snippet, and no word of the question is in it."""
    return "…" not in hit.snippet and "<mark>" not in hit.snippet


CONTEST = QualityContest("search", _measure, "corpus")
