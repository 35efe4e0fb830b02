"""Where settings come from: defaults < gristmill.toml < GRISTMILL_* < flags."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from gristmill.schemas.configuration.knobs import PREFIX, knobs
from gristmill.schemas.configuration.settings import INHERITED, Settings
from gristmill.schemas.configuration.settings_layers import Layer, merge
from gristmill.schemas.problems.errors import SettingsError

DEFAULT_FILE = "gristmill.toml"
NOT_SETTINGS = {
    "GRISTMILL_SERVER",
    "GRISTMILL_CONFIG",
    "GRISTMILL_KEY",
    "GRISTMILL_KEY_FILE",
    "GRISTMILL_INSECURE",
    "GRISTMILL_FAULTS",
    "GRISTMILL_FAULTS_FILE",
    INHERITED,
}
"""Variables of ours that are something else."""


def load(
    flags: Mapping[str, Any],
    config: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The checked settings. `flags` holds what was given on the command line, by name.

    Raises SettingsError, whose message names the setting and its source.
    """
    if INHERITED in environ:
        # A child of a service: it sees exactly what its parent saw, whatever the file says now.
        below = [Layer(INHERITED, _inherited(environ[INHERITED]))]
    else:
        below = [_file_layer(config), _environment_layer(environ)]
    table = knobs(Settings)
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    return merge([*below, Layer("flags", given, lambda name: table[name].flag)])


def _inherited(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise SettingsError(f"{INHERITED} is not a JSON object ({error}); unset it") from None


def _environment_layer(environ: Mapping[str, str]) -> Layer:
    values = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name not in NOT_SETTINGS
    }
    return Layer("the environment", values, lambda name: PREFIX + name.upper())


def _file_layer(config: str | None) -> Layer:
    path = Path(config or DEFAULT_FILE)
    if config is None and not path.exists():
        return Layer(DEFAULT_FILE, {})
    import tomllib

    try:
        return Layer(str(path), tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(f"the settings file {path} cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"the settings file {path} is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the settings file {path} is not valid TOML: {error}") from None
