"""Web pages of seven types, scored by words against their marked main text (WCXB's measure)."""

from collections import Counter
from collections.abc import Mapping

from benchmarks.quality.league import Check, QualityContest, Row, Section
from benchmarks.quality.materials import Materials
from benchmarks.quality.web.labelled_pages import ARTICLE_SET, LabelledPage, labelled_pages
from benchmarks.quality.web.page_labels import words_of
from benchmarks.quality.web.page_readers import contenders, read
from benchmarks.quality.web.page_training import held_back_texts

_GOALS = {"mean": 0.86, "forum": 0.82, "service": 0.83}
_TYPES = ("article", "documentation", "service", "forum", "product", "listing", "collection")


def _measure(materials: Materials) -> Section:
    pages = {
        key: page for key, page in labelled_pages(materials).items() if page.kind != ARTICLE_SET
    }
    if not pages:
        return Section("web", "Web pages by type", "no labelled pages: they are not there")
    rows = [_row(name, read(name, pages).texts, pages) for name in contenders()]
    crossed = held_back_texts(materials)
    checks = []
    if crossed is not None:
        row = _row("gristmill, cross-validated", crossed, pages)
        rows.insert(0, row)
        checks = [
            Check(f"{name}, cross-validated", float(row.figures[name]), goal)
            for name, goal in _GOALS.items()
        ]
    return Section(
        "web",
        "Web pages by type",
        f"{len(pages)} labelled pages of seven types (WCXB, development split)",
        rows,
        checks,
        [
            "Word F1, the mean over pages. Our weights were learned from these pages: only the "
            "cross-validated row compares with the others."
        ],
    )


def _row(name: str, texts: Mapping[str, str], pages: Mapping[str, LabelledPage]) -> Row:
    scores = {key: word_f1(page.truth, texts.get(key, "")) for key, page in pages.items()}
    figures: dict[str, float | str] = {"mean": sum(scores.values()) / len(scores)}
    for kind in _TYPES:
        of_kind = [scores[key] for key, page in pages.items() if page.kind == kind]
        figures[kind] = sum(of_kind) / max(1, len(of_kind))
    return Row(name, figures)


def word_f1(truth: str, found: str) -> float:
    """Of bags of lower-case words; 1 where both are empty, 0 where one is."""
    got, wanted = Counter(words_of(found)), Counter(words_of(truth))
    if not got or not wanted:
        return float(not got and not wanted)
    both = sum((got & wanted).values())
    return 2 * both / (sum(got.values()) + sum(wanted.values()))


CONTEST = QualityContest("web", _measure, "score")
