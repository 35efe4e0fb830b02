"""Pages of documents and chunks, and the export."""

import pytest
from support.library_samples import succeeded
from support.store_sets import Opener

from gristmill.schemas.ids import document_id
from gristmill.schemas.problems.errors import InvalidCursor
from gristmill.storage.library import AllRoles


def fill(library: AllRoles, count: int, collection: str = "default", chunks: int = 1) -> None:
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


def test_document_pages_are_newest_first_and_complete(library: AllRoles) -> None:
    fill(library, 10)
    seen, after = [], None
    while True:
        items, after = library.documents_page(collection=None, after=after, limit=3)
        seen += [item.uri for item in items]
        if after is None:
            break
    assert seen == [str(n) for n in reversed(range(10))]


def test_a_last_page_that_is_full_has_no_next(library: AllRoles) -> None:
    fill(library, 4)
    items, after = library.documents_page(collection=None, after=None, limit=4)
    assert (len(items), after) == (4, None)


def test_a_page_keeps_its_place_when_documents_come_and_go(library: AllRoles) -> None:
    fill(library, 6)
    items, after = library.documents_page(collection=None, after=None, limit=2)
    library.delete_document(items[1].document_id)
    library.commit([succeeded("new", uri="new", texts=("new",))])
    items, _ = library.documents_page(collection=None, after=after, limit=9)
    assert [item.uri for item in items] == ["3", "2", "1", "0"]


def test_a_replaced_document_becomes_the_newest(library: AllRoles) -> None:
    fill(library, 3)
    library.commit([succeeded("again", uri="0", texts=("changed",))])
    items, _ = library.documents_page(collection=None, after=None, limit=9)
    assert items[0].uri == "0"
    assert len(items) == 3


def test_documents_are_listed_by_collection(library: AllRoles) -> None:
    fill(library, 5)
    fill(library, 4, "other")
    items, after = library.documents_page(collection="other", after=None, limit=3)
    rest, end = library.documents_page(collection="other", after=after, limit=3)
    assert [item.uri for item in items + rest] == ["3", "2", "1", "0"]
    assert end is None


def test_chunk_pages_go_on_after_an_ordinal(library: AllRoles) -> None:
    fill(library, 2, chunks=7)
    id_ = document_id("default", "1")
    first = library.chunks_page(id_, after=None, limit=3)
    rest = library.chunks_page(id_, after=2, limit=99)
    assert [chunk.ordinal for chunk in first + rest] == list(range(7))
    assert library.chunks_page(id_, after=6, limit=5) == []
    assert library.chunks_page("0" * 32, after=None, limit=5) == []


def test_headings_keep_every_kind_of_text(library: AllRoles) -> None:
    for number, headings in enumerate([(), ("",), ("", "a"), ('q"\\n', "b\n|")]):
        library.commit(
            [succeeded(ordinal=number, uri=str(number), texts=(str(number),), headings=headings)]
        )
        (chunk,) = library.chunks_page(document_id("default", str(number)), after=None, limit=1)
        assert chunk.headings == headings


def test_an_export_has_every_chunk_with_its_document(library: AllRoles) -> None:
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


def test_an_export_reads_long_documents_piece_by_piece(library: AllRoles) -> None:
    library.commit([succeeded(texts=tuple(f"chunk {n} " for n in range(1203)))])
    rows = list(library.export(None))
    assert [row.ordinal for row in rows] == list(range(1203))


def test_an_export_is_a_stream_beside_which_others_write(
    library: AllRoles, open_library: Opener
) -> None:
    fill(library, 400)
    rows = library.export(None)
    first = next(rows)
    with open_library() as other:
        other.delete_document(document_id("default", "399"))
        other.commit([succeeded("new", uri="new", texts=("new",))])
    uris = [first.uri, *(row.uri for row in rows)]
    assert uris == [*(str(n) for n in range(399)), "new"]


@pytest.mark.parametrize("after", ["", "x"])
def test_a_wrong_key_of_a_document_page_is_refused(library: AllRoles, after: str) -> None:
    with pytest.raises(InvalidCursor):
        library.documents_page(collection=None, after=after, limit=1)
