"""One finding of a look at the installation."""

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """`missing` is something that can be done without; `wrong` keeps a service from working."""

    OK = "ok"
    MISSING = "missing"
    WARNING = "warning"
    WRONG = "wrong"


class Look(msgspec.Struct, frozen=True):
    """What was looked at, what was found, and what to do where it is not well."""

    what: str
    verdict: Verdict
    found: str
    advice: str | None = None


def well(what: str, found: str) -> Look:
    return Look(what, Verdict.OK, found)
