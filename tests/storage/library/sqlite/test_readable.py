"""What is read of a table that is broken, and how soon it is given up."""

import sqlite3
from pathlib import Path

from gristmill.storage.library.sqlite.repair.readable import Text, readable

PAGE = 4096


class Counting:
    """A connection that counts what it is asked."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self.asked = db, 0

    def execute(self, *what: object) -> sqlite3.Cursor:
        self.asked += 1
        return self._db.execute(*what)  # type: ignore[arg-type]


def written(path: Path, rows: int, broken: range) -> Counting:
    """A table with wide rows in which these pages are noise."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE sacks(id INTEGER PRIMARY KEY, mark TEXT NOT NULL)")
        db.executemany("INSERT INTO sacks VALUES(?, ?)", ((n, "x" * 1500) for n in range(rows)))
    db.close()
    data = bytearray(path.read_bytes())
    for number in broken:
        data[number * PAGE : (number + 1) * PAGE] = b"\xfe" * PAGE
    path.write_bytes(data)
    db = sqlite3.connect(path)
    db.text_factory = Text
    return Counting(db)


def found(db: Counting, size: int) -> int:
    return len(list(readable(db, size, "sacks", "I:id T:mark")))  # type: ignore[arg-type]


def test_a_table_without_a_root_is_given_up_soon(tmp_path: Path) -> None:
    db = written(tmp_path / "a.db", 2000, range(1, 2))
    assert found(db, 100_000_000) == 0
    assert db.asked < 6000


def test_of_a_table_with_holes_the_rest_is_read(tmp_path: Path) -> None:
    db = written(tmp_path / "a.db", 2000, range(2, 500))
    rows = found(db, (tmp_path / "a.db").stat().st_size)
    assert 900 < rows < 1100
