"""Steps by name, found through the entry points of installed packages and imported when used."""

from functools import cache
from importlib.metadata import entry_points
from typing import Any

import msgspec

from gristmill.pipeline.steps.step_shapes import Step
from gristmill.schemas.jobs.options import StepChoice
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

GROUP = "gristmill.steps"
_OURS = "gristmill.pipeline.steps."
_REASON_CHARS = 300


@cache
def step_named(name: str) -> Step:
    """The step of this name; a user's package takes one of ours over by its name.

    Raises DocumentError `step_failed` where there is none or it cannot be imported.
    """
    points = sorted(
        entry_points(group=GROUP, name=name),
        key=lambda point: (point.value.startswith(_OURS), point.value),
    )
    if not points:
        raise failed(name, "it is not installed where the workers run")
    try:
        step: Step = points[0].load()
        if not (callable(step.apply) and str(step.version) and step.options_type):
            raise TypeError("it needs version, options_type and apply")
    except ImportError as error:
        raise failed(name, f"a package that it needs is missing ({error})") from error
    except Exception as error:
        raise failed(name, f"it cannot be used ({reason_of(error)})") from error
    return step


def options_of(step: Step, choice: StepChoice) -> Any:
    """What the job chose, as the step wants it. Raises DocumentError `step_failed`."""
    try:
        return msgspec.convert(choice.options, step.options_type)
    except msgspec.ValidationError as error:
        raise failed(choice.name, f"its options are wrong: {error}") from None


def failed(name: str, why: str, *, transient: bool = False) -> DocumentError:
    """The failure of a document at a step."""
    text = f"step {name!r}: {why}"
    return DocumentError(DocumentCode.STEP_FAILED, text, transient=transient)


def reason_of(error: Exception) -> str:
    """An unexpected exception in a few words."""
    return f"{type(error).__name__}: {error}"[:_REASON_CHARS]
