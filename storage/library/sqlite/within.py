"""The condition on a collection, as SQL."""

from typing import NamedTuple

from gristmill.storage.library.roles import Within


class Condition(NamedTuple):
    """For a WHERE, with what its question marks stand for."""

    sql: str
    values: tuple[str, ...]


def within(collections: Within) -> Condition | None:
    """That a row is in one of `collections`; None where that is no condition."""
    if collections is None:
        return None
    if isinstance(collections, str):
        return Condition("collection = ?", (collections,))
    marks = ", ".join("?" * len(collections))
    return Condition(f"collection IN ({marks})", collections)
