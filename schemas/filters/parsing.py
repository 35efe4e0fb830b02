"""Reads a filter by recursive descent, without going back: linear in its length.

filter  = all { "or" all }
all     = one { "and" one }
one     = "not" one | "(" filter ")" | test
test    = field ( compare value | [ "not" ] "in" "(" value { "," value } ")" | "exists" )
compare = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~"
field   = name { "." ( name | quoted ) }
value   = quoted | a word
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn

from gristmill.schemas.filters.facets import MOST_FACETS, has_facets
from gristmill.schemas.filters.tree import (
    FIELDS,
    JOB_FIELDS,
    And,
    Comparison,
    Exists,
    Field,
    Filter,
    Kind,
    Not,
    Operator,
    Or,
    Value,
    field_at,
)
from gristmill.schemas.filters.values import value_of
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import InvalidFilter

MOST_CHARACTERS = 4_000
MOST_VALUES = 200
"""Of values that are compared with, and of `exists`."""
MOST_DEPTH = 20
MOST_STARS = 20
"""In one value after `~`."""

_BLANK = re.compile(r"\s*")
_NAME = re.compile(r"\w[\w-]*")
_WORD = re.compile(r"""[^\s()'",=!<>]+""")
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMPARE = re.compile(r"!=|<=|>=|=|<|>|~")
_IN_NO_PATH = re.compile(r'["\\\x00-\x1f\ud800-\udfff]')
_UNWRITTEN = re.compile(r"[\x00\ud800-\udfff]")
_NEEDS = {Kind.NUMBER: ("number", "a number"), Kind.DATE: ("period", "a date such as 2026-11-30")}


def parsed(text: str) -> Filter:
    """The condition on documents that a text says. Raises InvalidFilter, which names the place."""
    return _read(text, FIELDS)


def parsed_of_jobs(text: str) -> Filter:
    """The same on jobs."""
    return _read(text, JOB_FIELDS)


def parsed_of(text: str, fields: Mapping[str, Field]) -> Filter:
    """The same on what has these fields, and no metadata."""
    return _read(text, fields)


def _read(text: str, fields: Mapping[str, Field]) -> Filter:
    if len(text) > MOST_CHARACTERS:
        raise InvalidFilter(f"the filter has {len(text)} characters, {MOST_CHARACTERS} are allowed")
    return _Parser(text, fields).whole()


def faceted(text: str) -> tuple[Field, ...]:
    """The fields that a text names, with commas between them. Raises InvalidFilter, which names
    the place."""
    return tuple(_Parser(text[:MOST_CHARACTERS]).fields())


class _Parser:
    def __init__(self, text: str, fields: Mapping[str, Field] = FIELDS) -> None:
        self._text, self._at, self._fields = text, 0, fields
        self._depth = self._values = 0

    def whole(self) -> Filter:
        if found := _UNWRITTEN.search(self._text):
            self._refuse("a character that no text has", found.start())
        self._skip()
        if self._at == len(self._text):
            self._refuse("the filter is empty")
        found_all = self._any()
        if self._at < len(self._text):
            self._refuse(f"`and`, `or` or the end is missing before {self._next()}")
        return found_all

    def fields(self) -> Iterator[Field]:
        self._skip()
        for _ in range(MOST_FACETS):
            at = self._at
            field = self._field()
            if not has_facets(field):
                self._refuse(f"{field.name} is a date and has no facets", at)
            yield field
            if not self._sign(","):
                break
        else:
            self._refuse(f"there are more than {MOST_FACETS} fields")
        if self._left:
            self._refuse(f"a comma is missing before {self._next()}")

    def _any(self) -> Filter:
        parts = [self._all()]
        while self._keyword("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Filter:
        parts = [self._one()]
        while self._keyword("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Filter:
        began = self._at
        if self._keyword("not"):
            return Not(self._deeper(self._one, began))
        if self._sign("("):
            inner = self._deeper(self._any, began)
            self._expect(")")
            return inner
        return self._test()

    def _deeper(self, read: Callable[[], Filter], began: int) -> Filter:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            self._refuse(f"parentheses and `not` are nested over {MOST_DEPTH} deep", began)
        inner = read()
        self._depth -= 1
        return inner

    def _test(self) -> Filter:
        field = self._field()
        at = self._at
        if self._keyword("exists"):
            self._count(at)
            return Exists(field)
        if self._keyword("not"):
            if not self._keyword("in"):
                self._refuse(f"after `{field.name} not` comes `in (...)`")
            return Not(self._list(field))
        if self._keyword("in"):
            return self._list(field)
        sign = self._match(_COMPARE)
        if sign is None:
            self._refuse(f"after {field.name} comes one of = != < <= > >= ~, `in` or `exists`")
        self._skip()
        if sign == "!=":
            return Not(Comparison(field, Operator.EQUAL, (self._value(field, Operator.EQUAL),)))
        operator = Operator(sign)
        if operator is Operator.LIKE and field.kind in _NEEDS:
            self._refuse(f"~ compares texts, {field.name} is a {field.kind}", at)
        return Comparison(field, operator, (self._value(field, operator),))

    def _list(self, field: Field) -> Filter:
        self._expect("(")
        values = [self._value(field, Operator.EQUAL)]
        while self._sign(","):
            values.append(self._value(field, Operator.EQUAL))
        self._expect(")")
        return Comparison(field, Operator.EQUAL, tuple(values))

    def _field(self) -> Field:
        began = self._at
        names = [self._match(_NAME)]
        while names[-1] is not None and self._text.startswith(".", self._at):
            self._at += 1
            names.append(self._quoted() or self._match(_NAME))
        if names[-1] is None:
            self._refuse(f"a field is missing before {self._next()}")
        self._skip()
        known = tuple(name for name in names if name is not None)
        if any(map(_IN_NO_PATH.search, known)):
            self._refuse("a name in the metadata with such characters cannot be asked for", began)
        has_metadata = self._fields in (FIELDS, JOB_FIELDS)
        field = field_at(known, self._fields) if has_metadata else self._fields.get(".".join(known))
        if field is None:
            self._refuse(_no_field(".".join(known), self._fields), began)
        return field

    def _value(self, field: Field, operator: Operator) -> Value:
        at = self._at
        quoted = self._quoted()
        text = self._match(_WORD) if quoted is None else quoted
        if text is None:
            self._refuse(f"a value is missing before {self._next()}")
        self._count(at)
        self._skip()
        value = value_of(text, quoted=quoted is not None)
        if operator is Operator.LIKE and text.count("*") > MOST_STARS:
            self._refuse(f"a value after ~ has at most {MOST_STARS} stars", at)
        name, what = _NEEDS.get(field.kind, ("text", ""))
        if getattr(value, name) is None:
            self._refuse(f"{field.name} is compared with {what}, not with {text!r}", at)
        of_jobs = self._fields is JOB_FIELDS and field.name == "state"
        if of_jobs and operator is Operator.EQUAL and text not in list(JobState):
            self._refuse(f"no job has the state {text!r} (there are {', '.join(JobState)})", at)
        return value

    def _quoted(self) -> str | None:
        found = self._match(_QUOTED)
        if found is None and self._text[self._at : self._at + 1] in ("'", '"'):
            self._refuse("this quote is never closed")
        return None if found is None else _ESCAPED.sub(r"\1", found[1:-1])

    def _count(self, at: int) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            self._refuse(f"a filter compares with at most {MOST_VALUES} values", at)

    def _keyword(self, word: str) -> bool:
        found = _NAME.match(self._text, self._at)
        if found is None or found[0].lower() != word or self._text[found.end() :][:1] == ".":
            return False
        self._at = found.end()
        self._skip()
        return True

    def _sign(self, sign: str) -> bool:
        there = self._text.startswith(sign, self._at)
        if there:
            self._at += 1
            self._skip()
        return there

    def _expect(self, sign: str) -> None:
        if not self._sign(sign):
            self._refuse(f"`{sign}` is missing before {self._next()}")

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]

    def _skip(self) -> None:
        self._match(_BLANK)

    def _next(self) -> str:
        """What stands here, in words."""
        self._skip()
        rest = _WORD.match(self._text, self._at)
        return repr(rest[0][:20] if rest else self._text[self._at]) if self._left else "the end"

    @property
    def _left(self) -> bool:
        return self._at < len(self._text)

    def _refuse(self, message: str, at: int | None = None) -> NoReturn:
        place = self._at if at is None else at
        raise InvalidFilter(f"at character {place + 1}: {message}")


def _no_field(name: str, fields: Mapping[str, Field]) -> str:
    from difflib import get_close_matches

    names = [*fields, *(("metadata.NAME",) if fields in (FIELDS, JOB_FIELDS) else ())]
    near = get_close_matches(name, names, 2, 0.6)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"there is no field {name[:40]!r}{meant} (there are {', '.join(names)})"
