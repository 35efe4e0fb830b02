"""Text that Markdown's readers show as it is (CommonMark 0.31, with tables as GitHub has them)."""

import re

_PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ANYWHERE = re.compile(
    rf"\\(?=[{_PUNCTUATION}\n]|$)"  # would escape what follows
    r"|`"
    r"|(?<!\s)\*|\*(?!\s)"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|~(?=~)|(?<=~)~"
    r"|\](?=[(:])"  # ends the text of a link or what a definition defines
    r"|<(?=[A-Za-z/!?]|[^\s<>]*@)"  # a tag, or an address
    r"|&(?=#|[A-Za-z])"
)
_LINE_START = re.compile(
    r"#{1,6}(?=\s|$)"
    r"|>"
    r"|[-+*](?=\s|$)"
    r"|(?=[-=:|])[-=:|\s]+$"  # an underline of a heading, a rule, a row of dashes in a table
)
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_CLOSING = re.compile(r"(?:(?<=\s)|^)#+$")


def escaped(text: str) -> str:
    """`text` as lines of one paragraph, without blanks around each; lines without text are left
    out."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(_line(line) for line in lines if line)


def escaped_line(text: str) -> str:
    """`text` on one line, as the content of a heading."""
    line = _line(" ".join(text.split()))
    return _CLOSING.sub(lambda found: "\\" + found[0], line)


def escaped_cell(text: str) -> str:
    """`text` as a cell of a table; its lines stay lines."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "<br>".join(_marks(line).replace("|", "\\|") for line in lines if line)


def _line(line: str) -> str:
    line = _marks(line)
    if _LINE_START.match(line):
        return "\\" + line
    return _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line


def _marks(text: str) -> str:
    return _ANYWHERE.sub(lambda found: "\\" + found[0], text)
