"""Questions whose answers are known: each is made of words of one chunk."""

import re
from typing import NamedTuple

import numpy as np

from benchmarks.search.made_up_texts import CHUNKS_EACH, MadeUp, Texts

_STOP_WORDS, _COMMON = 130, 5_000
"""Ranks below these: words that say nothing, and words that are in many chunks."""
_WORD = re.compile("[a-z]+")


class Question(NamedTuple):
    """`document` and `chunk` are where its words are from."""

    text: str
    document: int
    chunk: int


def two_words(texts: Texts, documents: int, count: int) -> list[Question]:
    """Two words that say something, as often common ones as a text has them."""
    return _questions(texts, documents, count, _two)


def common_words(texts: Texts, documents: int, count: int) -> list[Question]:
    """Five to nine words, as a person asks: some say nothing, the others are in many chunks."""
    return _questions(texts, documents, count, _several)


class _Asker:
    def __init__(self, texts: Texts, chance: np.random.Generator) -> None:
        self.ranks = {word: rank for rank, word in enumerate(texts.words.tolist())}
        self.chance = chance

    def some(self, words: list[str], count: int, first: int, last: int) -> list[str]:
        fit = list(dict.fromkeys(w for w in words if first <= self.ranks[w] < last))
        if len(fit) < count:
            return []
        return [str(each) for each in self.chance.choice(fit, count, replace=False)]


def _two(asker: _Asker, words: list[str]) -> list[str]:
    return asker.some(words, 2, _STOP_WORDS, len(asker.ranks))


def _several(asker: _Asker, words: list[str]) -> list[str]:
    telling = asker.some(words, int(asker.chance.integers(3, 6)), _STOP_WORDS, _COMMON)
    stops = asker.some(words, int(asker.chance.integers(2, 5)), 0, _STOP_WORDS)
    return [*stops, *telling] if telling and stops else []


def _questions(texts: Texts, documents: int, count: int, pick) -> list[Question]:  # type: ignore[no-untyped-def]
    chance = np.random.default_rng(documents + count)
    asker = _Asker(texts, chance)
    questions: list[Question] = []
    while len(questions) < count:
        made: MadeUp = texts.document(int(chance.integers(documents)))
        chunk = int(chance.integers(CHUNKS_EACH))
        if picked := pick(asker, _WORD.findall(made.chunks[chunk].lower())):
            questions.append(Question(" ".join(picked), made.number, chunk))
    return questions
