"""Query parameters: every one is known, given once and in range, or the answer is a 400."""

import re
from enum import StrEnum
from typing import TypeVar

import falcon

from gristmill.schemas.errors import InvalidRequest, UnknownParameter

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
_DIGITS = re.compile(r"[0-9]{1,9}")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_Choice = TypeVar("_Choice", bound=StrEnum)


def check(req: falcon.Request, *known: str) -> None:
    """Raises UnknownParameter for a parameter that is not `known`, InvalidRequest for one that
    is given twice."""
    if not req.query_string:
        return
    for name, value in req.params.items():
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise UnknownParameter(f"{req.path} has no parameter {name!r}; {takes}")
        if not isinstance(value, str):
            raise InvalidRequest(f"the parameter {name!r} is given more than once")


def text(req: falcon.Request, name: str) -> str | None:
    """A parameter as it is; None when it is missing or empty."""
    value = req.params.get(name)
    return value if isinstance(value, str) and value else None


def limit(req: falcon.Request, default: int = DEFAULT_LIMIT) -> int:
    """`limit`: the items of a page, 1 to 1000."""
    given = req.params.get("limit")
    if given is None:
        return default
    if not isinstance(given, str) or not _DIGITS.fullmatch(given):
        raise InvalidRequest(f"limit must be a whole number, not {given!r}")
    if not 1 <= int(given) <= MAX_LIMIT:
        raise InvalidRequest(f"limit must be between 1 and {MAX_LIMIT}, not {given}")
    return int(given)


def seconds(req: falcon.Request, name: str) -> float:
    """A duration in seconds; 0 when it is missing."""
    given = req.params.get(name)
    if given is None:
        return 0.0
    if not isinstance(given, str) or not _SECONDS.fullmatch(given):
        raise InvalidRequest(f"{name} must be a number of seconds such as 20, not {given!r}")
    return float(given)


def choice(req: falcon.Request, name: str, kind: type[_Choice]) -> _Choice | None:
    """A parameter that is one of the words of `kind`; None when it is missing."""
    given = req.params.get(name)
    if given is None:
        return None
    if not isinstance(given, str) or given not in list(kind):
        raise InvalidRequest(f"{name} must be one of {', '.join(kind)}, not {given!r}")
    return kind(given)
