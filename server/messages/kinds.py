"""What parameters may say: text, numbers, words, cursors."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta

from gristmill.schemas.filters import Filter, faceted, parsed, parsed_of_jobs
from gristmill.schemas.filters.parsing import MOST_CHARACTERS, parsed_of
from gristmill.schemas.filters.tree import FIELDS, Field
from gristmill.schemas.jobs.sources import MAX_NAME_CHARS
from gristmill.schemas.problems.errors import InvalidFilter, InvalidQuery, InvalidRequest

_DIGITS = re.compile(r"[0-9]{1,9}")
_SECONDS = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
"""As programs write numbers: JSON has exponents, too."""
_OWN_URI = re.compile(r"^[^/\x00-\x1f\x7f][^\x00-\x1f\x7f]*\Z")
_Choice = TypeVar("_Choice", bound=StrEnum)
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Text:
    """Any text; an empty one counts as missing."""

    takes: str = "text"
    schema: Any = str
    default: None = None

    def read(self, name: str, given: str | None) -> str | None:
        return given or None


@dataclass(frozen=True)
class Id:
    """An id in a path. One that cannot be is not found, as one that is gone."""

    takes: str = "an id"
    schema: Any = str
    default: None = None

    def read(self, name: str, given: str | None) -> str:
        return given or ""


@dataclass(frozen=True)
class Number:
    """A number in a path, from 1. One that cannot be is 0, which nothing has: it is not found, as
    one that is not there."""

    takes: str = "a whole number from 1"
    schema: Any = Annotated[int, Meta(ge=1)]
    default: None = None

    def read(self, name: str, given: str | None) -> int:
        return int(given) if given is not None and _DIGITS.fullmatch(given) else 0


@dataclass(frozen=True)
class Ordinal:
    """A number in a path, from 0. One that cannot be is -1, which nothing has."""

    takes: str = "a whole number from 0"
    schema: Any = Annotated[int, Meta(ge=0)]
    default: None = None

    def read(self, name: str, given: str | None) -> int:
        return int(given) if given is not None and _DIGITS.fullmatch(given) else -1


@dataclass(frozen=True)
class Count:
    """A number of things, if it is said."""

    takes: str = "a whole number from 0"
    schema: Any = Annotated[int, Meta(ge=0)]
    default: None = None

    def read(self, name: str, given: str | None) -> int | None:
        if given is None:
            return None
        if not _DIGITS.fullmatch(given):
            raise InvalidRequest(f"{name} must be a whole number, not {given!r}")
        return int(given)


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`."""

    default: int
    least: int
    most: int

    @property
    def takes(self) -> str:
        return f"a whole number, {self.least} to {self.most}"

    @property
    def schema(self) -> Any:
        return Annotated[int, Meta(ge=self.least, le=self.most)]

    def read(self, name: str, given: str | None) -> int:
        if given is None:
            return self.default
        if not _DIGITS.fullmatch(given):
            raise InvalidRequest(f"{name} must be a whole number, not {given!r}")
        if not self.least <= int(given) <= self.most:
            raise InvalidRequest(
                f"{name} must be between {self.least} and {self.most}, not {given}"
            )
        return int(given)


@dataclass(frozen=True)
class Seconds:
    """A duration; more than the service allows is cut to that."""

    default: float
    takes: str = "seconds such as 20 or 0.5"
    schema: Any = Annotated[float, Meta(ge=0)]

    def read(self, name: str, given: str | None) -> float:
        if given is None:
            return self.default
        if not _SECONDS.fullmatch(given):
            raise InvalidRequest(f"{name} must be a number of seconds such as 20, not {given!r}")
        return float(given)


@dataclass(frozen=True)
class Word(Generic[_Choice]):
    """One of the words of `schema`."""

    schema: type[_Choice]
    default: _Choice | None = None

    @property
    def takes(self) -> str:
        return ", ".join(f"`{word}`" for word in self.schema)

    def read(self, name: str, given: str | None) -> _Choice | None:
        if given is None:
            return self.default
        if given not in list(self.schema):
            words = ", ".join(self.schema)
            raise InvalidRequest(f"{name} must be one of {words}, not {given!r}")
        return self.schema(given)


@dataclass(frozen=True)
class Cursor(Generic[_Key]):
    """The key that a cursor of one list holds, as `key_of` finds it."""

    key_of: Callable[[str | None], _Key | None]
    takes: str = "`next` of the page before"
    schema: Any = Annotated[str, Meta(extra_json_schema={"format": "cursor"})]
    default: None = None

    def read(self, name: str, given: str | None) -> _Key | None:
        return self.key_of(given or None)


@dataclass(frozen=True)
class Query:
    """The words of a search. Raises InvalidQuery where there are none, or too many of them."""

    most: int
    default: None = None

    @property
    def takes(self) -> str:
        return f"words, up to {self.most} characters"

    @property
    def schema(self) -> Any:
        return Annotated[str, Meta(min_length=1, max_length=self.most)]

    def read(self, name: str, given: str | None) -> str:
        if not given:
            raise InvalidQuery(f"say what to look for: /search?{name}=words")
        if len(given) > self.most:
            raise InvalidQuery(f"the query has more than {self.most} characters")
        return given


@dataclass(frozen=True)
class OwnUri:
    """A program's own name of a document. None that a path, or a text without a name, gets as
    well: their documents and the program's would take each other's place."""

    takes: str = (
        f"1 to {MAX_NAME_CHARS} characters, none of them a control character; no path from `/` on"
    )
    schema: Any = Annotated[
        str, Meta(min_length=1, max_length=MAX_NAME_CHARS, pattern=_OWN_URI.pattern)
    ]
    default: None = None

    def read(self, name: str, given: str | None) -> str:
        if not given or len(given) > MAX_NAME_CHARS or not _OWN_URI.search(given):
            raise InvalidRequest(f"{name} takes {self.takes}, for example {name}=kb:articles/12")
        if given.startswith("text:"):
            raise InvalidRequest(
                f"{name} begins with text:, as those of texts without a name do; give one of your "
                "own such as kb:articles/12"
            )
        return given


@dataclass(frozen=True)
class Condition:
    """A filter, on documents unless its fields are others; an empty one counts as missing.
    Raises InvalidFilter."""

    takes: str = "a filter, such as `pages > 10 and language = en`"
    schema: Any = Annotated[
        str, Meta(max_length=MOST_CHARACTERS, extra_json_schema={"format": "filter"})
    ]
    default: None = None
    fields: Mapping[str, Field] = field(default_factory=lambda: FIELDS)

    def read(self, name: str, given: str | None) -> Filter | None:
        if not given:
            return None
        return parsed(given) if self.fields is FIELDS else parsed_of(given, self.fields)


@dataclass(frozen=True)
class JobCondition:
    """A filter on jobs, as it stands; an empty one counts as missing. Raises InvalidFilter."""

    takes: str = "a filter on jobs, such as `state = failed and submitted_at < 2026-11`"
    schema: Any = Annotated[
        str, Meta(max_length=MOST_CHARACTERS, extra_json_schema={"format": "job-filter"})
    ]
    default: None = None

    def read(self, name: str, given: str | None) -> str | None:
        if given:
            parsed_of_jobs(given)
        return given or None


@dataclass(frozen=True)
class Fields:
    """Fields of documents; an empty one counts as missing. Raises InvalidFilter."""

    takes: str = "fields as in a filter, up to 10, with commas between them"
    schema: Any = Annotated[
        str, Meta(max_length=MOST_CHARACTERS, extra_json_schema={"format": "fields"})
    ]
    default: None = None

    def read(self, name: str, given: str | None) -> tuple[Field, ...]:
        try:
            return faceted(given) if given else ()
        except InvalidFilter as error:
            raise InvalidFilter(f"{name}: {error.message}") from None


@dataclass(frozen=True)
class FieldNames:
    """Some of the fields that a thing has, with commas between them; an empty one counts as
    missing, which is all of them."""

    known: tuple[str, ...]
    default: None = None

    @property
    def takes(self) -> str:
        return ", ".join(f"`{name}`" for name in self.known)

    @property
    def schema(self) -> Any:
        return str

    def read(self, name: str, given: str | None) -> tuple[str, ...] | None:
        if not given:
            return None
        named = tuple(dict.fromkeys(each.strip() for each in given.split(",")))
        for each in named:
            if each not in self.known:
                raise InvalidRequest(
                    f"{name} must be some of {', '.join(self.known)} with commas between them: "
                    f"there is no {each!r}"
                )
        return named
