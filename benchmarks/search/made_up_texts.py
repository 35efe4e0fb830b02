"""A library of any size whose words are as unevenly spread as those of real texts.

How often a word comes is by its rank (Zipf, Mandelbrot); the commonest are those of English. A
document is about something: a part of its words is of its topic, and these come again and again.
The same number always has the same document.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np


def _listed(words: str) -> list[str]:
    return words.split()


_COMMONEST = _listed(
    "the of and to a in is that for it as was with be by on not he his but at are this have "
    "from or had an they which one you were all her she there would their we him been has "
    "when who will no more if out so up said what its about than into them can only other "
    "time new some could these two may first then do any like my now over such our man me "
    "even most made after also did many off before must well back through years much where "
    "your way down should because long each just state those people too mr how little good "
    "world make very year still see work"
)
_ONSETS = _listed("b c d f g h j k l m n p r s t v w z br cl dr fl gr pl pr sc sh sp st th tr")
_VOWELS = _listed("a e i o u ai ea io ou")
_CODAS = ["", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ck"]
_WORDS = 300_000
_EXPONENT, _SHIFT = 1.05, 2.7
_TOPICS, _OF_TOPIC = 2_000, 200
_TOPIC_RANKS = (200, 60_000)
_ABOUT = 0.25
CHUNKS_EACH = 10
_SENTENCE = 15


class MadeUp(NamedTuple):
    """A document: its title, its chunks, and what it is about."""

    number: int
    title: str
    chunks: list[str]
    topic: int


class Texts:
    """All documents of one seed."""

    def __init__(self, seed: int = 1) -> None:
        chance = np.random.default_rng(seed)
        self._seed = seed
        self.words = np.array([*_COMMONEST, *_made_up(chance, _WORDS - len(_COMMONEST))])
        ranks = np.arange(_WORDS) + _SHIFT
        self._all = np.cumsum(ranks**-_EXPONENT)
        self._all /= self._all[-1]
        low, high = np.log(_TOPIC_RANKS[0]), np.log(_TOPIC_RANKS[1])
        self._topics = np.exp(chance.uniform(low, high, (_TOPICS, _OF_TOPIC))).astype(np.int64)
        own = np.cumsum((np.arange(_OF_TOPIC) + 2.0) ** -0.8)
        self._own = own / own[-1]

    def documents(self, chunks: int) -> Iterator[MadeUp]:
        """As many as have so many chunks."""
        return map(self.document, range(-(-chunks // CHUNKS_EACH)))

    def document(self, number: int) -> MadeUp:
        chance = np.random.default_rng((self._seed, number))
        topic = int(chance.integers(_TOPICS))
        lengths = chance.integers(60, 180, CHUNKS_EACH)
        total = int(lengths.sum())
        ids = np.searchsorted(self._all, chance.random(total))
        about = chance.random(total) < _ABOUT
        ids[about] = self._topics[topic][self._of_topic(chance, int(about.sum()))]
        title = self.words[self._topics[topic][self._of_topic(chance, 4)]]
        words = self.words[np.minimum(ids, _WORDS - 1)].tolist()
        ends = np.cumsum(lengths).tolist()
        pieces = [
            _sentences(words[end - size : end])
            for size, end in zip(lengths.tolist(), ends, strict=True)
        ]
        return MadeUp(number, f"{' '.join(title.tolist())} {number}", pieces, topic)

    def _of_topic(self, chance: np.random.Generator, count: int) -> np.ndarray:
        return np.searchsorted(self._own, chance.random(count))


def _made_up(chance: np.random.Generator, count: int) -> list[str]:
    words: dict[str, None] = dict.fromkeys(_COMMONEST)
    for syllables in (1, 2, 2, 3, 3, 3, 4):
        for _ in range(count):
            if len(words) == count + len(_COMMONEST) or (syllables == 1 and len(words) > 1500):
                break
            picked = chance.random((syllables, 3))
            words["".join(_syllable(*each) for each in picked)] = None
    while len(words) < count + len(_COMMONEST):
        words["".join(_syllable(*each) for each in chance.random((4, 3)))] = None
    return list(words)[len(_COMMONEST) :]


def _syllable(onset: float, vowel: float, coda: float) -> str:
    parts = zip((_ONSETS, _VOWELS, _CODAS), (onset, vowel, coda), strict=True)
    return "".join(each[int(at * len(each))] for each, at in parts)


def _sentences(words: list[str]) -> str:
    pieces = [words[at : at + _SENTENCE] for at in range(0, len(words), _SENTENCE)]
    return " ".join(" ".join(piece).capitalize() + "." for piece in pieces)
