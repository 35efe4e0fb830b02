"""Whether a library is in order, and what mends it."""

import sqlite3
from pathlib import Path

from support.library_samples import succeeded

from gristmill.schemas.ids import document_id
from gristmill.storage.library import Library


def test_the_soundness_check_notices_an_index_that_lost_its_words(
    library: Library, tmp_path: Path
) -> None:
    library.commit([succeeded()])
    assert library.soundness.search_index_is_sound()
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute("UPDATE chunks SET text = 'something else'")
    assert not library.soundness.search_index_is_sound()
    library.soundness.rebuild_search_index()
    assert library.soundness.search_index_is_sound()
    assert len(library.search("something", collection=None, limit=50)) == 1


def test_every_way_of_changing_documents_keeps_totals_and_index_right(library: Library) -> None:
    library.commit([succeeded("1", n, uri=str(n), texts=(f"t{n}",)) for n in range(5)])
    library.commit([succeeded("2", 0, uri="0", texts=("changed", "more"))])
    library.commit([succeeded("2", 1, uri="1", texts=("t2",))])
    library.delete_document(document_id("default", "4"))
    assert library.soundness.totals_are_right() and library.soundness.search_index_is_sound()
    assert library.stats()["documents"] == 3
    library._db.execute("UPDATE collections SET chunks = 77")
    assert not library.soundness.totals_are_right()
    library.soundness.rebuild_totals()
    assert library.soundness.totals_are_right()
