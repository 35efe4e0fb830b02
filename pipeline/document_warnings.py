"""The warnings of one document, in bounds."""

from collections.abc import Iterable

import msgspec

from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

MOST_WARNINGS = 50
_MESSAGE_CHARS = 500


def gathered(warnings: Iterable[DocumentWarning]) -> tuple[DocumentWarning, ...]:
    """Equal warnings as one with their count, in the order in which each first came. Where there
    are more than MOST_WARNINGS, the last one of each code stands for all that follow it."""
    counts: dict[tuple[WarningCode, str, int | None], int] = {}
    for warning in warnings:
        key = (warning.code, warning.message[:_MESSAGE_CHARS], warning.page)
        counts[key] = counts.get(key, 0) + max(1, warning.count)
    found = [DocumentWarning(*key, count) for key, count in counts.items()]
    return tuple(found if len(found) <= MOST_WARNINGS else _fewer(found))


def _fewer(warnings: list[DocumentWarning]) -> list[DocumentWarning]:
    room = max(1, MOST_WARNINGS // len({warning.code for warning in warnings}) - 1)
    kept: dict[WarningCode, list[DocumentWarning]] = {}
    for warning in warnings:
        same = kept.setdefault(warning.code, [])
        if len(same) < room:
            same.append(warning)
        elif len(same) == room:
            same.append(DocumentWarning(warning.code, f"more like this: {warning.message}"))
            same[-1] = msgspec.structs.replace(same[-1], count=warning.count)
        else:
            same[-1] = msgspec.structs.replace(same[-1], count=same[-1].count + warning.count)
    return [warning for same in kept.values() for warning in same]
