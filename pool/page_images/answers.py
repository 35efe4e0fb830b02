"""What the process that renders a page says by its exit status."""

from enum import IntEnum


class Answer(IntEnum):
    """Anything else is a crash."""

    OK = 0
    NO_PAGE = 10
    UNREADABLE = 11
    NO_READER = 12
    TOO_MUCH_MEMORY = 13
