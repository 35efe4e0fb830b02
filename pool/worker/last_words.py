"""What a worker that ends because of an unexpected error says last, for whoever finds it dead: its
own log may be another machine's."""

from contextlib import suppress

from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.layout import DataFolder

_CHARS = 300


def say(folder: DataFolder, pid: int, error: BaseException) -> None:
    """Leave them where `heard` looks; a disk that does not take them has the log."""
    told = (
        error.message if isinstance(error, GristmillError) else f"{type(error).__name__}: {error}"
    )
    with suppress(OSError):
        folder.last_words(pid).write_text(" ".join(told.split())[:_CHARS], encoding="utf-8")


def heard(folder: DataFolder, pid: int) -> str:
    """What a worker that is gone said last, once; "" where that was nothing."""
    path = folder.last_words(pid)
    with suppress(OSError, ValueError):
        told = path.read_text(encoding="utf-8")
        path.unlink()
        return told
    return ""
