"""Whether the steps that a job chooses can be had here. Looks at what is installed, imports none.

A step that needs packages beyond its distribution's own names them in an extra that is called
like the step.
"""

import re
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, entry_points
from pathlib import Path

import msgspec

from gristmill.pipeline.recognition.engines import lacking
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options, StepChoice
from gristmill.schemas.problems.errors import InvalidRequest, StepUnavailable, UnknownStep
from gristmill.schemas.steps import BUILT_IN, EmbedOptions, OcrOptions, embed_models

GROUP = "gristmill.steps"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


def check_steps(options: Options, settings: Settings) -> None:
    """Raises UnknownStep, StepUnavailable, or InvalidRequest for options that a step has not."""
    size = len(msgspec.json.encode(options.steps)) if options.steps else 0
    if size > settings.max_metadata_bytes:
        raise InvalidRequest(
            f"the steps' options have {size} bytes, the limit is {settings.max_metadata_bytes}"
        )
    for choice in options.chosen_steps:
        if choice.name not in installed_steps():
            names = ", ".join(installed_steps()) or "none"
            raise UnknownStep(f"there is no step {choice.name!r}; installed are: {names}")
        chosen = _options(choice)
        needs_packages = True
        if isinstance(chosen, EmbedOptions):
            needs_packages = not _check_model(chosen, settings)
        if isinstance(chosen, OcrOptions):
            # Its extra is one of two ways to have it.
            needs_packages = False
            if trouble := lacking(chosen):
                raise StepUnavailable(f"step 'ocr' {trouble}")
        if needs_packages and (missing := missing_packages(choice.name)):
            hint = f"pip install '{_wanted(choice.name)}'"
            what = ", ".join(missing)
            raise StepUnavailable(f"step {choice.name!r} needs {what} on the server: {hint}")


@cache
def installed_steps() -> dict[str, Distribution | None]:
    """The steps of all installed packages by name, with the distribution that brings each."""
    found: dict[str, Distribution | None] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        # A user's package takes one of ours over by its name.
        if point.name not in found or not point.value.startswith("gristmill."):
            found[point.name] = point.dist
    return found


@cache
def missing_packages(step: str) -> tuple[str, ...]:
    """The packages of a step's own extra that are not installed."""
    brings = installed_steps().get(step)
    needed = [
        requirement
        for requirement in (brings.requires if brings else None) or ()
        if (extra := _EXTRA.search(requirement)) and _same(extra[1], step)
    ]
    names = [found[0] for each in needed if (found := _NAME.match(each))]
    return tuple(name for name in names if not _is_installed(name))


def _wanted(step: str) -> str:
    brings = installed_steps()[step]
    return f"{brings.name if brings else ''}[{step.replace('_', '-')}]"


def _same(extra: str, step: str) -> bool:
    """Extras are written with hyphens, steps with underscores."""
    return re.sub(r"[-_.]+", "-", extra).lower() == re.sub(r"[-_.]+", "-", step).lower()


def _is_installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def _options(choice: StepChoice) -> object:
    """The options of a built-in step, checked. Others are checked where they are imported."""
    kind = BUILT_IN.get(choice.name)
    brings = installed_steps()[choice.name]
    if kind is None or brings is None or brings.name != "gristmill":
        return None
    try:
        return msgspec.convert(choice.options, kind)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the options of step {choice.name!r} are wrong: {error}") from None


def _check_model(chosen: EmbedOptions, settings: Settings) -> bool:
    """Whether the model is a service, which needs no package."""
    models = embed_models(settings.embed_models)
    if not models:
        raise StepUnavailable(
            "step 'embed' needs a model; whoever runs the service names one in embed_models"
        )
    name = chosen.model or next(iter(models))
    if name not in models:
        raise StepUnavailable(f"step 'embed' has no model {name!r}; it has: {', '.join(models)}")
    model = models[name]
    if not model.is_service and not Path(model.place).expanduser().exists():
        raise StepUnavailable(f"the model {name!r} of step 'embed' is not where embed_models says")
    return model.is_service
