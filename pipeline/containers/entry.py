"""A member of a container, as it is found."""

from collections.abc import Callable
from typing import NamedTuple

from gristmill.schemas.outcomes.documents import DocumentCode


class ArchiveEntry(NamedTuple):
    """A member. `name` is a relative path that stays inside. `size` is what the container says,
    None where it says nothing. `read` is only good until the next entry is asked for.

    With a `code` it cannot be read, for the reason in `message`. One that is `alone` has a name
    of our making: a compressed file does not say what is in it.
    """

    name: str
    size: int | None
    read: Callable[[], bytes]
    code: DocumentCode | None = None
    message: str | None = None
    alone: bool = False
