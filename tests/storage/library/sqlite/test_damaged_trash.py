"""What of the trash cannot be read any more."""

from pathlib import Path

from support.library_samples import succeeded

from gristmill.schemas.ids import document_id
from gristmill.schemas.trash import Discarded, Restoration
from gristmill.storage.library import Library, TrashChoice


def test_what_is_damaged_is_told_and_stays_behind(tmp_path: Path) -> None:
    ids = [document_id("default", name) for name in ("a", "b")]
    with Library.open(tmp_path / "library.db") as library:
        library.commit(
            [
                succeeded("job", number, uri=uri, texts=(uri,))
                for number, uri in enumerate(("a", "b"))
            ]
        )
        library.remove_documents(ids, Discarded())
        assert library.damaged_trash() == []
        with library._writing():
            sql = "UPDATE trash SET contents = ? WHERE document_id = ?"
            library._db.execute(sql, (b"x", ids[0]))
        ((row, damaged),) = library.damaged_trash()
        assert damaged == ids[0]
        assert library.restore_documents(TrashChoice()) == Restoration(2)
        while library.take_back(most=1):
            continue
        assert library.document(ids[0]) is None and library.document(ids[1]) is not None
        library.forget_trashed(row)
        assert library.trash_page(TrashChoice(), after=None, limit=9) == ([], None)
