"""Which single-byte encoding of a Latin script makes the likeliest text, judged by alphabets.

Neighbouring encodings differ in a few letters, too few for statistics over whole texts. But a
wrong one mixes letters that no language has together (`ľ` and `ą` in Czech), or puts signs
inside words (`¶wiat`), while in the right one all letters beyond ASCII are of one language.
"""

import re
from collections import Counter
from functools import cache

LATIN_ENCODINGS = (
    *("cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "cp1257", "iso8859-16"),
    *("mac-roman", "mac-latin2", "cp850", "cp852", "cp857"),
)
"""In order of use: of two that are as likely, the first is taken."""

_LANGUAGES = {
    "ca": "àçèéíïòóúü·",
    "cs": "áčďéěíňóřšťúůýž",
    "cy": "âêîôûŵŷ",
    "da": "æøåé",
    "de": "äöüß",
    "en": "éèêëïç",
    "es": "áéíñóúü¿¡ºª",
    "et": "äõöüšž",
    "fi": "äöåšž",
    "fr": "àâæçèéêëîïôœùûüÿ«»",
    "ga": "áéíóú",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "is": "áæðéíóöþúý",
    "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "nl": "áäèéêëïóöüç",
    "pl": "ąćęłńóśźż",
    "pt": "àáâãçéêíóôõúü",
    "ro": "ăâîşţșț",
    "sk": "áäčďéíľĺňóôŕšťúýž",
    "sl": "čšžćđ",
    "sq": "ëç",
    "sv": "åäöéü",
    "tr": "çğıöşüâîûİ",
}

_FOREIGN_LETTER = -4.0
_SIGN_IN_WORD = -6.0
_ODD_SIGN = -2.0
_CAPITAL_INSIDE = -3.0
_MARKS = frozenset("–—‘’‚“”„…•€£§©®°«»¡¿·\xa0ºª²³½¼±×µ™†‰‹›¢¥")


def likeliest(candidates: dict[str, str]) -> str | None:
    """The name of the likeliest text of `candidates`, by encoding; None when each is unlikely."""
    best, best_score = None, 0.0
    for encoding, text in candidates.items():
        score = _score(text)
        if score > best_score + 0.01:
            best, best_score = encoding, score
    return best


def _score(text: str) -> float:
    """From 1.0 (each character beyond ASCII is a letter of one language) down below zero."""
    beyond = Counter(char for char in text if char > "\x7f")
    if not beyond:
        return 0.0
    letters = Counter({char: count for char, count in beyond.items() if char.isalpha()})
    marks = beyond.total() - letters.total()
    wrong = _signs(text, {char: n for char, n in beyond.items() if not char.isalpha()})
    wrong += _CAPITAL_INSIDE * _capitals_inside(text)
    fit = max(_fit(letters, alphabet) for alphabet in _alphabets())
    return (fit + 0.5 * marks + wrong) / beyond.total()


def _fit(letters: Counter[str], alphabet: frozenset[str]) -> float:
    inside = sum(count for char, count in letters.items() if char in alphabet)
    return inside + _FOREIGN_LETTER * (letters.total() - inside)


def _signs(text: str, signs: dict[str, int]) -> float:
    """What signs cost: most of those that are seldom used, and of any inside a word."""
    cost = 0.0
    for sign, count in signs.items():
        if sign not in _MARKS:
            cost += _ODD_SIGN * count
        if sign not in "’·\xa0–—":
            cost += _SIGN_IN_WORD * len(re.findall(rf"(?<=[^\W\d_]){re.escape(sign)}(?=[^\W\d_])", text))
    return cost


def _capitals_inside(text: str) -> int:
    """Capitals beyond ASCII after a small letter, or at the end of a number."""
    return sum(
        char > "\x7f" and char.isupper() and (text[at - 1].islower() or text[at - 1].isdigit())
        for at, char in enumerate(text)
        if at and char > "\x7f"
    )


@cache
def _alphabets() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(each + each.upper().replace("SS", "")) for each in _LANGUAGES.values())
