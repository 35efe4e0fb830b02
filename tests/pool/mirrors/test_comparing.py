"""The comparison of a folder with what is known of it, as a table."""

import pytest

from gristmill.pool.mirrors.comparing import Plan, compare
from gristmill.storage.mirrors.files import Known, Seen, Unread, order

MTIME = 1_700_000_000_000_000_007
WHOLE = 1_700_000_000_000_000_000


def seen(path: str, size: int = 5, mtime: int = MTIME, inode: int = 1, device: int = 9) -> Seen:
    return Seen(path, size, mtime, inode, device)


def known(
    path: str,
    size: int = 5,
    mtime: int = MTIME,
    inode: int = 1,
    device: int = 9,
    again: bool = False,
) -> Known:
    return Known(path, size, mtime, inode, device, again)


def told(plan: Plan) -> dict[str, object]:
    """What a plan says, by paths, without what is empty."""
    said: dict[str, object] = {
        name: [each.path for each in getattr(plan, name)]
        for name in ("new", "changed", "again", "gone", "young", "unread", "renumbered")
    }
    said["moved"] = [(old.path, new.path) for old, new in plan.moved]
    said |= {"unchanged": plan.unchanged, "more": plan.more}
    return {name: value for name, value in said.items() if value}


CASES: list[tuple[str, list[Seen | Unread], list[Known], dict[str, object]]] = [
    ("an empty folder of which nothing is known", [], [], {}),
    ("a file that is new", [seen("a.txt")], [], {"new": ["a.txt"]}),
    ("one that is as it was", [seen("a.txt")], [known("a.txt")], {"unchanged": 1}),
    ("another size", [seen("a.txt", size=6)], [known("a.txt")], {"changed": ["a.txt"]}),
    ("another time", [seen("a.txt", mtime=WHOLE)], [known("a.txt")], {"changed": ["a.txt"]}),
    ("put in its place", [seen("a.txt", inode=2)], [known("a.txt")], {"changed": ["a.txt"]}),
    (
        "a file system with another number",
        [seen("a.txt", device=8)],
        [known("a.txt")],
        {"unchanged": 1, "renumbered": ["a.txt"]},
    ),
    ("marked to be read again", [seen("a")], [known("a", again=True)], {"again": ["a"]}),
    ("one that is gone", [], [known("a.txt")], {"gone": ["a.txt"]}),
    ("renamed", [seen("b.txt")], [known("a.txt")], {"moved": [("a.txt", "b.txt")]}),
    ("moved into a folder", [seen("d/a.md")], [known("a.md")], {"moved": [("a.md", "d/a.md")]}),
    (
        "a folder that was renamed",
        [seen("new/1", inode=1), seen("new/2", inode=2)],
        [known("old/1", inode=1), known("old/2", inode=2)],
        {"moved": [("old/1", "new/1"), ("old/2", "new/2")]},
    ),
    (
        "another name by which it is read as something else",
        [seen("a.md")],
        [known("a.txt")],
        {"new": ["a.md"], "gone": ["a.txt"]},
    ),
    (
        "an inode that may have been given to another file",
        [seen("b.txt", mtime=WHOLE)],
        [known("a.txt", mtime=WHOLE)],
        {"new": ["b.txt"], "gone": ["a.txt"]},
    ),
    (
        "the same inode on another file system",
        [seen("b.txt", device=8)],
        [known("a.txt")],
        {"new": ["b.txt"], "gone": ["a.txt"]},
    ),
    (
        "renamed before its content was known",
        [seen("b.txt")],
        [known("a.txt", again=True)],
        {"new": ["b.txt"], "gone": ["a.txt"]},
    ),
    (
        "a second name of a file whose first stays",
        [seen("a.txt"), seen("b.txt")],
        [known("a.txt")],
        {"unchanged": 1, "new": ["b.txt"]},
    ),
    (
        "two names in the place of one",
        [seen("b.txt"), seen("c.txt")],
        [known("a.txt")],
        {"moved": [("a.txt", "b.txt")], "new": ["c.txt"]},
    ),
    (
        "two files that have changed places",
        [seen("a.txt", inode=2), seen("b.txt", inode=1)],
        [known("a.txt", inode=1), known("b.txt", inode=2)],
        {"changed": ["a.txt", "b.txt"]},
    ),
    (
        "a folder that cannot be read hides what is in it, and nothing beside it",
        [seen("a", inode=3), Unread("d", "no"), seen("d.txt", inode=4)],
        [known("a", inode=3), known("d/1", inode=5), known("d/e/2", inode=6), known("d.txt", 1)],
        {"unchanged": 1, "changed": ["d.txt"], "unread": ["d"]},
    ),
    ("a folder with the place of a file", [seen("a/b", inode=2)], [known("a")],
     {"new": ["a/b"], "gone": ["a"]}),
]  # fmt: skip


@pytest.mark.parametrize(("now", "before", "plan"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_what_is_seen_and_what_is_known_make_a_plan(
    now: list[Seen | Unread], before: list[Known], plan: dict[str, object]
) -> None:
    assert told(compare(now, before)) == plan
    assert [each.path for each in now] == sorted((each.path for each in now), key=order)


def test_a_file_that_is_being_written_waits_and_is_not_gone() -> None:
    now = [seen("a", size=6), seen("b", inode=2)]
    plan = compare(now, [known("a")], is_still=lambda file: False)
    assert told(plan) == {"young": ["a", "b"]}


def test_a_young_file_that_was_moved_needs_no_reading() -> None:
    plan = compare([seen("b")], [known("a")], is_still=lambda file: False)
    assert told(plan) == {"moved": [("a", "b")]}


def test_of_more_files_than_are_read_at_once_the_plan_says_that_there_are_more() -> None:
    now = [seen(name, inode=number) for number, name in enumerate("abcd")]
    plan = compare(now, [], most=3)
    assert told(plan) == {"new": ["a", "b", "c"], "more": True}
