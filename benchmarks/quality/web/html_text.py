"""HTML main text, scored against human-marked article bodies, at pages a second of one core."""

from types import ModuleType

from benchmarks.quality.league import Check, QualityContest, Row, Section
from benchmarks.quality.materials import Materials
from benchmarks.quality.web.labelled_pages import ARTICLE_SET, labelled_pages
from benchmarks.quality.web.page_readers import contenders, read
from benchmarks.quality.web.page_training import held_back_texts

_GOAL_F1, _GOAL_SPEED = 0.96, 50.0

Texts = dict[str, str]


def _measure(materials: Materials) -> Section:
    scorer = materials.scorer()
    pages = {
        key: page for key, page in labelled_pages(materials).items() if page.kind == ARTICLE_SET
    }
    truth = {key: page.truth for key, page in pages.items()}
    rows = []
    for name in contenders():
        texts, speed = read(name, pages)
        rows.append(_row(name, texts, truth, scorer, speed))
    crossed = held_back_texts(materials)
    checks = [Check("pages/s", float(rows[0].figures["pages/s"]), _GOAL_SPEED)]
    if crossed is not None:
        row = _row("gristmill, cross-validated", crossed, truth, scorer)
        rows.insert(0, row)
        checks.insert(0, Check("F1, cross-validated", float(row.figures["F1"]), _GOAL_F1))
    return Section(
        "html", "HTML main text", f"{len(truth)} labelled pages", rows, checks, _notes(crossed)
    )


def _notes(crossed: Texts | None) -> list[str]:
    if crossed is None:
        return ["Not cross-validated, for lightgbm is not installed: the F1 of ours flatters."]
    return [
        "Our weights were learned from these very pages, among others, so the row `gristmill` "
        "flatters. Cross-validated: each page is read with weights that were learned without it "
        "(five folds over both labelled sets together).",
        "`halves` are the F1s of the even and the odd pages: how far apart they are is what so "
        "few pages can tell.",
    ]


def _row(
    name: str, texts: Texts, truth: Texts, scorer: ModuleType, speed: float | None = None
) -> Row:
    precision, recall, f1 = scorer.score(truth, texts)
    halves = (f"{scorer.score(half, texts)[2]:.3f}" for half in _halves(truth))
    return Row(
        name,
        {
            "F1": f1,
            "precision": precision,
            "recall": recall,
            "halves": ", ".join(halves),
            "pages/s": speed if speed is not None else "",
        },
    )


def _halves(truth: Texts) -> tuple[Texts, Texts]:
    keys = sorted(truth)
    even, odd = ({key: truth[key] for key in keys[start::2]} for start in (0, 1))
    return even, odd


CONTEST = QualityContest("html", _measure, "score")
