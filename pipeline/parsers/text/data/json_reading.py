"""Values of JSON as people and programs write it: one (RFC 8259), one a line (NDJSON), several in
a row (RFC 7464 among them), or with comments and trailing commas (JSON5, configuration files)."""

import json
import re
from typing import Any, NamedTuple

import msgspec

from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

_MAX_LISTED = 100
_MOST_DIGITS = 4_300  # of what Python makes a number of
_BETWEEN = re.compile(r"[\s,\x1e\ufeff]*")
_LOOSE = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*+\"|'(?P<single>(?:[^'\\\n]|\\.)*+)'|//(?P<line>[^\n]*)|/\*(?P<block>[^*]*"
    r"(?:\*(?!/)[^*]*)*)(?:\*/|\Z)|(?<![\w$])(?P<key>[A-Za-z_$][\w$]*+)(?=\s*+:)|\\."
)
"""An escape outside of a string is passed over: else each would begin one that has no end."""
_TRAILING = re.compile(r"(\"(?:[^\"\\\n]|\\.)*+\"|\\.)|,(?=\s*+[}\]])")
_COMMENT_LEAD = re.compile(r"(?m)^[ \t]*\*?[ \t]?")


class Values(NamedTuple):
    """`several`: the values are a document's records. `comments` is what was beside them,
    `broken` the numbers of lines that are none."""

    values: list[Any]
    several: bool = False
    comments: str = ""
    broken: tuple[int, ...] = ()
    warnings: tuple[DocumentWarning, ...] = ()


def json_values(text: str) -> Values:
    """Raises DocumentError that says where JSON that is none of these is broken."""
    try:
        return Values([_loaded(text)])
    except DocumentError as error:
        if "nested" in error.message:
            raise
        found = _records(text) or _loose(text) or _in_a_row(text)
        if found is None:
            raise
        return found


def _loaded(text: str) -> Any:
    """Raises DocumentError that says where the JSON is broken."""
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise too_deep() from None
    except (msgspec.DecodeError, UnicodeError):
        pass
    try:
        # It takes NaN, and its errors name line and column.
        return json.loads(text, parse_int=_number)
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:
        raise DocumentError(DocumentCode.PARSE_ERROR, f"broken JSON: {error}"[:300]) from None


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _records(text: str) -> Values | None:
    """The records of NDJSON, or None where the text is no such."""
    records: list[Any] = []
    broken: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not (line := line.strip(" \t\r\x1e\ufeff")):
            continue
        try:
            records.append(_loaded(line))
        except DocumentError:
            broken.append(number)
            if len(broken) > len(records) + _MAX_LISTED:
                return None
    if len(records) < 2 or len(broken) > len(records):
        return None
    message = f"{len(broken)} lines are no JSON and are left out"
    told = DocumentWarning(WarningCode.PART_UNREADABLE, message, count=len(broken))
    return Values(records, True, "", tuple(broken[:_MAX_LISTED]), (told,) if broken else ())


def _loose(text: str) -> Values | None:
    """JSON with comments, trailing commas, bare keys and single quotes."""
    comments: list[str] = []

    def strict(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "single":
            return json.dumps(match["single"].replace("\\'", "'"))
        if kind == "key":
            return json.dumps(match["key"])
        if kind in ("line", "block"):
            comments.append(_COMMENT_LEAD.sub("", match[kind]).strip())
        return " " if kind else match[0]

    mended = _TRAILING.sub(lambda match: match[1] or "", _LOOSE.sub(strict, text))
    try:
        value = _loaded(mended)
    except DocumentError:
        return None
    return Values([value], comments="\n".join(filter(None, comments)))


def _in_a_row(text: str) -> Values | None:
    """Values that follow each other; what comes after the last good one is left out."""
    decoder = json.JSONDecoder(parse_int=_number)
    values: list[Any] = []
    place = _end_of_blanks(text, 0)
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except RecursionError:
            raise too_deep() from None
        except ValueError:
            break
        values.append(value)
        place = _end_of_blanks(text, place)
    left = text[place:].strip()
    records = all(isinstance(each, dict | list) for each in values)
    if len(values) < (2 if left else 1) or not records:
        return None
    message = f"the JSON is broken after {len(values)} values: {len(left)} characters are left out"
    told = DocumentWarning(WarningCode.FILE_DAMAGED, message)
    return Values(values, True, "", (), (told,) if left else ())


def _end_of_blanks(text: str, place: int) -> int:
    match = _BETWEEN.match(text, place)
    return match.end() if match else place


def too_deep() -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, "the JSON is nested too deeply")
