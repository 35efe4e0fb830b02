"""A setting as people see it: its flag, its environment variable, what it takes, its default."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import msgspec
from msgspec import inspect

PREFIX = "GRISTMILL_"
_UNITS = {"s": "SECONDS", "hours": "HOURS", "days": "DAYS", "bytes": "BYTES", "mb": "MIB"}
"""What the last part of a number's name says that it counts."""


class Knob(msgspec.Struct, frozen=True):
    """One setting. `takes` is a phrase such as `a whole number from 0 to 65535`."""

    name: str
    description: str
    default: object
    takes: str
    metavar: str
    repeated: bool

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        """The flag. One that may be repeated names one item: `allow_roots` is `--allow-root`."""
        name = self.name.removesuffix("s") if self.repeated else self.name
        return "--" + name.replace("_", "-")


@cache
def knobs(settings: type[msgspec.Struct]) -> Mapping[str, Knob]:
    """Every field of a settings class, by name, in its order; those that it inherits come last.

    Looked up once a process: it takes a millisecond, and each setting that is read asks.
    """
    info = inspect.type_info(settings)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{settings!r} is not a struct")
    own = settings.__annotations__
    fields = sorted(info.fields, key=lambda field: field.name not in own)
    return MappingProxyType({field.name: _knob(field) for field in fields})


def _knob(field: inspect.Field) -> Knob:
    kind = field.type
    schema: dict[str, object] = {}
    if isinstance(kind, inspect.Metadata):
        schema, kind = kind.extra_json_schema or {}, kind.type
    repeated = isinstance(kind, inspect.ListType)
    has_factory = field.default_factory is not msgspec.NODEFAULT
    return Knob(
        name=field.name,
        description=str(schema.get("description", "")),
        default=field.default_factory() if has_factory else field.default,
        takes=str(schema.get("title") or _takes(kind)),
        metavar=_metavar(field.name, kind),
        repeated=repeated,
    )


def _takes(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.IntType):
        return "a whole number" + _range(kind)
    if isinstance(kind, inspect.FloatType):
        return "a number" + _range(kind)
    if isinstance(kind, inspect.LiteralType):
        return "one of " + ", ".join(map(repr, kind.values))
    if isinstance(kind, inspect.ListType):
        return f"a list of {_item(kind) or 'texts'}"
    empty = isinstance(kind, inspect.StrType) and not kind.min_length
    return "a text" if empty else "a text that is not empty"


def _item(kind: inspect.ListType) -> str | None:
    """How one item of a list is written, where its type has a title for that."""
    item = kind.item_type
    schema = item.extra_json_schema if isinstance(item, inspect.Metadata) else None
    return (schema or {}).get("title")


def _range(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.ge is not None:
        return f" from {kind.ge} to {kind.le}" if kind.le is not None else f" of {kind.ge} or more"
    low = f" above {kind.gt}" if kind.gt is not None else ""
    return low + (f" and at most {kind.le}" if kind.le is not None else "")


def _metavar(name: str, kind: inspect.Type) -> str:
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        before, _, unit = name.rpartition("_")
        return "N" if before.endswith("_per") else _UNITS.get(unit, "N")
    if isinstance(kind, inspect.LiteralType):
        return "|".join(map(str, kind.values))
    if isinstance(kind, inspect.ListType) and (item := _item(kind)):
        return item
    return "PATH" if name in ("data", "allow_roots", "shared_roots") else _last_word(name)


def _last_word(name: str) -> str:
    return name.removesuffix("s").rpartition("_")[2].upper()
