"""The copy that is searched follows the library: nothing is left out, nothing stays too long."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.embedded_texts import embedded
from support.library_samples import succeeded
from support.postgres_server import PostgresServer, postgres_server
from support.store_sets import Opener, in_postgres
from support.tiny_model import make_model

from gristmill.storage.library import AllRoles
from gristmill.storage.library.locks import WORK
from gristmill.storage.library.postgres import variants
from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.library.postgres.search_copy import copying

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest.fixture
def address(server: PostgresServer) -> str:
    return server.new_library()


@pytest.fixture
def opener(address: str, tmp_path: Path) -> Opener:
    return in_postgres(tmp_path, address)


def _fill(library: AllRoles, first: int, end: int) -> None:
    for n in range(first, end):
        library.commit([succeeded("job", n, uri=f"{n}.txt", texts=(f"grist {n}", "flour"))])


def _found(library: AllRoles) -> list[str]:
    return sorted(hit.uri for hit in library.search("grist", collection=None, limit=99))


def _names(*numbers: int) -> list[str]:
    return sorted(f"{n}.txt" for n in numbers)


def test_a_transaction_that_began_before_others_and_ends_after_them_is_not_left_out(
    opener: Opener, address: str
) -> None:
    slow = PostgresDatabase(address)
    with opener() as library:
        with slow.writing([WORK]):
            # It has its number now, and is seen only when it ends.
            slow.execute("INSERT INTO terms(term) VALUES(1)")
            slow.execute("UPDATE library_schema SET version = version")
            _fill(library, 0, 3)
            assert _found(library) == _names(0, 1, 2)
            row = slow.execute("SELECT * FROM documents WHERE uri = '0.txt'").fetchone()
            slow.execute(
                "INSERT INTO documents SELECT nextval('document_rows'), 'late', collection,"
                " 'late.txt', 1, 'other', pipeline, media_type, title, metadata, pages, bytes, 0,"
                " 0, ingested_at, job_id, warnings, structure, deleted_at FROM documents"
                " WHERE id = ?",
                (row[0],),
            )
            _fill(library, 3, 5)
            assert _found(library) == _names(0, 1, 2, 3, 4)
        documents, _ = library.documents_page(collection=None, after=None, limit=9)
        assert "late.txt" in [each.uri for each in documents]


def test_another_machine_finds_what_was_replaced_and_deleted_here(
    opener: Opener, address: str, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with opener() as here, in_postgres(tmp_path / "other", address)() as there:
        _fill(here, 0, 4)
        assert _found(there) == _names(0, 1, 2, 3)
        here.delete_document(there.search("grist 2", collection=None, limit=1)[0].document_id)
        here.commit([succeeded("again", 0, uri="3.txt", texts=("chaff",))])
        assert _found(there) == _found(here) == _names(0, 1)
        here.rename_collection("default", "shelf", lambda _: None)
        assert [hit.uri for hit in there.search("chaff", collection="shelf", limit=9)] == ["3.txt"]
        assert there.search("chaff", collection="default", limit=9) == []


def test_a_copy_that_is_gone_or_no_copy_is_made_again(opener: Opener, tmp_path: Path) -> None:
    with opener() as library:
        _fill(library, 0, 3)
        assert _found(library) == _names(0, 1, 2)
    path = tmp_path / "search-copy.db"
    path.unlink()
    with opener() as library:
        assert _found(library) == _names(0, 1, 2)
    path.write_bytes(b"no database at all" * 1000)
    with opener() as library:
        assert _found(library) == _names(0, 1, 2)
        assert library.soundness.search_index_is_sound()  # type: ignore[attr-defined]


def test_a_library_that_was_restored_from_a_dump_has_a_copy_of_its_own(
    server: PostgresServer, opener: Opener, address: str, tmp_path: Path
) -> None:
    """Its numbers of documents come again, with other content."""
    with opener() as library:
        _fill(library, 0, 2)
        dump = server.dump(address)
        _fill(library, 2, 4)
        assert _found(library) == _names(0, 1, 2, 3)
    server.sql(f"DROP SCHEMA {address.partition('search_path=')[2]} CASCADE")
    server.restore(dump)
    # Whoever opens it is another process: this one has looked at the library before.
    from gristmill.storage.library.postgres import opening

    opening.forget()
    with opener() as library:
        library.begin_term()
        assert _found(library) == _names(0, 1)
        _fill(library, 7, 9)
        assert _found(library) == _names(0, 1, 7, 8)


def test_differences_are_folded_into_one_row(
    opener: Opener, server: PostgresServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variants, "FOLD_EVERY", 1)
    with opener() as library:
        _fill(library, 0, 20)
        stats = library.stats()
        assert (stats["documents"], stats["chunks"]) == (20, 40)
    assert int(server.sql("SELECT count(*) FROM collection_counts", address)) == 1


def test_vectors_are_found_here_and_follow_new_ones(
    opener: Opener, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    model = make_model(tmp_path_factory.mktemp("model"))
    with opener() as library:
        library.commit([embedded(model, "a.txt", "wheels of stone", "flour")])
        (kept,) = library.vector_models(None)
        nearest = library.nearest(kept)  # type: ignore[attr-defined]
        query = [1.0] * kept.dimensions
        assert len(nearest.find(query, collection=None, where=None, limit=9)) == 2
        library.commit([embedded(model, "b.txt", "bran")])
        assert library.vector_models(None) == [kept]
        assert len(nearest.find(query, collection=None, where=None, limit=9)) == 3


def test_texts_come_for_many_documents_at_once_and_for_a_large_one_alone(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_TEXTS", 5)
    with opener() as library:
        _fill(library, 0, 7)
        many = tuple(f"grist {number}" for number in range(12))
        library.commit([succeeded("job", 7, uri="7.txt", texts=many)])
        _fill(library, 8, 9)
        hits = library.search("grist", collection=None, limit=99)
        assert sorted({hit.uri for hit in hits}) == _names(*range(9))
        assert len(hits) == 8 + 12
        documents, _ = library.documents_page(collection=None, after=None, limit=99)
        assert len(documents) == 9
