"""From raw layers of settings to checked ones: merged first, converted and checked once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from gristmill.schemas.configuration.knobs import knobs
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.open_addresses import networks_of
from gristmill.schemas.problems.errors import SettingsError

NETWORKS = ("url_allow", "webhook_allow")
"""Whose items are networks, which no pattern describes."""


class Layer(NamedTuple):
    """Raw settings from one source, such as `gristmill.toml` or `the environment`.

    `label` turns a setting's name into what the user wrote (`GRISTMILL_PORT`, `--port`).
    """

    source: str
    values: Mapping[str, Any]
    label: Callable[[str], str] | None = None

    def origin(self, name: str) -> str:
        """What to blame for a wrong value: `--port`, or the whole source."""
        return self.label(name) if self.label else self.source


def merge(layers: Iterable[Layer]) -> Settings:
    """Later layers win; the result is converted and checked once.

    Text from the environment is converted leniently ("8000" is a port; a list is comma-separated
    or a JSON array).
    Raises SettingsError naming the setting and the source it came from.
    """
    raw: dict[str, Any] = {}
    origin: dict[str, str] = {}
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    for layer in layers:
        for name, value in layer.values.items():
            if name not in fields:
                raise SettingsError(_unknown(name, layer, list(fields)))
            raw[name], origin[name] = value, layer.origin(name)
    return Settings(**{name: _convert(fields[name], raw[name], origin[name]) for name in raw})


def _unknown(name: str, layer: Layer, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else "; `gristmill settings` lists them all"
    return f"unknown setting {name!r} from {layer.origin(name)}{hint}"


def _convert(field: msgspec.structs.FieldInfo, value: Any, origin: str) -> Any:
    try:
        if isinstance(value, str) and knobs(Settings)[field.name].repeated:
            value = _listed(value)
        converted = msgspec.convert(value, field.type, strict=not isinstance(value, str))
        if field.name in NETWORKS:
            networks_of(converted, field.name)
    except (msgspec.MsgspecError, SettingsError):
        takes = knobs(Settings)[field.name].takes
        raise SettingsError(
            f"setting {field.name!r} from {origin} must be {takes}, not {value!r}"
        ) from None
    return converted


def _listed(text: str) -> Any:
    """A list in text: separated by commas, or a JSON array where an item has a comma in it."""
    if text.lstrip().startswith("["):
        return msgspec.json.decode(text)
    return [part.strip() for part in text.split(",") if part.strip()]
