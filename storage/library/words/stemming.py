"""English words without their endings, as the index has them (Porter, 1980)."""

import threading
from functools import lru_cache

_own = threading.local()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What is left of a word; of one in another script, all of it."""
    stemmer = getattr(_own, "stemmer", None)
    if stemmer is None:
        from Stemmer import Stemmer

        # One keeps what it has stemmed, and is for one thread.
        stemmer = _own.stemmer = Stemmer("porter", 0)
    stemmed: str = stemmer.stemWord(word)
    return stemmed
