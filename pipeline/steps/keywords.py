"""Step `keywords`: the words and short phrases that a document keeps coming back to.

From the text alone, without a model: a candidate is a run of words between stop words and
punctuation. What counts is how often it comes, in how many parts of the document, whether a
heading or the title has it, and whether it is written like a name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from math import log2, sqrt
from typing import NamedTuple

from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.pipeline.steps.stop_words import STOP_WORDS, language_of
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.steps import KeywordsOptions

version = "1"
options_type = KeywordsOptions

_MOST_CHARS = 200_000
_LONGEST_WORD = 30
_SHORT_TEXT = 150
"""Below this many words nothing needs to come twice."""
_TOKEN = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?|[^\s\w]|\n\s*\n|\d+")
_HEADING_BONUS = 1.6
_NAME_BONUS = 0.4

Phrase = tuple[str, ...]


class _Word(NamedTuple):
    """`key` is what forms of one word share; `starts` a sentence, so a capital says nothing."""

    key: str
    form: str
    starts: bool


def apply(document: DocumentContent, options: KeywordsOptions, settings: Settings) -> Changes:
    """Metadata `keywords`: a list, the most telling one first. Empty where nothing stands out."""
    parts = list(_parts(document))
    counted = Counter(token.lower() for part in parts for token in part if token[0].isalpha())
    language = language_of(counted)
    stops = STOP_WORDS.get(language or "", frozenset())
    tally = _Tally(options.max_words)
    for part in parts:
        tally.add([list(run) for run in _runs(part, stops, language)])
    heads = {head for chunk in document.chunks for head in chunk.headings}
    headed = {
        word.key
        for head in (*heads, document.title or "")
        for run in _runs(_TOKEN.findall(head), stops, language)
        for word in run
    }
    fewest = 1 if counted.total() < _SHORT_TEXT else 2
    return Changes({"keywords": tally.best(options.count, fewest, headed)})


def _parts(document: DocumentContent) -> Iterator[list[str]]:
    """The tokens of chunks from all over the document."""
    chars = sum(len(chunk.text) for chunk in document.chunks)
    every = 1 + chars // _MOST_CHARS
    for chunk in document.chunks[::every]:
        yield _TOKEN.findall(chunk.text[:_MOST_CHARS])


def _runs(
    tokens: Iterable[str], stops: frozenset[str], language: str | None
) -> Iterator[list[_Word]]:
    """Words that stand together, without a stop word or punctuation between them."""
    run: list[_Word] = []
    starts = True
    for token in tokens:
        is_word = token[0].isalpha()
        lower = token.lower()
        if is_word and lower not in stops and 2 < len(token) <= _LONGEST_WORD:
            run.append(_Word(_key(lower, language), token, starts))
        elif run:
            yield run
            run = []
        starts = token in ".!?:" or (not is_word and token.isspace())
    if run:
        yield run


def _key(word: str, language: str | None) -> str:
    """English plurals count with their singular."""
    if language != "en" or len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


class _Tally:
    """Counts phrases of up to `max_words` words over the parts of a document."""

    def __init__(self, max_words: int) -> None:
        self._max_words = max_words
        self._parts = 0
        self._times: Counter[Phrase] = Counter()
        self._in_parts: Counter[Phrase] = Counter()
        self._as_name: Counter[Phrase] = Counter()
        self._forms: dict[Phrase, Counter[str]] = {}

    def add(self, runs: list[list[_Word]]) -> None:
        """Count the runs of words of one part."""
        here: set[Phrase] = set()
        for run in runs:
            for at in range(len(run)):
                for end in range(at + 1, min(at + self._max_words, len(run)) + 1):
                    here.add(self._count(run[at:end]))
        self._in_parts.update(here)
        self._parts += 1

    def _count(self, words: list[_Word]) -> Phrase:
        phrase = tuple(word.key for word in words)
        self._times[phrase] += 1
        self._forms.setdefault(phrase, Counter())[" ".join(word.form for word in words)] += 1
        if all(word.form[0].isupper() for word in words) and not words[0].starts:
            self._as_name[phrase] += 1
        return phrase

    def best(self, count: int, fewest: int, headed: set[str]) -> list[str]:
        """Up to `count` phrases that come `fewest` times or more, none inside another one."""
        weights = {
            phrase: self._weight(phrase, headed)
            for phrase, times in self._times.items()
            if times >= fewest
        }
        chosen: list[Phrase] = []
        for phrase in sorted(weights, key=lambda each: (-weights[each], each)):
            if len(chosen) == count:
                break
            if not any(self._says_the_same(phrase, other) for other in chosen):
                chosen.append(phrase)
        return [self._written(phrase) for phrase in chosen]

    def _weight(self, phrase: Phrase, headed: set[str]) -> float:
        times = self._times[phrase]
        spread = self._in_parts[phrase] / self._parts
        name = self._as_name[phrase] / times
        in_heading = sum(key in headed for key in phrase) / len(phrase)
        bonus = 1 + _HEADING_BONUS * in_heading + _NAME_BONUS * name
        # A phrase comes less often than each of its words and says more.
        return log2(1 + times) * (1 + spread) * bonus * sqrt(len(phrase))

    def _says_the_same(self, phrase: Phrase, chosen: Phrase) -> bool:
        """Whether one is inside the other and hardly ever comes without it."""
        short, long = sorted((phrase, chosen), key=len)
        inside = any(
            long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1)
        )
        return inside and (phrase == long or self._times[short] < 3 * self._times[long])

    def _written(self, phrase: Phrase) -> str:
        """As the document writes it most often; lower case where it does that at all."""
        forms = self._forms[phrase]
        lower = [form for form in forms if form.islower()]
        return max(lower or forms, key=lambda form: (forms[form], form))
