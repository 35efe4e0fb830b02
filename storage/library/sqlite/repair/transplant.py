"""A damaged file whose first page can no longer be read, with the first page of another library.

That page says where each table begins. Libraries that were made by this version, in the same order
of statements, begin alike; where this one was made otherwise, nothing sound is read through it.
"""

import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gristmill.storage.library.sqlite.database import ddl
from gristmill.storage.library.sqlite.database.trouble import FAILURES

_PAGE = 4096
_INTERIOR = 5


@contextmanager
def with_sound_schema(damaged: Path) -> Iterator[Path]:
    """The file itself, or a copy with the schema of a new library. Raises OSError."""
    if _has_schema(damaged):
        yield damaged
        return
    with tempfile.TemporaryDirectory(dir=damaged.parent, prefix=".salvage-") as scratch:
        copy = Path(scratch) / "library.db"
        shutil.copyfile(damaged, copy)
        for number, page in _schema_pages(Path(scratch) / "model.db").items():
            with open(copy, "r+b") as file:
                file.seek((number - 1) * _PAGE)
                file.write(page)
        _set_header(copy)
        yield copy


def _has_schema(path: Path) -> bool:
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True)) as db:
            found = db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'documents'")
            return bool(found.fetchone()[0])
    except FAILURES:
        return False


def _schema_pages(model: Path) -> dict[int, bytes]:
    """The pages of a new library that hold its schema, by number."""
    with closing(sqlite3.connect(model, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size={_PAGE}")
        db.executescript(f"BEGIN; {ddl.script()}; COMMIT")
    data = model.read_bytes()
    first = data[:_PAGE]
    pages = {1: first}
    if first[100] == _INTERIOR:
        (cells,) = struct.unpack(">H", first[103:105])
        places = struct.unpack(f">{cells}H", first[112 : 112 + 2 * cells])
        children = [struct.unpack(">I", first[at : at + 4])[0] for at in places]
        children.append(struct.unpack(">I", first[108:112])[0])
        for number in children:
            pages[number] = data[(number - 1) * _PAGE : number * _PAGE]
    return pages


def _set_header(path: Path) -> None:
    """Make the header say how large this file is, and that no page of it is free."""
    with open(path, "r+b") as file:
        file.seek(28)
        file.write(struct.pack(">III", path.stat().st_size // _PAGE, 0, 0))
        # What the size is believed by.
        file.seek(24)
        change = file.read(4)
        file.seek(92)
        file.write(change)
