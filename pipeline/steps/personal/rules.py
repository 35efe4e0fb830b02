"""What is found in a text: by its form, and by its check digits where there are some.

A number without a check digit needs a form that little else has. So of numbers that only look like
a card's or an account's, nine of ten and 96 of 97 are left alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """What stands at `start` to `end` of a text."""

    kind: str
    start: int
    end: int


def _digits(text: str) -> list[int]:
    return [int(each) for each in text if "0" <= each <= "9"]


def _is_iban(text: str) -> bool:
    plain = re.sub(r"[ -]", "", text).upper()
    turned = plain[4:] + plain[:4]
    return len(plain) in range(15, 35) and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _is_card(text: str) -> bool:
    digits = _digits(text)
    doubled = [d * 2 - 9 * (d > 4) if place % 2 else d for place, d in enumerate(digits[::-1])]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _is_phone(text: str) -> bool:
    return 8 <= len(_digits(text)) <= 15


def _is_spanish(text: str) -> bool:
    plain = text.upper().replace("-", "").translate(str.maketrans("XYZ", "012", ""))
    head, letter = plain[:-1], text.upper()[-1]
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(head) % 23] == letter


def _is_french(text: str) -> bool:
    plain = re.sub(r"\s", "", text).upper().replace("2A", "19").replace("2B", "18")
    return 97 - int(plain[:13]) % 97 == int(plain[13:])


def _is_brazilian(text: str) -> bool:
    digits = _digits(text)
    if len(set(digits)) == 1:
        return False
    first = sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) * 10 % 11 % 10
    second = sum(d * w for d, w in zip(digits, range(11, 1, -1), strict=False)) * 10 % 11 % 10
    return digits[9:] == [first, second]


def _is_british(text: str) -> bool:
    digits = _digits(text)
    check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9] and check != 10


def _is_polish(text: str) -> bool:
    digits = _digits(text)
    month, day = digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    check = -sum(d * w for d, w in zip(digits, weights, strict=False)) % 10
    return 1 <= month % 20 <= 12 and 1 <= day <= 31 and check == digits[10]


def _is_american(text: str) -> bool:
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _always(text: str) -> bool:
    return True


# No pattern can read one text in many ways: what is long and almost fits costs its length.
_START, _END = r"(?<![\w@.+-])", r"(?![\w@])"
_ABROAD = _START + r"(?:\+|(?<!\d )00)"
_Check = Callable[[str], bool]
_RULES: tuple[tuple[str, str, _Check], ...] = (
    # The local part is bounded: else a long run of letters is looked at from each of its places.
    (
        "email",
        r"(?<![\w.+-])[\w.+-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w@-])",
        _always,
    ),
    ("iban", _START + r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}" + _END, _is_iban),
    (
        "iban",
        _START + r"[A-Z]{2}\d{2}(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,3})?" + _END,
        _is_iban,
    ),
    ("card", _START + r"\d{13,19}" + _END, _is_card),
    ("card", _START + r"\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?" + _END, _is_card),
    ("card", _START + r"\d{4}[ -]\d{6}[ -]\d{5}" + _END, _is_card),
    ("national_id", _START + r"(?:\d{8}|[XYZxyz]-?\d{7})-?[A-Za-z]" + _END, _is_spanish),
    (
        "national_id",
        _START + r"[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}" + _END,
        _is_french,
    ),
    ("national_id", _START + r"\d{3}\.\d{3}\.\d{3}-\d{2}" + _END, _is_brazilian),
    ("national_id", _START + r"\d{3} \d{3} \d{4}" + _END, _is_british),
    ("national_id", _START + r"\d{11}" + _END, _is_polish),
    ("national_id", _START + r"\d{3}-\d{2}-\d{4}" + _END, _is_american),
    ("phone", _ABROAD + r"[1-9]\d{7,14}" + _END, _is_phone),
    (
        "phone",
        _ABROAD + r"[1-9]\d{0,4}(?:[ ./-]?\(\d{1,5}\)\d{0,5})?(?:[ ./-]\d{1,9}){1,5}" + _END,
        _is_phone,
    ),
    ("phone", _START + r"\(\d{3}\) ?\d{3}[-. ]\d{4}" + _END, _is_phone),
)
KINDS = tuple(dict.fromkeys(kind for kind, _, _ in _RULES))
_COMPILED = tuple((kind, re.compile(pattern), check) for kind, pattern, check in _RULES)


def found(text: str, kinds: Iterable[str] = KINDS) -> list[Found]:
    """What of some kinds is in a text, by its places; of what overlaps, the longest."""
    wanted = frozenset(kinds)
    every = sorted(_every(text, wanted), key=lambda each: each.start - each.end)
    kept: list[Found] = []
    taken: set[int] = set()
    for each in every:
        places = range(each.start, each.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def _every(text: str, kinds: frozenset[str]) -> Iterator[Found]:
    for kind, pattern, check in _COMPILED:
        if kind in kinds:
            for match in pattern.finditer(text):
                yield from _checked(kind, match, check)


def _checked(kind: str, match: "re.Match[str]", check: _Check) -> Iterator[Found]:
    """The match, or as much of its beginning as is one: what follows in a line may look like a
    further group of it."""
    text = match[0]
    while True:
        if check(text):
            yield Found(kind, match.start(), match.start() + len(text))
            return
        cut = max(text.rfind(" "), text.rfind("-")) if kind in ("iban", "card") else -1
        if cut < 8:
            return
        text = text[:cut]
