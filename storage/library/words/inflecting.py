"""Other forms of a word in a language: its numbers, cases and persons.

The index knows nothing of languages but the endings of English, so that the same text always has
the same words. A query is asked for a word's other forms instead: each ending that the language
has is put behind the word's stem, and what has that very stem again is a form of it. A stemmer
that changes with its next version changes what is looked for, and nothing that is stored.

The languages are those in which it helped (`docs/decisions/0018-forms-of-words-in-the-query.md`).
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from gristmill.storage.library.words.folding import fold


class _Language(NamedTuple):
    """`stemmer`: its name in Snowball. `changed`: what of a stem is written in another way before
    some endings, as a pattern, what stands in its place, and those endings."""

    stemmer: str
    endings: tuple[str, ...]
    changed: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


def _of(stemmer: str, endings: str, *changed: tuple[str, str, str]) -> _Language:
    others = tuple((old, new, ("", *ends.split())) for old, new, ends in changed)
    return _Language(stemmer, ("", *endings.split()), others)


_LANGUAGES = {
    "de": _of("german", "e en er ern es em s n st t te ten"),
    "nl": _of("dutch", "e en s es t de den", ("([aeou])([^aeiou])$", r"\1\1\2", ""),
              (r"([aeou])\1([^aeiou])$", r"\1\2", "en"),
              ("([^aeiou])$", r"\1\1", "e en"), ("f$", "v", "e en"), ("s$", "z", "e en"),
              ("v$", "f", "t"), ("z$", "s", "t")),
    "sv": _of("swedish", "a e ar er or en et n t s na arna erna orna ens ets as ade at are"),
    "da": _of("danish", "e er en et s ene erne ens ets ers ede te"),
    "no": _of("norwegian", "e er en et a s ene ene ens ets ers te ede"),
    "fr": _of("french", "e s es é ée és ées er ez ent ait aient ant ons x eux euse euses",
              ("al$", "aux", ""), ("i$", "y", "er e es")),
    "es": _of("spanish", "o a os as e es s ar er ir ó é an en aba ado ada ados adas ando iendo"),
    "it": _of("italian", "o a i e io ia ie are ere ire ato ata ati ate ano ono ava",
              ("([cg])$", r"\1h", "i e")),
    "pt": _of("portuguese", "o a os as e es s ar er ir ou am em ado ada ados adas ando",
              ("([^aeiou])$", r"\1ã", "o"), ("([^aeiou])$", r"\1õ", "es")),
    "ro": _of("romanian", "ă a e i ul ului ele elor ii iile iilor le lor lui ea uri urile"),
    "ru": _of("russian", "а я о е ё ы и у ю ь й ой ей ом ем ам ям ами ями ах ях ов ев "
              "ый ий ая яя ое ее ые ие ого его ому ему ым им ых их ую юю "
              "ть ла ло ли ет ют ит ят ает ают ал ала али"),
    "fi": _of("finnish", "a ä n t in en ssa ssä sta stä lla llä lta ltä lle ksi na nä ja jä ien "
              "issa issä ista istä illa illä ilta iltä ille iksi oita öitä"),
    "hu": _of("hungarian", "k ok ek ák ék t ot et at ban ben ba be nak nek val vel on en ön ra re "
              "ról ről ból ből hoz hez ig ért ja je a e"),
    "pl": _of("polish", "a y i e u o ę ą ów om ami ach em owi ie ej ego emu ym ych"),
    "cs": _of("czech", "a y i e u o ů ům ách ami em ou ě í ý ého ému ých ými"),
    "el": _of("greek", "ος ου ο οι ων ους η ης ες α ας ι ια ιων "
              "ίο ία ίου ίας ίες"),
    "ca": _of("catalan", "a s es os o e ar er ir"),
}  # fmt: skip
_LEAST = 3
"""Letters of a stem, and of a word with other forms."""
_own = threading.local()


def is_inflected(language: str) -> bool:
    """Whether words of a language (ISO 639-1) have other forms here."""
    return language in _LANGUAGES


@lru_cache(maxsize=10_000)
def forms(word: str, language: str) -> tuple[str, ...]:
    """The word itself and its other forms, folded, without those that are folded to the same."""
    known = _LANGUAGES[language]
    written = unicodedata.normalize("NFC", word).lower()
    stem = _stem(known.stemmer, written)
    if len(stem) < _LEAST or not written.isalpha():
        return (fold(word),)
    spelled = [stem + ending for ending in known.endings]
    for old, new, endings in known.changed:
        if (other := re.sub(old, new, stem)) != stem:
            spelled += [other + ending for ending in endings]
    found = (each for each in spelled if _stem(known.stemmer, each) == stem)
    return tuple(dict.fromkeys(map(fold, (word, *found))))


def _stem(stemmer: str, word: str) -> str:
    stemmers = _own.__dict__.setdefault("stemmers", {})
    if stemmer not in stemmers:
        from Stemmer import Stemmer

        # One keeps what it has stemmed, and is for one thread.
        stemmers[stemmer] = Stemmer(stemmer, 0)
    stemmed: str = stemmers[stemmer].stemWord(word)
    return stemmed
