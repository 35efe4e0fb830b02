"""The lines of calendars and visiting cards (RFC 5545, 3.1; RFC 6350, 3.2; vCard 2.1), in
components inside each other."""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.decoding import decode
from gristmill.schemas.problems.errors import DocumentError

_MAX_DEPTH = 10
_FOLD = re.compile(r"\r?\n[ \t]|\r(?!\n)[ \t]")
_HEAD = re.compile(r'((?:[^":]++|"[^"]*+")++):')
_NAME = re.compile(r"(?:[\w-]{1,60}\.)?([\w-]{1,60})")
_MAX_PARAMETERS = 50
_PARAMETER = re.compile(r';([\w-]{1,60})(?:=("[^"]*"|[^;]*))?')
_ESCAPE = re.compile(r"\\([\\;,:nN\"])")
_SEPARATOR = re.compile(r"(?<!\\)((?:\\\\)*);")


class ContentLine(NamedTuple):
    """`name` and the names of parameters are in capitals; `value` is as it is written."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def is_binary(self) -> bool:
        encoding = self.parameters.get("ENCODING", "").upper()
        return encoding in ("B", "BASE64") or self.value[:5].lower() == "data:"

    def text(self) -> str:
        """The value for people: its encoding undone, no escapes."""
        return _ESCAPE.sub(_unescaped, self._plain()).strip()

    def fields(self) -> list[str]:
        """The parts between semicolons of a value that has several."""
        parts = _SEPARATOR.sub(r"\1\0", self._plain()).split("\0")
        return [_ESCAPE.sub(_unescaped, part).strip() for part in parts]

    def _plain(self) -> str:
        if self.parameters.get("ENCODING", "").upper() != "QUOTED-PRINTABLE":
            return self.value
        raw = binascii.a2b_qp(self.value.encode("utf-8", "replace"))
        try:
            return decode(raw, self.parameters.get("CHARSET")).text
        except DocumentError:
            return raw.decode("latin-1")


class Component(NamedTuple):
    """What is between a BEGIN and its END."""

    name: str
    lines: list[ContentLine]
    inner: list["Component"]

    def line(self, *names: str) -> ContentLine | None:
        """The first one of the first of these names that there is."""
        for name in names:
            if found := next(self.all(name), None):
                return found
        return None

    def text(self, *names: str) -> str:
        line = self.line(*names)
        return line.text() if line else ""

    def all(self, *names: str) -> Iterator[ContentLine]:
        return (line for line in self.lines if line.name in names)


class Lines(NamedTuple):
    """`broken` counts lines that are none, `is_cut` says that an END is missing."""

    root: Component
    broken: int
    is_cut: bool


def components(text: str) -> Lines:
    """The components of a text, below a root without a name."""
    root = Component("", [], [])
    stack = [root]
    broken = 0
    for written in _unfolded(text):
        if not written.strip():
            continue
        line = _line(written)
        if line is None:
            broken += 1
        elif line.name == "BEGIN" and len(stack) < _MAX_DEPTH:
            component = Component(line.value.strip().upper(), [], [])
            stack[-1].inner.append(component)
            stack.append(component)
        elif line.name == "END":
            if len(stack) > 1:
                stack.pop()
        else:
            stack[-1].lines.append(line)
    return Lines(root, broken, len(stack) > 1)


def _unfolded(text: str) -> Iterator[str]:
    """Of vCard 2.1 as well, where a quoted-printable value goes on after a soft line end."""
    parts: list[str] = []
    for line in _FOLD.sub("", text).splitlines():
        soft = line.endswith("=") and (parts or "QUOTED-PRINTABLE" in line.upper())
        parts.append(line[:-1] if soft else line)
        if not soft:
            yield "".join(parts)
            parts.clear()
    if parts:
        yield "".join(parts)


def _line(written: str) -> ContentLine | None:
    """Name, parameters and value; a colon in quotes begins no value."""
    match = _HEAD.match(written)
    head = match[1] if match else written.partition(":")[0]
    name, _, parameters = head.partition(";")
    named = _NAME.fullmatch(name.strip())
    if named is None or len(head) == len(written):
        return None
    given: dict[str, str] = {}
    for key, each in _PARAMETER.findall(";" + parameters if parameters else "")[:_MAX_PARAMETERS]:
        key, each = (key.upper(), each.strip('"')) if each else ("TYPE", key)
        if key == "TYPE" and each.upper() in ("QUOTED-PRINTABLE", "BASE64"):
            key = "ENCODING"  # vCard 2.1 leaves the name of a parameter out
        given[key] = f"{given[key]},{each}" if key in given else each
    return ContentLine(named[1].upper(), given, written[len(head) + 1 :])


def _unescaped(match: "re.Match[str]") -> str:
    return "\n" if match[1] in "nN" else match[1]
