"""Conditions on documents, as SQL."""

from collections.abc import Sequence
from typing import NamedTuple

from gristmill.storage.library.roles import Within


class Condition(NamedTuple):
    """For a WHERE, with what its question marks stand for. One that compares more than once, or
    is negated, has parentheses around it."""

    sql: str
    values: tuple[object, ...]

    @property
    def told(self) -> str:
        """Whether it holds, as a value. As such SQLite works out both sides of each AND; within a
        CASE only as many as it takes."""
        return f"CASE WHEN {self.sql} THEN 1 ELSE 0 END"


def within(collections: Within) -> Condition | None:
    """That a row is in one of `collections`; None where that is no condition."""
    if collections is None:
        return None
    if isinstance(collections, str):
        return Condition("collection = ?", (collections,))
    if not collections:
        return Condition("false", ())
    marks = ", ".join("?" * len(collections))
    return Condition(f"collection IN ({marks})", collections)


def all_of(conditions: Sequence[Condition]) -> Condition:
    """That each of them, of which there is one at least, holds."""
    return _joined(conditions, "AND")


def any_of(conditions: Sequence[Condition]) -> Condition:
    """That one of them, of which there is one at least, holds."""
    return _joined(conditions, "OR")


def _joined(conditions: Sequence[Condition], word: str) -> Condition:
    # By halves: SQLite bounds how deep an expression is, and a row of ORs is as deep as it is long.
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    left, right = (_joined(half, word) for half in (conditions[:middle], conditions[middle:]))
    return Condition(f"({left.sql} {word} {right.sql})", left.values + right.values)
