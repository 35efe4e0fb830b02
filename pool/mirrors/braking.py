"""The brake: whether so much is gone, or in such a way, that somebody has to say that it is meant.
Pure."""

from typing import NamedTuple


class Loss(NamedTuple):
    """`gone` of the `known` files are, and `lately` others were removed shortly before. `seen` is
    how many the folder holds; None where only some paths were looked at. `absent` of those that
    are gone lay on file systems that are not there now; `exchanged`: the folder itself is on
    another one than last time."""

    gone: int
    known: int
    lately: int = 0
    seen: int | None = None
    absent: int = 0
    exchanged: bool = False


def brake(loss: Loss, share: float) -> str | None:
    """Why nothing is removed; None where that may be. `share` of what was known may be gone."""
    if not loss.gone:
        return None
    if loss.exchanged:
        return "the folder is on another file system than last time; perhaps a disk is not mounted"
    if loss.absent:
        return (
            f"{loss.absent} of the files that are gone lay on a file system that is not there now"
        )
    if loss.seen == 0:
        return "the folder is empty"
    if loss.gone + loss.lately > share * (loss.known + loss.lately):
        lately = f", after {loss.lately} that were removed just before" if loss.lately else ""
        return f"{loss.gone} of {loss.known} files are gone{lately}"
    return None
