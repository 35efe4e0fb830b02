"""Scripts as words are made of them, by blocks of Unicode."""

import re
from functools import cache

LATIN_MARKS = "\u0300-\u036f"
DROPPED_MARKS = (
    # Hebrew points, Arabic vowels and tatweel, and what joins letters without being one.
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f"
)
MARKED = (
    # Blocks whose vowel signs are marks: there they belong to their letter. Without dandas.
    "\u0900-\u0963\u0966-\u0dff\u0f00-\u0f0a\u0f20-\u0f39\u0f40-\u0fff"
    "\u1700-\u17d3\u17d7\u17dc-\u18af\u1900-\u1aff\u1b00-\u1cff\ua800-\uabff"
)
THAI_LAO = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf"
BURMESE = "\u1000-\u103f\u1050-\u108f\u109a-\u109f\uaa60-\uaa7f"
KHMER = "\u1780-\u17d3\u17dc-\u17dd"
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HIRAGANA = "\u3041-\u309f"
KATAKANA = "\u30a0-\u30ff\u31f0-\u31ff"
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff"

_UNSPACED = (HAN, HIRAGANA, KATAKANA, HANGUL, THAI_LAO, BURMESE, KHMER)
PARTICLES = re.compile(f"[{HIRAGANA}]{{1,2}}")
"""What mostly joins words of Japanese and is none."""
LETTER = re.compile(
    # A letter with the signs above, below and behind it.
    r".[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    r"\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u17dd\u3099\u309a]*",
    re.DOTALL,
)
WORD = re.compile(rf"[\w{LATIN_MARKS}{DROPPED_MARKS}{MARKED}{THAI_LAO}{BURMESE}]+")
"""Of a text without underscores, which part words as blanks do."""


@cache
def unspaced() -> re.Pattern[str]:
    """A run of letters of one script in which words stand side by side, or (Korean) bear particles.

    Made when it is needed, as the other one: to make both takes as long as to import the rest.
    """
    return re.compile("|".join(f"[{block}]+" for block in _UNSPACED))


@cache
def any_unspaced() -> re.Pattern[str]:
    """One letter of such a script."""
    return re.compile(f"[{''.join(_UNSPACED)}]")
