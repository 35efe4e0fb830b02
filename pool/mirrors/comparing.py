"""From what a folder holds, and what is known of it, to what has to be done: a pure function."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from gristmill.storage.mirrors.files import Known, Seen, Unread, is_below, order

_SECOND = 1_000_000_000


class Plan(NamedTuple):
    """What to do. `again` are files that look as before and are to be read all the same; `moved`
    are pairs of what is gone and what has its content now; `young` ones were still being written,
    and nothing is done with them; of `unread` folders nothing is known. `renumbered` ones are
    unchanged, but for the number of their file system. `more`: there are other files to read, so
    that nobody can say yet what is gone for good. `failing` of the unchanged ones could not be read
    when they came."""

    new: list[Seen]
    changed: list[Seen]
    again: list[Seen]
    moved: list[tuple[Known, Seen]]
    gone: list[Known]
    young: list[Seen]
    unread: list[Unread]
    renumbered: list[Seen]
    unchanged: int
    more: bool
    failing: int = 0

    @property
    def to_read(self) -> list[Seen]:
        return [*self.new, *self.changed, *self.again]


def compare(
    seen: Iterable[Seen | Unread],
    known: Iterable[Known],
    *,
    is_still: Callable[[Seen], bool] = lambda file: True,
    most: int = 1 << 62,
) -> Plan:
    """Compare two lists, each in the order of `order`, in one pass: of what is unchanged nothing
    is kept. `is_still` tells whether a file is no longer being written; up to `most` files are to
    be read."""
    plan = Plan([], [], [], [], [], [], [], [], 0, more=False)
    unchanged, failing, more = 0, 0, False
    for now, before in _pairs(seen, known, plan.unread):
        if now is None:
            assert before is not None
            plan.gone.append(before)
        elif before is not None and _is_same(now, before) and not before.again:
            unchanged += 1
            failing += before.failed
            if now.device != before.device:
                plan.renumbered.append(now)
        elif not is_still(now):
            plan.young.append(now)
        elif len(plan.new) + len(plan.changed) + len(plan.again) >= most:
            more = True
        elif before is None:
            plan.new.append(now)
        else:
            (plan.again if _is_same(now, before) else plan.changed).append(now)
    return _with_moves(plan._replace(unchanged=unchanged, failing=failing, more=more))


def _is_same(now: Seen, before: Known) -> bool:
    return (now.size, now.mtime_ns, now.inode) == (before.size, before.mtime_ns, before.inode)


def _pairs(
    seen: Iterable[Seen | Unread], known: Iterable[Known], unread: list[Unread]
) -> Iterator[tuple[Seen | None, Known | None]]:
    """What is there with what is known of it, in order. What lies below a folder that could not
    be read is neither."""
    left = iter(known)
    before = next(left, None)
    for now in seen:
        while before is not None and order(before.path) < order(now.path):
            yield None, before
            before = next(left, None)
        if isinstance(now, Unread):
            unread.append(now)
            while before is not None and is_below(before.path, now.path):
                before = next(left, None)
        elif before is not None and before.path == now.path:
            yield now, before
            before = next(left, None)
        else:
            yield now, None
    while before is not None:
        yield None, before
        before = next(left, None)


def _with_moves(plan: Plan) -> Plan:
    """What is gone here and new there with the same content was moved."""
    gone = {mark: each for each in plan.gone if (mark := _mark(each)) and not each.again}
    moved = list[tuple[Known, Seen]]()

    def stays(file: Seen) -> bool:
        mark = _mark(file)
        before = None if mark is None else gone.get(mark)
        if mark is None or before is None or _kind(before.path) != _kind(file.path):
            return True
        del gone[mark]
        moved.append((before, file))
        return False

    new, young = [list(filter(stays, files)) for files in (plan.new, plan.young)]
    paths = {before.path for before, _ in moved}
    left = [each for each in plan.gone if each.path not in paths]
    return plan._replace(new=new, young=young, moved=moved, gone=left)


def _mark(file: Seen | Known) -> tuple[int, ...] | None:
    """What a file keeps when it is renamed. Another one may get its inode and be of the same size;
    not so the same nanosecond, unless its time was set to a whole second by whoever unpacked it."""
    if file.mtime_ns % _SECOND == 0:
        return None
    return (file.device, file.inode, file.size, file.mtime_ns)


def _kind(path: str) -> str:
    """By its name, a file may be read as something else."""
    return PurePosixPath(path).suffix.lower()
