"""The steps that are installed here, with their options."""

from collections.abc import Iterator
from typing import Any

import msgspec

from gristmill.pipeline.steps.step_registry import step_named
from gristmill.pool.intake.step_checks import check_steps, installed_steps
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options, StepChoice
from gristmill.schemas.problems.errors import DocumentError, GristmillError
from gristmill.schemas.steps import BUILT_IN


class StepLook(msgspec.Struct, frozen=True):
    """A step: the `package` that brings it, its options with their defaults, and (`missing`) what
    to do before a job may choose it."""

    step: str
    package: str
    state: str
    options: dict[str, Any]
    advice: str | None = None

    @property
    def options_text(self) -> str:
        """`count=10, max_words=3`."""
        return ", ".join(
            f"{name}={msgspec.json.encode(value).decode()}" for name, value in self.options.items()
        )


def steps(settings: Settings) -> Iterator[StepLook]:
    """By name."""
    for name, brings in installed_steps().items():
        advice = None
        try:
            check_steps(Options(steps=(StepChoice(name),)), settings)
        except GristmillError as error:
            advice = error.message
        state = "ok" if advice is None else "missing"
        package = brings.name if brings else ""
        yield StepLook(name, package, state, _options(name, package), advice)


def _options(name: str, package: str) -> dict[str, Any]:
    kind: Any = BUILT_IN.get(name) if package == "gristmill" else None
    if kind is None:
        try:
            kind = step_named(name).options_type
        except DocumentError:
            return {}
    return {
        field.name: None if field.required else _default(field)
        for field in msgspec.structs.fields(kind)
    }


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return msgspec.to_builtins(field.default)
    factory: Any = field.default_factory
    return msgspec.to_builtins(factory())
