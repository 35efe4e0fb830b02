"""Step `near_duplicates`: a signature, by which the library finds a document that is nearly the
same."""

import re
import sys
from array import array

from rensa import RMinHash

from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent, Signature
from gristmill.schemas.steps import NearDuplicatesOptions

version = "1"
options_type = NearDuplicatesOptions

KIND = f"words3/{RMinHash.ALGORITHM_VERSION}"
_NUMBERS = 120
_SEED = 1
_WORDS = 3
_FEWEST_SHINGLES = 12
"""Two letters of a few words are alike by chance."""
_AT_ONCE = 50_000
# Scripts that put no blanks between words: there each character counts as one.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


def apply(document: DocumentContent, options: NearDuplicatesOptions, settings: Settings) -> Changes:
    """A signature of all runs of three words, whatever their case, punctuation and layout. A text
    of a few words has none."""
    minhash = RMinHash(num_perm=_NUMBERS, seed=_SEED)
    count = 0
    words: list[str] = []
    for text in _once(document.chunks):
        words += _WORD.findall(text.lower())
        if len(words) >= _AT_ONCE:
            count += _add(minhash, words)
            words = words[1 - _WORDS :]
    count += _add(minhash, words)
    if count < _FEWEST_SHINGLES:
        return Changes()
    return Changes(signature=Signature(KIND, _packed(minhash.digest()), options.threshold))


def _once(chunks: tuple[ChunkDraft, ...]) -> list[str]:
    """The text of the chunks without what they repeat of each other, so that the same document
    cut another way has the same signature."""
    texts, end = [], 0
    for chunk in chunks:
        texts.append(chunk.text[max(0, end - chunk.start) :])
        end = max(end, chunk.end)
    return texts


def _add(minhash: RMinHash, words: list[str]) -> int:
    shingles = [" ".join(three) for three in zip(words, words[1:], words[2:], strict=False)]
    minhash.update(shingles)
    return len(shingles)


def _packed(numbers: list[int]) -> bytes:
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
