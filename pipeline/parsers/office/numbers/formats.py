"""What a spreadsheet shows for a number or a text, by the code of its format."""

from functools import lru_cache

from gristmill.pipeline.parsers.office.numbers.digits import in_places
from gristmill.pipeline.parsers.office.numbers.moments import as_moment
from gristmill.pipeline.parsers.office.numbers.sections import Section, sections_of

_ACCOUNTS = (
    '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    '_($* #,##0_);_($* (#,##0);_($* "-"_);_(@_)',
)
BUILTIN: dict[int, str] = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: "$#,##0_);($#,##0)",
    6: "$#,##0_);($#,##0)",
    7: "$#,##0.00_);($#,##0.00)",
    8: "$#,##0.00_);($#,##0.00)",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **dict.fromkeys((14, 15, *range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    16: "d-mmm",
    17: "mmm-yy",
    **dict.fromkeys((18, 19, 20, 21, 45, *range(32, 36)), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);(#,##0.00)",
    41: _ACCOUNTS[0],
    42: _ACCOUNTS[1],
    43: _ACCOUNTS[0].replace("#,##0", "#,##0.00").replace('"-"', '"-"??'),
    44: _ACCOUNTS[1].replace("#,##0", "#,##0.00").replace('"-"', '"-"??'),
    46: "[h]:mm:ss",
    47: "mm:ss",
    48: "##0.0E+0",
    49: "@",
}
"""Codes that files name by a number alone (18.8.30). The days of 14 and 22 are in the order of the
reader's country; they are written in ISO 8601 like all others."""

_GENERAL = frozenset({"", "general", "@"})
_TIMES = frozenset({"time", "elapsed", "half"})


def shown_number(value: str | float) -> str:
    """With the 15 digits that spreadsheets show, so without what binary fractions leave."""
    try:
        number = float(value)
    except ValueError:
        return str(value)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def shown(value: str | float, code: str, since_1904: bool = False) -> str:
    """A number as a format shows it; what is no number as it is."""
    if code.lower() in _GENERAL:
        return shown_number(value)
    try:
        number = float(value)
    except ValueError:
        return str(value)
    return _shown(number, code, since_1904)


def shown_text(text: str, code: str) -> str:
    """A text as a format shows it: with what the format puts around texts."""
    if "@" not in code or code == "@":
        return text
    section = sections_of(code)[-1]
    if section.kinds - {"text", "@"}:
        return text
    return "".join(text if part.kind == "@" else part.text for part in section.parts).strip()


@lru_cache(16_384)
def _shown(number: float, code: str, since_1904: bool) -> str:
    if number - number != 0:  # infinite, or no number
        return shown_number(number)
    section, is_bare = _section_for(number, sections_of(code))
    kinds = section.kinds
    if kinds & _TIMES:
        return as_moment(number, section.parts, since_1904) or shown_number(number)
    sign = "-" if number < 0 and not is_bare else ""
    if "general" in kinds or "@" in kinds:
        plain = shown_number(abs(number))
        text = "".join(
            plain if part.kind in ("general", "@") else part.text
            for part in section.parts
            if part.kind in ("general", "@", "text")
        )
    elif "digit" in kinds or "%" in kinds:
        text = in_places(abs(number), section.parts)
    else:
        text = "".join(part.text for part in section.parts if part.kind == "text")
        sign = ""
    text = " ".join(text.split())
    return sign + text if sign and text.strip("0.,% ") else text


def _section_for(number: float, sections: tuple[Section, ...]) -> tuple[Section, bool]:
    """The section, and whether it says itself that a number is negative."""
    numeric = sections[:3] if len(sections) > 1 else sections
    if any(each.condition for each in numeric):
        for each in numeric:
            if each.fits(number):
                return each, False
        return numeric[-1], False
    if number < 0 and len(numeric) > 1:
        return numeric[1], True
    if number == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], False
