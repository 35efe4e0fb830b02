"""Settings that a program gives are looked at as those from files and flags are."""

import os
from functools import cache
from typing import Any

import msgspec

from gristmill.schemas.problems.errors import SettingsError


class CheckedSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where settings begin. Raises SettingsError for a value that is none of its setting's; a path
    may be `os.PathLike`."""

    def __post_init__(self) -> None:
        for name, kind, default in _fields(type(self)):
            value = getattr(self, name)
            if value is default:
                continue
            if isinstance(value, os.PathLike):
                value = os.fspath(value)
                msgspec.structs.force_setattr(self, name, value)
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError:
                from gristmill.schemas.configuration.knobs import knobs

                takes = knobs(type(self))[name].takes
                raise SettingsError(f"setting {name!r} must be {takes}, not {value!r}") from None


@cache
def _fields(settings: type[msgspec.Struct]) -> tuple[tuple[str, Any, Any], ...]:
    return tuple((each.name, each.type, each.default) for each in msgspec.structs.fields(settings))
