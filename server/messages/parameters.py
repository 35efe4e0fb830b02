"""Parameters: every one is declared, given once and in range, or the answer is a 400."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from gristmill.schemas.problems.errors import InvalidRequest, UnknownParameter

_Value = TypeVar("_Value")
_Value_co = TypeVar("_Value_co", covariant=True)


class ParameterPlace(StrEnum):
    """Where a request has a parameter."""

    QUERY = "query"
    PATH = "path"
    HEADER = "header"


class Kind(Protocol[_Value_co]):
    """What a parameter may say. `takes` is for people; `schema` is a type as msgspec reads it."""

    @property
    def takes(self) -> str: ...

    @property
    def schema(self) -> Any: ...

    @property
    def default(self) -> _Value_co | None: ...

    def read(self, name: str, given: str | None) -> _Value_co:
        """The value; of a missing one (None), the default. Raises InvalidRequest."""
        ...


@dataclass(frozen=True, eq=False)
class Parameter(Generic[_Value]):
    """One parameter, as it is declared: `meaning` is a sentence."""

    name: str
    kind: Kind[_Value]
    meaning: str
    place: ParameterPlace = ParameterPlace.QUERY
    required: bool = False
    example: str | None = None
    """Where neither its default nor its words show what it looks like."""

    def read(self, given: str | None) -> _Value:
        """Raises InvalidRequest."""
        return self.kind.read(self.name, given)


AnyParameter = Parameter[Any]


def check(path: str, given: Mapping[str, Any], known: Collection[str]) -> None:
    """Raises UnknownParameter for a query parameter that is not `known`, InvalidRequest for one
    that is given twice."""
    for name, value in given.items():
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise UnknownParameter(f"{path} has no parameter {name!r}; {takes}")
        if not isinstance(value, str):
            raise InvalidRequest(f"the parameter {name!r} is given more than once")
