"""What `--step` says."""

from collections.abc import Iterable

import msgspec

from gristmill.schemas.problems.errors import InvalidRequest


def chosen(steps: Iterable[str]) -> list[object]:
    """Steps as a request names them: by name, or as an object where one has options.

    Raises InvalidRequest where such an object is no JSON.
    """
    return [_one(step) for step in steps]


def _one(step: str) -> object:
    if not step.lstrip().startswith("{"):
        return step
    try:
        return msgspec.json.decode(step)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidRequest(f"--step {step!r} is no JSON object: {error}") from None
