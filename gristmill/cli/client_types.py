"""Types as the source of a module names them, with the imports that they need."""

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from gristmill.schemas.jobs.options import GivenOptions
from gristmill.server.messages.kinds import FieldNames, Fields
from gristmill.server.messages.parameters import AnyParameter

_KNOWN = "gristmill.schemas"


class Source:
    """The imports of a module that is being written."""

    def __init__(self) -> None:
        self._needed: dict[str, set[str]] = defaultdict(set)
        self._for_types: dict[str, set[str]] = defaultdict(set)

    def need(self, module: str, name: str) -> str:
        self._needed[module].add(name)
        return name

    def need_for_types(self, module: str, name: str) -> str:
        """One that no running program needs."""
        self._for_types[module].add(name)
        return name

    def imports(self, module: str, *names: str) -> str:
        """All of them as lines, `names` of a module among them."""
        self._needed[module].update(names)
        if not self._for_types:
            return "\n".join(_lines(self._needed))
        self.need("typing", "TYPE_CHECKING")
        later = [f"    {line}" for line in _lines(self._for_types)]
        return "\n".join([*_lines(self._needed), "if TYPE_CHECKING:", *later])


def _lines(needed: Mapping[str, set[str]]) -> list[str]:
    return sorted(
        f"from {home} import {', '.join(sorted(names))}" for home, names in needed.items()
    )


def python_name(parameter: AnyParameter) -> str:
    """A parameter as Python may call it."""
    return parameter.name.lower().replace("-", "_")


def parameter_type(parameter: AnyParameter, source: Source) -> str:
    """What a parameter may be given as."""
    schema = parameter.kind.schema
    if isinstance(schema, type) and issubclass(schema, StrEnum):
        words = ", ".join(f'"{word}"' for word in schema)
        literal = f"{source.need('typing', 'Literal')}[{words}]"
        if not schema.__module__.startswith(_KNOWN):
            # What is the server's own, no client may import.
            return literal
        return f"{source.need_for_types(schema.__module__, schema.__name__)} | {literal}"
    if isinstance(parameter.kind, Fields | FieldNames):
        source.need("collections.abc", "Sequence")
        return "str | Sequence[str]"
    return shape_type(schema, source)


def shape_type(shape: Any, source: Source, *, wide: bool = False) -> str:
    """The type of a body or of an answer. `wide`: what is converted may be a mapping as well."""
    origin, inner = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return shape_type(inner[0], source, wide=wide)
    if origin in (Union, UnionType):
        return " | ".join(shape_type(each, source, wide=wide) for each in inner)
    if shape in (None, NoneType):
        return "None"
    if shape is Any:
        return source.need("typing", "Any")
    if origin is Literal:
        return f"{source.need('typing', 'Literal')}[{', '.join(map(repr, inner))}]"
    if origin is not None:
        return f"{shape_type(origin, source)}[{', '.join(shape_type(i, source) for i in inner)}]"
    if shape.__module__ == "builtins":
        return str(shape.__name__)
    named = source.need(shape.__module__, shape.__name__)
    if wide and shape is GivenOptions:
        source.need("collections.abc", "Mapping")
        return f"{named} | Mapping[str, {source.need('typing', 'Any')}]"
    return named
