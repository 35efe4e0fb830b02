"""Learns what tells a page's content from its site, and writes the parser's weights.

    python -m benchmarks.quality.web.page_training

The labelled pages (`labelled_pages.py`) are 501 of WCXB's development split (CC BY 4.0) and 181 of
article-extraction-benchmark (MIT). Needs lightgbm (MIT), which the parser does not: the trees are
written as numbers. The league's sections `html` and `web` cross-validate: each page is read with
weights that were learned without it.
"""

import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.quality.materials import Materials, materials
from benchmarks.quality.web.labelled_pages import LabelledPage, labelled_pages
from benchmarks.quality.web.page_labels import shares_of, words_of
from benchmarks.quality.web.page_readers import ours
from gristmill.pipeline.parsers.markup import htmldoc
from gristmill.pipeline.parsers.markup.html.html_metadata import title_of
from gristmill.pipeline.parsers.markup.html.html_prepared import prepare
from gristmill.pipeline.parsers.markup.main_text import model
from gristmill.pipeline.parsers.markup.main_text.atoms import atoms_of
from gristmill.pipeline.parsers.markup.main_text.features import NAMES, rows_of
from gristmill.pipeline.parsers.markup.main_text.model import Model, Weights
from gristmill.pipeline.parsers.markup.main_text.page_facts import page_row

FOLDS, SEED = 5, 1
_ROUNDS = 90
_SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 15,
    "learning_rate": 0.12,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "verbose": -1,
    "num_threads": 1,
    "max_bin": 63,
    "force_col_wise": True,
    "seed": SEED,
    "deterministic": True,
}
_LEAST_WORDS, _MOST_WEIGHT, _SCALE = 50, 0.5, 1000


class Lesson(NamedTuple):
    """A page's texts as rows, which are content, and how much each matters to the page's F1."""

    rows: list[list[float]]
    content: list[bool]
    weights: list[float]


def lesson_of(page: LabelledPage) -> Lesson:
    tree = htmldoc.tree_of(page.data)
    title = title_of(tree) or ""
    prepare(tree, whole=False)
    atoms = atoms_of(tree)
    texts = [atom.text for atom in atoms]
    rows = list(rows_of(atoms, page_row(tree, atoms), title)) if atoms else []
    counts = [len(words_of(text)) for text in texts]
    scale = max(_LEAST_WORDS, len(words_of(page.truth)), sum(counts) * 0.1)
    weights = [min(_MOST_WEIGHT, count / scale) * _SCALE for count in counts]
    return Lesson(rows, [share >= 0.5 for share in shares_of(texts, page.truth)], weights)


def learn(lessons: Iterable[Lesson]) -> Model:
    import lightgbm
    import numpy

    kept = [lesson for lesson in lessons if lesson.rows]
    rows = numpy.array([row for lesson in kept for row in lesson.rows], dtype="float32")
    content = numpy.array([each for lesson in kept for each in lesson.content])
    weights = numpy.array([each for lesson in kept for each in lesson.weights])
    data = lightgbm.Dataset(rows, content, weight=weights)
    booster = lightgbm.train(_SETTINGS, data, _ROUNDS)
    trees = booster.dump_model()["tree_info"]
    return Model(NAMES, tuple(_node(tree["tree_structure"]) for tree in trees))


def folds(keys: Iterable[str]) -> list[list[str]]:
    """The same for the same keys."""
    shuffled = sorted(keys)
    random.Random(SEED).shuffle(shuffled)
    return [shuffled[start::FOLDS] for start in range(FOLDS)]


_held_back: dict[Path, dict[str, str]] = {}


def held_back_texts(found: Materials) -> dict[str, str] | None:
    """The text of each labelled page, read with weights learned from the other folds of all of
    them; None without lightgbm. Minutes, once."""
    if find_spec("lightgbm") is None or found.score is None:
        return None
    if found.score not in _held_back:
        pages = labelled_pages(found)
        lessons = {key: lesson_of(page) for key, page in pages.items()}
        texts: dict[str, str] = {}
        for held_back in folds(lessons):
            without = set(held_back)
            rest = (each for key, each in lessons.items() if key not in without)
            weights = Weights(learn(rest))
            texts.update((key, ours(pages[key].data, weights)) for key in held_back)
        _held_back[found.score] = texts
    return _held_back[found.score]


def _node(node: Mapping[str, Any]) -> Sequence[Any] | float:
    if "leaf_value" in node:
        return round(float(node["leaf_value"]), 4)
    left, right = _node(node["left_child"]), _node(node["right_child"])
    return [node["split_feature"], float(f"{node['threshold']:.5g}"), left, right]


def main() -> None:
    learned = learn(map(lesson_of, labelled_pages(materials()).values()))
    weights = Path(model.__file__).with_name("weights.json")
    weights.write_bytes(msgspec.json.encode(learned) + b"\n")
    sys.stdout.write(f"{weights}: {len(learned.trees)} trees\n")


if __name__ == "__main__":
    main()
