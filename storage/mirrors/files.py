"""What is seen of a mirrored folder's files, and what is known of them from before."""

from typing import NamedTuple


class Seen(NamedTuple):
    """A file as the folder holds it now. `path` is relative to the folder, with `/`; `size` is in
    bytes, `mtime_ns` in nanoseconds since the epoch."""

    path: str
    size: int
    mtime_ns: int
    inode: int
    device: int


class Unread(NamedTuple):
    """What could not be looked at: nobody knows what of it, and below it, is there."""

    path: str
    reason: str


class Known(NamedTuple):
    """A file as it was when it was read. `again`: it has to be read once more, whatever it looks
    like. `inside`: it holds documents of its own, as archives and mails do. `failed`: of it, or of
    what is inside, not all could be read."""

    path: str
    size: int
    mtime_ns: int
    inode: int
    device: int
    again: bool = False
    inside: bool = False
    failed: bool = False

    @classmethod
    def of(
        cls, seen: Seen, *, again: bool = False, inside: bool = False, failed: bool = False
    ) -> "Known":
        return cls(*seen, again, inside, failed)

    def at(self, seen: Seen, *, again: bool) -> "Known":
        """The same content, elsewhere."""
        return self.of(seen, again=again, inside=self.inside, failed=self.failed)


class Reading(NamedTuple):
    """A file that a job reads. `kind` is what it was for the comparison."""

    seen: Seen
    job_id: str
    kind: str


class DamagedKnown(OSError):
    """The file is no database, or a broken one."""


def order(path: str) -> str:
    """The order in which files are seen and known: what is below a folder follows it at once."""
    return path.replace("/", "\0")


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder, or lies below it; all lie below ""."""
    return not folder or path == folder or path.startswith(f"{folder}/")
