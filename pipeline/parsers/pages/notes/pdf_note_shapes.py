"""What is said of a page's notes, and where each stands."""

from enum import Enum, auto
from typing import NamedTuple

Area = tuple[float, float, float, float]
"""Left, bottom, right, top in points, in the page's own coordinates, which rise upwards."""


class NoteKind(Enum):
    """A VALUE is read behind its label, a MARK (a box that is ticked, or is not) before it; a
    COMMENT stands for itself."""

    VALUE = auto()
    MARK = auto()
    COMMENT = auto()


class Note(NamedTuple):
    """`label` is what a form calls a field, for where the page does not say it; may be empty."""

    kind: NoteKind
    text: str
    area: Area
    label: str = ""
