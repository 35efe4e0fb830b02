"""Pages of documents and chunks, the export, and the job index."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.library_samples import succeeded

from gristmill.schemas.errors import InvalidCursor
from gristmill.schemas.ids import document_id
from gristmill.schemas.states import JobState
from gristmill.storage.library import JobIndexRow, Library

NOON = datetime(2026, 1, 2, 12, 0, 0, 123456, tzinfo=UTC)


def fill(library: Library, count: int, collection: str = "default", chunks: int = 1) -> None:
    """Documents 0 to `count - 1`, three to a commit."""
    for at in range(0, count, 3):
        library.commit(
            [
                succeeded(
                    f"fill-{collection}",
                    n,
                    uri=str(n),
                    texts=tuple(f"text {n} {c} {collection}" for c in range(chunks)),
                    collection=collection,
                )
                for n in range(at, min(at + 3, count))
            ]
        )


def test_document_pages_are_newest_first_and_complete(library: Library) -> None:
    fill(library, 10)
    seen, after = [], None
    while True:
        items, after = library.documents_page(collection=None, after=after, limit=3)
        seen += [item.uri for item in items]
        if after is None:
            break
    assert seen == [str(n) for n in reversed(range(10))]


def test_a_last_page_that_is_full_has_no_next(library: Library) -> None:
    fill(library, 4)
    items, after = library.documents_page(collection=None, after=None, limit=4)
    assert (len(items), after) == (4, None)


def test_a_page_keeps_its_place_when_documents_come_and_go(library: Library) -> None:
    fill(library, 6)
    items, after = library.documents_page(collection=None, after=None, limit=2)
    library.delete_document(items[1].document_id)
    library.commit([succeeded("new", uri="new", texts=("new",))])
    items, _ = library.documents_page(collection=None, after=after, limit=9)
    assert [item.uri for item in items] == ["3", "2", "1", "0"]


def test_a_replaced_document_becomes_the_newest(library: Library) -> None:
    fill(library, 3)
    library.commit([succeeded("again", uri="0", texts=("changed",))])
    items, _ = library.documents_page(collection=None, after=None, limit=9)
    assert items[0].uri == "0"
    assert len(items) == 3


def test_documents_are_listed_by_collection(library: Library) -> None:
    fill(library, 5)
    fill(library, 4, "other")
    items, after = library.documents_page(collection="other", after=None, limit=3)
    rest, end = library.documents_page(collection="other", after=after, limit=3)
    assert [item.uri for item in items + rest] == ["3", "2", "1", "0"]
    assert end is None


@pytest.mark.parametrize(
    "after", ["", "x", "1", "1.", ".1", "-1.2", "1.2.3", "٣.٣", "9" * 19 + ".1"]
)
def test_a_wrong_key_of_a_document_page_is_refused(library: Library, after: str) -> None:
    with pytest.raises(InvalidCursor):
        library.documents_page(collection=None, after=after, limit=1)


def test_chunk_pages_go_on_after_an_ordinal(library: Library) -> None:
    fill(library, 2, chunks=7)
    id_ = document_id("default", "1")
    first = library.chunks_page(id_, after=None, limit=3)
    rest = library.chunks_page(id_, after=2, limit=99)
    assert [chunk.ordinal for chunk in first + rest] == list(range(7))
    assert library.chunks_page(id_, after=6, limit=5) == []
    assert library.chunks_page("0" * 32, after=None, limit=5) == []


def test_headings_keep_every_kind_of_text(library: Library) -> None:
    for number, headings in enumerate([(), ("",), ("", "a"), ('q"\\n', "b\n|")]):
        library.commit(
            [succeeded(ordinal=number, uri=str(number), texts=(str(number),), headings=headings)]
        )
        (chunk,) = library.chunks_page(document_id("default", str(number)), after=None, limit=1)
        assert chunk.headings == headings


def test_an_export_has_every_chunk_with_its_document(library: Library) -> None:
    fill(library, 450, chunks=2)
    fill(library, 3, "other")
    rows = list(library.export(None))
    assert len(rows) == 903
    assert len({row.chunk_id for row in rows}) == 903
    other = list(library.export("other"))
    assert [row.uri for row in other] == ["0", "1", "2"]
    assert (other[0].collection, other[0].media_type, other[0].metadata) == (
        "other",
        "text/plain",
        {},
    )
    assert other[0].text == "text 0 0 other"


def test_an_export_reads_long_documents_piece_by_piece(library: Library) -> None:
    library.commit([succeeded(texts=tuple(f"chunk {n} " for n in range(1203)))])
    rows = list(library.export(None))
    assert [row.ordinal for row in rows] == list(range(1203))


def test_an_export_is_a_stream_beside_which_others_write(library: Library, tmp_path: Path) -> None:
    fill(library, 400)
    rows = library.export(None)
    first = next(rows)
    with Library.open(tmp_path / "library.db") as other:
        other.delete_document(document_id("default", "399"))
        other.commit([succeeded("new", uri="new", texts=("new",))])
    uris = [first.uri, *(row.uri for row in rows)]
    assert uris == [*(str(n) for n in range(399)), "new"]


def index_row(n: int, state: JobState, collection: str) -> JobIndexRow:
    ended = NOON + timedelta(seconds=n) if state.terminal else None
    return JobIndexRow(f"{n:08d}", state, collection, NOON, ended)


def test_job_pages_are_newest_first_for_every_filter(library: Library) -> None:
    rows = [
        index_row(n, JobState.FAILED if n % 3 == 0 else JobState.QUEUED, "ab"[n % 2])
        for n in range(30)
    ]
    library.index_jobs(rows)
    for state in (None, JobState.FAILED, JobState.QUEUED, JobState.RUNNING):
        for collection in (None, "a", "b", "c"):
            expected = [
                row.job_id
                for row in reversed(rows)
                if state in (None, row.state) and collection in (None, row.collection)
            ]
            first = library.jobs_page(state=state, collection=collection, after=None, limit=4)
            assert first == expected[:4]
            if first:
                after = first[-1]
                rest = library.jobs_page(state=state, collection=collection, after=after, limit=99)
                assert rest == expected[4:]


def test_indexing_a_job_again_replaces_its_row(library: Library) -> None:
    library.index_jobs([index_row(1, JobState.QUEUED, "a"), index_row(2, JobState.QUEUED, "a")])
    library.index_jobs([index_row(1, JobState.SUCCEEDED, "a")])
    assert library.jobs_page(state=JobState.QUEUED, collection=None, after=None, limit=9) == [
        "00000002"
    ]
    assert library.job_row("00000001") == index_row(1, JobState.SUCCEEDED, "a")
    assert list(library.job_ids()) == ["00000001", "00000002"]
    library.clear_job_index()
    assert list(library.job_ids()) == []
