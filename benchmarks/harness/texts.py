"""Texts to ingest: each different, all alike, the same in every run."""

import itertools
import random
from collections.abc import Iterator
from itertools import islice

_WORDS = [
    "mill",
    "stone",
    "water",
    "wheel",
    "grain",
    "flour",
    "river",
    "sluice",
    "gear",
    "shaft",
    "hopper",
    "dust",
    "sack",
    "harvest",
    "miller",
    "bread",
    "oven",
    "field",
    "winter",
    "spring",
    "barley",
    "wheat",
    "rye",
    "oats",
    "timber",
    "iron",
    "rope",
    "pulley",
    "weight",
    "measure",
]
_SENTENCES, _WORDS_EACH = 4, 12


def texts(count: int, seed: int) -> list[str]:
    """`count` texts of four sentences, about 280 characters each."""
    return list(islice(endless(seed), count))


def endless(seed: int) -> Iterator[str]:
    """Such texts, as many as are taken."""
    chance = random.Random(seed)
    return (f"Entry {seed}-{number}. {_text(chance)}" for number in itertools.count())


def _text(chance: random.Random) -> str:
    sentences = (" ".join(chance.choices(_WORDS, k=_WORDS_EACH)) for _ in range(_SENTENCES))
    return " ".join(f"{sentence.capitalize()}." for sentence in sentences)
