"""How deep the JSON of a request may nest."""

from typing import Any

from gristmill.schemas.problems.errors import InvalidRequest


def check_depth(value: Any, allowed: int, max_depth: int) -> None:
    """Raises InvalidRequest where `value` nests more than `allowed` containers."""
    level = [value]
    for _ in range(allowed + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise too_deep(max_depth)


def _inside(value: Any) -> list[Any]:
    """What a container holds; nothing for a plain value."""
    if isinstance(value, dict):
        return list(value.values()) or [None]
    if isinstance(value, list):
        return value or [None]
    return []


def too_deep(max_depth: int) -> InvalidRequest:
    """The error."""
    return InvalidRequest(
        f"the JSON of the request nests deeper than {max_depth} levels (max_json_depth)"
    )
