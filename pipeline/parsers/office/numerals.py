"""Numbers of list items, pages and notes in the ways in which Office writes them (ECMA-376,
17.18.59, by the names there)."""

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"))
_ROMAN_SMALL = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_NINE = "一二三四五六七八九"
_AIUEO = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_IROHA = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
)
_LETTERS = {
    **dict.fromkeys(("aiueo", "aiueoFullWidth"), _AIUEO),
    **dict.fromkeys(("iroha", "irohaFullWidth"), _IROHA),
    "russianLower": "абвгдежзиклмнопрстуфхцчшщэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "hebrew2": "אבגדהוזחטיכלמנסעפצקרשת",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
_COUNTED = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital"}
    | {"taiwaneseCounting", "taiwaneseCountingThousand", "koreanCounting", "ideographLegalSimple"}
)


def numeral(number: int, form: str) -> str:
    """A number as a form shows it; in decimal where the form is not known or does not reach."""
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{number:02}"
    if form == "ordinal":
        return _ordinal(number)
    if form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalEnclosedParen":
        return f"({number})"
    if form == "numberInDash":
        return f"- {number} -"
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if form == "hex":
        return f"{number:X}"
    if form in _COUNTED and 0 < number < 100:
        return _counted(number)
    if form in _LETTERS and 0 < number <= len(_LETTERS[form]):
        return _LETTERS[form][number - 1]
    return _latin(number, form)


def _latin(number: int, form: str) -> str:
    if form.endswith("Letter") and number > 0:
        text = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
    elif form.endswith("Roman") and 0 < number < 4000:
        text = ""
        for worth, letters in (*_ROMAN, *_ROMAN_SMALL):
            text += letters * (number // worth)
            number %= worth
    else:
        return str(number)
    return text.upper() if form.startswith("upper") else text


def _ordinal(number: int) -> str:
    teen = 10 < number % 100 < 14
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _counted(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _NINE[tens - 1]) + "十" if tens else ""
    return ten + (_NINE[ones - 1] if ones else "")
