"""Which single-byte encoding of a Latin script makes the likeliest text, judged by alphabets.

Neighbouring encodings differ in a few letters, too few for statistics over whole texts. But a
wrong one mixes letters that no language has together (`ľ` and `ą` in Czech), or puts signs
inside words (`¶wiat`), while in the right one all letters beyond ASCII are of one language.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache

LATIN_ENCODINGS = (
    *("cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "cp1257", "iso8859-16"),
    *("mac-roman", "mac-latin2", "cp850", "cp852", "cp857"),
)
"""In order of use: of two that are as likely, the first is taken."""

_LANGUAGES = {  # letters beyond ASCII, the frequent ones first
    "ca": "éàòèíçóúïü·",
    "cs": "íáéěřčžýůšúťňóď",
    "cy": "âôîêûŵŷ",
    "da": "åøæé",
    "de": "üäöß",
    "en": "éèêëïç",
    "es": "óíáéñúü¿¡ºª",
    "et": "äõüöšž",
    "fi": "äöåšž",
    "fr": "éèàêçâîôùûïëœüÿæ«»",
    "ga": "áíéóú",
    "hr": "čćžšđ",
    "hu": "áéöóőíüúű",
    "is": "íáóðéþúýöæ",
    "it": "àèìòùéîíó",
    "lt": "ėįųšžąūęč",
    "lv": "āīēšņļūžķčģ",
    "nl": "ëéïèöüáóíêäç",
    "pl": "łąężśćóńź",
    "pt": "ãçáéíóêõâúàôü",
    "ro": "ăîşâţșț",
    "sk": "áíéčúýžšľťňďôóäŕĺ",
    "sl": "čšžćđ",
    "sq": "ëç",
    "sv": "äåöéü",
    "tr": "ıüşğçöİâîû",
}

_FOREIGN_LETTER = -4.0
_BY_RANK = 0.02
_ALONE = 0.3  # a letter that is a word, such as `à`
_CAPITAL_ALONE = -2.0
_CAPITAL_INSIDE = -3.0
_SIGN = 0.5
_ODD_SIGN = -2.0
_SIGN_IN_WORD = -6.0
_SIGNS = frozenset("–—‘’‚“”„…•€£§©®°«»¡¿·\xa0ºª²³½¼±×µ™†‰‹›¢¥")
_JOINING = frozenset("’·\xa0–—")
_PRIOR = 0.3  # the encodings of DOS and the old Mac are seldom met
_SELDOM = LATIN_ENCODINGS[LATIN_ENCODINGS.index("mac-roman") :]
_SAMPLE_BYTES = 64 * 1024
_IN_CONTEXT = re.compile(rb"(?=([\x00-\xff][\x80-\xff][\x00-\xff]))")

Context = tuple[str, str, str]
"""A character beyond ASCII between its neighbours."""


def likeliest(data: bytes) -> str | None:
    """The encoding that makes the likeliest text of `data`; None when each is unlikely."""
    return scored(data)[0]


def scored(
    data: bytes,
    encodings: Sequence[str] = LATIN_ENCODINGS,
    seldom: Collection[str] = _SELDOM,
) -> tuple[str | None, float]:
    """That encoding, and how likely it is: up to 1.0, above 0.0. Those named as `seldom` used have
    to be a good deal likelier than others."""
    sample = b" " + data[:_SAMPLE_BYTES] + b" "
    windows = Counter(_IN_CONTEXT.findall(sample))
    best, best_score = None, 0.0
    for encoding in encodings:
        contexts = _decoded(windows, encoding)
        if not contexts:
            continue
        score = _score(contexts) - (_PRIOR if encoding in seldom else 0.0)
        if score > best_score + 0.01:
            best, best_score = encoding, score
    return best, best_score


def _decoded(windows: Counter[bytes], encoding: str) -> dict[Context, int]:
    """Empty where the encoding does not have one of the bytes."""
    try:
        text = b"".join(windows).decode(encoding)
    except UnicodeDecodeError:
        return {}
    contexts = zip(text[::3], text[1::3], text[2::3], strict=True)
    return dict(zip(contexts, windows.values(), strict=True))


def _score(contexts: dict[Context, int]) -> float:
    """From 1.0 (each character beyond ASCII is a letter of one language) down below zero."""
    letters: Counter[str] = Counter()
    score = 0.0
    for (before, char, after), count in contexts.items():
        if not char.isalpha():
            score += count * _sign(before, char, after)
        elif not (before.isalpha() or after.isalpha()):
            score += count * (_CAPITAL_ALONE if char.isupper() else _ALONE)
        elif char.isupper() and (before.islower() or before.isdigit()):
            score += count * _CAPITAL_INSIDE
        else:
            letters[char] += count
    score += _best_fit(letters)
    return score / sum(contexts.values())


def _sign(before: str, char: str, after: str) -> float:
    if before.isalpha() and after.isalpha() and char not in _JOINING:
        return _SIGN_IN_WORD
    return _SIGN if char in _SIGNS else _ODD_SIGN


def _best_fit(letters: Counter[str]) -> float:
    """In the language that has most of the letters: each one's languages are few of all."""
    alphabets = _alphabets()
    gains = [0] * len(alphabets)
    for char, count in letters.items():
        for language, gain in _gains().get(char, ()):
            gains[language] += gain * count
    most = max(gains)
    best = (alphabet for alphabet, gain in zip(alphabets, gains, strict=True) if gain == most)
    return max(_fit(letters, alphabet) for alphabet in best)


def _fit(letters: Counter[str], alphabet: dict[str, float]) -> float:
    return sum(count * alphabet.get(char, _FOREIGN_LETTER) for char, count in letters.items())


@cache
def _alphabets() -> tuple[dict[str, float], ...]:
    """What each letter counts in each language: nearly the same, the seldom ones a little less.
    So Turkish, whose `ı` is everywhere, does not pass as Icelandic with only its rare `ý`."""
    return tuple(
        {
            char: 1.0 - _BY_RANK * rank
            for rank, letter in enumerate(letters)
            for char in (letter, *letter.upper())
            if char > "\x7f"
        }
        for letters in _LANGUAGES.values()
    )


@cache
def _gains() -> dict[str, tuple[tuple[int, int], ...]]:
    """By letter: the languages that have it, by their place, and by how many hundredths it counts
    more there than a foreign one."""
    found: dict[str, list[tuple[int, int]]] = {}
    for language, alphabet in enumerate(_alphabets()):
        for char, value in alphabet.items():
            found.setdefault(char, []).append((language, round(100 * (value - _FOREIGN_LETTER))))
    return {char: tuple(gains) for char, gains in found.items()}
