"""The title of a plain text: a field, a line that is set apart, or the title of an RFC."""

import re

_LOOKED_AT = 4096
_TITLE_CHARS = 120
_FIELD_LINES = 30
_HEADLINE = 80
_PARAGRAPH = 120
_CENTRED = 4
_MOST_LINES = 3
_RULE = re.compile(r"[\s=*#~_+-]{3,}\Z")
_FIELD = re.compile(r"title:[ \t]+(\S.*)\Z", re.IGNORECASE)
_RFC = re.compile(
    r"(?:network working group|request for comments:|internet engineering task force)\b",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"\S\s{8,}\S")
_ENDS = ".,;:。，；"


def title_in(text: str) -> str | None:
    """The title at the beginning of a text. None where it begins with prose or with data."""
    lines = text[:_LOOKED_AT].lstrip("\ufeff \t\r\n").splitlines()
    for line in lines[:_FIELD_LINES]:
        if field := _FIELD.match(line):
            return field[1].strip()[:_TITLE_CHARS]
    if any(_RFC.match(line) for line in lines[:3]):
        return _below_header(lines)
    first = next((at for at, line in enumerate(lines) if not _is_blank(line)), len(lines))
    return _set_apart(lines[first:], is_ruled=first > 0)


def _is_blank(line: str) -> bool:
    return not line.strip() or _RULE.match(line) is not None


def _below_header(lines: list[str]) -> str | None:
    """An RFC's title (RFC 7322, 4.1): the centred lines below its header of two columns."""
    blank = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    rest = lines[blank:]
    start = next((at for at, line in enumerate(rest) if line.strip()), len(rest))
    title: list[str] = []
    for line in rest[start : start + _MOST_LINES]:
        if not line.startswith(" " * _CENTRED) or _COLUMNS.search(line):
            break
        title.append(line.strip())
    return " ".join(title)[:_TITLE_CHARS] or None


def _set_apart(lines: list[str], *, is_ruled: bool) -> str | None:
    """A short first line that is no sentence, above a blank line, a rule or a long paragraph; the
    first of several in a frame."""
    line = lines[0].strip() if lines else ""
    rest = [each for each in lines[1:] if each.strip()]
    if not 0 < len(line) <= _TITLE_CHARS or line[-1] in _ENDS or not rest:
        return None
    alone = _is_blank(lines[1])
    headed = len(line) <= _HEADLINE and len(lines[1]) > _PARAGRAPH
    return line if alone or headed or is_ruled else None
