"""Commits: exactly once, compare-and-set, unchanged, duplicate and replaced documents."""

import msgspec
import pytest
from support.library_samples import PIPELINE, failed, planned, succeeded

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import DocumentResult
from gristmill.storage.library import AllRoles

SUCCEEDED, UNCHANGED = DocumentState.SUCCEEDED, DocumentState.UNCHANGED
DUPLICATE, FAILED = DocumentState.DUPLICATE, DocumentState.FAILED


def found(library: AllRoles, query: str) -> list[str]:
    return [hit.chunk_id for hit in library.search(query, collection=None, limit=50)]


def test_a_commit_stores_document_chunks_index_and_ledger_row(library: AllRoles) -> None:
    result = succeeded(
        uri="/a/b.txt",
        texts=("first words\n", "second words"),
        headings=("Top", "Sub"),
        page=3,
        title="Title",
        metadata={"author": "Ann", "year": 1999},
    )
    assert library.commit([result]) == [SUCCEEDED]
    id_ = document_id("default", "/a/b.txt")
    document = library.document(id_)
    assert document is not None
    assert (document.uri, document.title, document.chunks, document.job_id) == (
        "/a/b.txt",
        "Title",
        2,
        "job",
    )
    assert document.metadata == {"author": "Ann", "year": 1999}
    assert document.ingested_at.utcoffset() is not None
    chunks = library.chunks_page(id_, after=None, limit=10)
    assert [(c.chunk_id, c.ordinal, c.text, c.start, c.end) for c in chunks] == [
        (f"{id_}-0", 0, "first words\n", 0, 12),
        (f"{id_}-1", 1, "second words", 12, 24),
    ]
    assert chunks[0].headings == ("Top", "Sub")
    assert chunks[0].page == 3
    (row,) = library.ledger_page("job", state=None, after=None, limit=10)
    assert (row.state, row.document_id, row.chunks, row.bytes) == (SUCCEEDED, id_, 2, 24)
    assert (row.media_type, row.seconds, row.attempts) == ("text/plain", 0.25, 1)


def test_committing_the_same_result_again_has_no_effect(library: AllRoles) -> None:
    result = succeeded(texts=("one", "two"))
    library.commit([result])
    before = library.stats()
    assert library.commit([result, result]) == [SUCCEEDED, SUCCEEDED]
    assert library.stats() == before
    assert len(found(library, "one")) == 1


def test_a_late_result_never_overturns_the_state_that_is_stored(library: AllRoles) -> None:
    library.plan("job", planned(2))
    library.cancel_pending("job")
    late = succeeded("job", 0, uri="0.txt", texts=("late words",))
    assert library.commit([late, failed("job", 1)]) == [DocumentState.CANCELLED] * 2
    assert found(library, "late") == []
    assert library.stats()["documents"] == 0
    assert library.counts("job") == Counts(total=2, cancelled=2)


def test_a_pending_row_is_ended_and_the_counters_follow(library: AllRoles) -> None:
    library.plan("job", planned(3))
    library.commit([succeeded("job", 0, uri="0.txt"), failed("job", 2)])
    assert library.counts("job") == Counts(total=3, pending=1, succeeded=1, failed=1)
    assert [d.ordinal for d in library.pending("job")] == [1]


def test_attempts_never_go_down(library: AllRoles) -> None:
    library.plan("job", planned(1))
    for _ in range(3):
        library.strike("job", 0, "crash")
    library.commit([succeeded("job", 0, uri="0.txt")])
    assert library.ledger_page("job", state=None, after=None, limit=1)[0].attempts == 3


def test_the_same_bytes_at_the_same_uri_are_unchanged(library: AllRoles) -> None:
    library.commit([succeeded("job-1")])
    assert library.commit([succeeded("job-2")]) == [UNCHANGED]
    (row,) = library.ledger_page("job-2", state=None, after=None, limit=1)
    assert (row.document_id, row.chunks) == (document_id("default", "a.txt"), 1)
    assert row.document_id is not None
    document = library.document(row.document_id)
    assert document is not None and document.job_id == "job-1"


def test_another_pipeline_processes_the_same_bytes_again(library: AllRoles) -> None:
    library.commit([succeeded("job-1")])
    assert library.commit([succeeded("job-2", pipeline="f" * 16)]) == [SUCCEEDED]
    assert library.stats()["documents"] == 1


def test_the_same_bytes_under_another_uri_are_a_duplicate(library: AllRoles) -> None:
    states = library.commit([succeeded(ordinal=0, uri="a.txt"), succeeded(ordinal=1, uri="b.txt")])
    assert states == [SUCCEEDED, DUPLICATE]
    row = library.ledger_page("job", state=DUPLICATE, after=None, limit=1)[0]
    assert row.document_id == document_id("default", "a.txt")
    assert row.message == "same content as a.txt"
    assert library.document(document_id("default", "b.txt")) is None


def test_collections_do_not_share_duplicates(library: AllRoles) -> None:
    results = [succeeded(ordinal=0), succeeded(ordinal=1, collection="other")]
    assert library.commit(results) == [SUCCEEDED, SUCCEEDED]
    assert library.stats() == {"documents": 2, "chunks": 2, "bytes": 38, "collections": 2}


def test_equal_content_keys_are_not_equal_contents(library: AllRoles) -> None:
    one, two = succeeded(ordinal=0), succeeded(ordinal=1, uri="b.txt", texts=("else",))
    assert one.sha256 is not None and two.sha256 is not None
    alike = one.sha256[:15] + two.sha256[15:]
    results = [one, msgspec.structs.replace(two, sha256=alike)]
    assert library.commit(results) == [SUCCEEDED, SUCCEEDED]


def test_a_changed_document_replaces_the_old_one_and_its_index_rows(library: AllRoles) -> None:
    library.commit([succeeded("job-1", texts=("oldword one", "oldword two"), title="Oldtitle")])
    library.commit([succeeded("job-2", texts=("newword",), title="Newtitle")])
    id_ = document_id("default", "a.txt")
    assert found(library, "oldword") == found(library, "oldtitle") == []
    assert found(library, "newword") == found(library, "newtitle") == [f"{id_}-0"]
    assert [c.text for c in library.chunks_page(id_, after=None, limit=9)] == ["newword"]
    assert library.stats() == {"documents": 1, "chunks": 1, "bytes": 7, "collections": 1}


def test_content_that_became_a_duplicate_takes_its_old_text_away(library: AllRoles) -> None:
    library.commit([succeeded("1", uri="a.txt"), succeeded("2", uri="b.txt", texts=("stale",))])
    assert library.commit([succeeded("3", uri="b.txt")]) == [DUPLICATE]
    assert found(library, "stale") == []
    assert library.stats()["documents"] == 1


def test_a_duplicate_found_before_parsing_takes_its_old_text_away_too(library: AllRoles) -> None:
    library.commit([succeeded("1", uri="a.txt"), succeeded("2", uri="b.txt", texts=("stale",))])
    known = library.lookup("default", "b.txt", succeeded().sha256 or "", PIPELINE)
    assert known is not None
    assert known.state is DUPLICATE
    result = msgspec.structs.replace(
        succeeded("3", uri="b.txt"), state=known.state, document_id=known.document_id, content=None
    )
    assert library.commit([result]) == [DUPLICATE]
    assert found(library, "stale") == []


def test_an_unchanged_result_describes_the_document_that_is_there(library: AllRoles) -> None:
    library.commit([succeeded("1", texts=("x", "y"))])
    known = library.lookup("default", "a.txt", succeeded(texts=("x", "y")).sha256 or "", PIPELINE)
    assert known is not None
    assert (known.state, known.chunks, known.uri) == (UNCHANGED, 2, "a.txt")
    result = msgspec.structs.replace(
        succeeded("2"), state=UNCHANGED, document_id=known.document_id, content=None
    )
    assert library.commit([result]) == [UNCHANGED]
    row = library.ledger_page("2", state=None, after=None, limit=1)[0]
    assert (row.chunks, row.media_type) == (2, "text/plain")


def test_lookup_finds_nothing_for_other_bytes_or_another_pipeline(library: AllRoles) -> None:
    library.commit([succeeded()])
    sha256 = succeeded().sha256 or ""
    assert library.lookup("default", "a.txt", "0" * 64, PIPELINE) is None
    assert library.lookup("default", "a.txt", sha256, "f" * 16) is None
    assert library.lookup("other", "a.txt", sha256, PIPELINE) is None


def test_a_failed_batch_leaves_nothing_behind(library: AllRoles) -> None:
    broken = msgspec.structs.replace(succeeded(ordinal=1, uri="b.txt", texts=("q",)), content=None)
    with pytest.raises(ValueError, match="needs content"):
        library.commit([succeeded(ordinal=0), broken])
    assert library.stats()["documents"] == 0
    assert library.counts("job") == Counts()
    assert library.commit([succeeded(ordinal=0)]) == [SUCCEEDED]


def test_a_document_without_chunks_is_stored(library: AllRoles) -> None:
    assert library.commit([succeeded(texts=())]) == [SUCCEEDED]
    assert library.chunks_page(document_id("default", "a.txt"), after=None, limit=5) == []


def test_deleting_a_document_removes_its_chunks_and_index_rows(library: AllRoles) -> None:
    library.commit([succeeded(ordinal=0), succeeded(ordinal=1, uri="b.txt", texts=("brown cow",))])
    id_ = document_id("default", "a.txt")
    assert library.delete_document(id_)
    assert not library.delete_document(id_)
    assert found(library, "fox") == []
    assert len(found(library, "cow")) == 1
    assert library.stats()["documents"] == 1


def test_ids_of_deleted_chunks_may_be_used_again_without_mixing_documents(
    library: AllRoles,
) -> None:
    library.commit([succeeded(ordinal=0, uri="a", texts=("alpha",))])
    library.commit([succeeded(ordinal=1, uri="b", texts=("beta",))])
    library.delete_document(document_id("default", "b"))
    library.commit([succeeded(ordinal=2, uri="c", texts=("gamma",))])
    rows = {row.uri: row.text for row in library.export(None)}
    assert rows == {"a": "alpha", "c": "gamma"}


def test_fail_ends_pending_and_unknown_documents_only(library: AllRoles) -> None:
    library.plan("job", planned(1))
    assert library.fail("job", 0, "0.txt", "timeout", "took too long", 2)
    assert not library.fail("job", 0, "0.txt", "crashed", "again", 3)
    assert library.fail("small", 0, "x", "crashed", "signal 11", 1)
    (row,) = library.ledger_page("job", state=FAILED, after=None, limit=5)
    assert (row.code, row.message, row.attempts) == ("timeout", "took too long", 2)
    assert library.counts("job") == Counts(total=1, failed=1)
    assert library.counts("small") == Counts(total=1, failed=1)


def test_a_pending_result_is_refused(library: AllRoles) -> None:
    result = DocumentResult("job", 0, "c", "u", DocumentState.PENDING)
    with pytest.raises(ValueError, match="cannot be pending"):
        library.commit([result])


def test_lone_surrogates_spoil_neither_their_document_nor_the_batch(library: AllRoles) -> None:
    odd = succeeded(
        ordinal=1,
        uri="b\udcff.txt",
        texts=("odd \ud800 words",),
        title="T\ud800",
        headings=("H\ud800",),
        metadata={"author": "A\ud800"},
    )
    odd = msgspec.structs.replace(odd, message="m\ud800")
    assert library.commit([succeeded(ordinal=0), odd]) == [SUCCEEDED, SUCCEEDED]
    (hit,) = library.search("odd \ud800", collection=None, limit=5)
    assert (hit.uri, hit.title) == ("b\\udcff.txt", "T\\ud800")
    document = library.document(hit.document_id)
    assert document is not None
    assert document.metadata == {"author": "A?"}
    (chunk,) = library.chunks_page(hit.document_id, after=None, limit=5)
    assert chunk.text == "odd ? words"
    assert library.lookup("default", "b\udcff.txt", odd.sha256 or "", PIPELINE) is not None
