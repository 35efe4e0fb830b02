"""Numbers by the digits' places of a format: leading zeros, literals, thousands, percent,
fractions and exponents."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from gristmill.pipeline.parsers.office.numbers.sections import Part

_SIGNIFICANT = 15  # digits that spreadsheets count with
_PRECISION = 400  # enough for the largest number and its decimals
_MOST_DENOMINATOR = 10**7


def in_places(number: float, parts: Sequence[Part]) -> str:
    """A number that is not negative."""
    kinds = [part.kind for part in parts]
    with localcontext(prec=_PRECISION, rounding=ROUND_HALF_UP):
        exact = Decimal(f"{number:.{_SIGNIFICANT}g}").scaleb(2 * kinds.count("%"))
        if "/" in kinds and "digit" in kinds:
            return _fraction(exact, list(parts))
        if "exponent" in kinds:
            return _scientific(exact, list(parts))
        return _decimal(exact, list(parts))


def _decimal(number: Decimal, parts: list[Part]) -> str:
    whole, decimals = _divided(parts)
    places = sum(part.kind == "digit" for part in decimals)
    scale = _trailing_commas(whole, decimals)
    rounded = number.scaleb(-3 * scale).quantize(Decimal(1).scaleb(-places))
    digits = f"{rounded:f}"
    before, _, after = digits.partition(".")
    return _whole(before, whole) + _after(after, decimals)


def _divided(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """What stands before the decimal point, and what from there on."""
    for at, part in enumerate(parts):
        if part.kind == ".":
            return parts[:at], parts[at:]
    return parts, []


def _trailing_commas(whole: list[Part], decimals: list[Part]) -> int:
    """Commas behind the last digit's place divide by a thousand each."""
    places = [*whole, *decimals]
    last = max((at for at, part in enumerate(places) if part.kind == "digit"), default=-1)
    count = 0
    while last + 1 + count < len(places) and places[last + 1 + count].kind == ",":
        count += 1
    return count if last >= 0 else 0


def _whole(digits: str, parts: list[Part]) -> str:
    """The digits put into their places from the right; the first place takes what is left."""
    places = [at for at, part in enumerate(parts) if part.kind == "digit"]
    if not places:
        return _texts(parts)
    first_zero = next((at for at in places if parts[at].text == "0"), len(parts))
    grouped = any(part.kind == "," for part in parts[places[0] : places[-1]])
    left = "" if digits == "0" else digits
    out: list[str] = []
    done = 0
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        if part.kind == "digit":
            taken, left = (left[-1:], left[:-1]) if at != places[0] else (left, "")
            if not taken and at >= first_zero:
                taken = "0"
            for digit in reversed(taken):
                if grouped and done and done % 3 == 0:
                    out.append(",")
                out.append(digit)
                done += 1
        elif part.kind in ("text", "%"):
            out.append(part.text[::-1])
    return "".join(out)[::-1]


def _after(digits: str, parts: list[Part]) -> str:
    """The point and what follows; places that may be empty are, behind the last digit."""
    shown = len(digits)
    places = [part.text for part in parts if part.kind == "digit"]
    while shown and digits[shown - 1] == "0" and places[shown - 1] != "0":
        shown -= 1
    out: list[str] = []
    done = 0
    for part in parts:
        if part.kind == ".":
            out.append("." if shown or "0" in places or not places else "")
        elif part.kind == "digit":
            out.append(digits[done] if done < shown else "")
            done += 1
        elif part.kind in ("text", "%"):
            out.append(part.text)
    return "".join(out)


def _scientific(number: Decimal, parts: list[Part]) -> str:
    at = next(n for n, part in enumerate(parts) if part.kind == "exponent")
    mantissa, tail = parts[:at], parts[at + 1 :]
    whole, decimals = _divided(mantissa)
    step = max(sum(part.kind == "digit" for part in whole), 1)
    places = sum(part.kind == "digit" for part in decimals)
    exponent = number.adjusted() // step * step if number else 0
    shown = number.scaleb(-exponent).quantize(Decimal(1).scaleb(-places))
    if shown.adjusted() >= step:
        exponent += step
        shown = shown.scaleb(-step).quantize(Decimal(1).scaleb(-places))
    before, _, after = f"{shown:f}".partition(".")
    sign = "-" if exponent < 0 else "+" if parts[at].text.endswith("+") else ""
    width = sum(part.kind == "digit" for part in tail)
    behind = "".join(part.text for part in tail if part.kind in ("text", "%"))
    head = _whole(before, whole) + _after(after, decimals)
    return f"{head}E{sign}{abs(exponent):0{width}}{behind}"


def _fraction(number: Decimal, parts: list[Part]) -> str:
    """`# ?/?`: whole numbers, and the nearest fraction of so many digits, or of a given one."""
    bar = next(at for at, part in enumerate(parts) if part.kind == "/")
    start = bar
    while start and parts[start - 1].kind == "digit":
        start -= 1
    before = parts[:start]
    fixed = "".join(part.text for part in parts[bar + 1 :] if part.text.isdecimal())
    given = int(fixed[:7]) if fixed.strip("0") else 0
    digits = sum(part.kind == "digit" for part in parts[bar + 1 :])
    mixed = any(part.kind == "digit" for part in before)
    whole = int(number) if mixed else 0
    rest = Fraction(number) - whole
    if given:
        top, bottom = round(rest * given), given
    else:
        near = rest.limit_denominator(min(max(10**digits - 1, 1), _MOST_DENOMINATOR))
        top, bottom = near.numerator, near.denominator
    if mixed and top == bottom:
        whole, top = whole + 1, 0
    lead = _whole(str(whole), before) if mixed else _texts(before)
    behind = "".join(
        part.text for part in parts[bar + 1 :] if part.kind == "text" and not part.text.isdecimal()
    )
    if mixed and not top:
        return f"{lead.strip() or '0'}{behind}"
    return f"{lead.strip()} {top}/{bottom}{behind}".strip()


def _texts(parts: list[Part]) -> str:
    return "".join(part.text for part in parts if part.kind in ("text", "%"))
